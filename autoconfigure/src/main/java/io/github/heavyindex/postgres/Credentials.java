package io.github.heavyindex.postgres;

import org.jspecify.annotations.Nullable;

/**
 * A role and its password.
 *
 * @param username the role, or {@code null} for the driver's default
 * @param password the password, or {@code null} if there is none
 */
record Credentials(@Nullable String username, @Nullable String password) {

	static final Credentials NONE = new Credentials(null, null);

	/**
	 * Never shows the password.
	 */
	@Override
	public String toString() {
		return (this.username != null) ? this.username : "no user";
	}

}
