package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * How to open a physical connection, and what the application's pool does to each of its
 * own before it hands them out.
 *
 * @param origin where it comes from, for people
 * @param opener opens a connection
 * @param credentials what the opener logs in with, as far as known
 * @param schema the schema to set, if any
 * @param initSql the statement to run first, if any
 */
record ConnectionRecipe(String origin, Opener opener, Credentials credentials, @Nullable String schema,
		@Nullable String initSql) {

	ConnectionRecipe(String origin, Opener opener, Credentials credentials) {
		this(origin, opener, credentials, null, null);
	}

	ConnectionRecipe preparedBy(@Nullable String schema, @Nullable String initSql) {
		return new ConnectionRecipe(this.origin, this.opener, this.credentials, schema, initSql);
	}

	/**
	 * Opens a connection on which nothing has been set yet.
	 * @throws SQLException without secrets in it
	 */
	Connection open() throws SQLException {
		try {
			return this.opener.open();
		}
		catch (SQLException ex) {
			throw Secrets.redact(ex);
		}
		catch (RuntimeException ex) {
			// a data source of the application's own may throw anything
			throw Secrets.redact(new SQLException(ex.getMessage(), ex));
		}
	}

	/**
	 * Brings a session where the application's are. To be called after the pooler check:
	 * what this sets would stay behind on a shared server connection.
	 */
	void prepare(Connection connection) throws SQLException {
		if (this.schema != null) {
			connection.setSchema(this.schema);
		}
		if (this.initSql != null) {
			try (Statement statement = connection.createStatement()) {
				statement.execute(this.initSql);
			}
		}
	}

	@Override
	public String toString() {
		return this.origin;
	}

	/**
	 * Opens a physical connection.
	 */
	@FunctionalInterface
	interface Opener {

		Connection open() throws SQLException;

	}

}
