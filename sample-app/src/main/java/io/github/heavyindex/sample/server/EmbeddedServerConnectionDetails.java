package io.github.heavyindex.sample.server;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Leads the application's data source to the embedded server.
 */
record EmbeddedServerConnectionDetails(EmbeddedServer server) implements JdbcConnectionDetails {

	static final String USER = "postgres";

	@Override
	public String getUsername() {
		return USER;
	}

	/**
	 * The server trusts everyone, but listens on the loop-back interface only.
	 */
	@Override
	public String getPassword() {
		return "";
	}

	@Override
	public String getJdbcUrl() {
		return this.server.url();
	}

}
