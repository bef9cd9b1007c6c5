package io.github.heavyindex.postgres;

import org.jspecify.annotations.Nullable;

/**
 * An explicit address of the database, {@code heavy-index.datasource.*}.
 *
 * @param url a JDBC URL that reaches the server directly or through a session pooler
 * @param username the role; {@code null} takes the application's
 * @param password its password; {@code null} takes the application's, if the role is the
 * application's too
 * @since 0.1.0
 */
public record DirectAddress(String url, @Nullable String username, @Nullable String password) {

	/**
	 * Never shows the password.
	 */
	@Override
	public String toString() {
		return Secrets.addressOf(this.url) + ((this.username != null) ? " as " + this.username : "");
	}

}
