package io.github.heavyindex.sample.browser;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

/**
 * Somebody's transaction that does not end.
 */
final class HeldTransaction implements AutoCloseable {

	private final Connection connection;

	private final int pid;

	/**
	 * Begins a transaction.
	 * @param name how its session calls itself
	 * @param statements what it does before it does nothing any more
	 */
	HeldTransaction(DataSource dataSource, String name, String... statements) throws SQLException {
		this.connection = dataSource.getConnection();
		this.connection.setClientInfo("ApplicationName", name);
		try (Statement statement = this.connection.createStatement()) {
			var row = statement.executeQuery("SELECT pg_backend_pid()");
			row.next();
			this.pid = row.getInt(1);
			statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	int pid() {
		return this.pid;
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
