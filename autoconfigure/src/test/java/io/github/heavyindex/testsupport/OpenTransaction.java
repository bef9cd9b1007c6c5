package io.github.heavyindex.testsupport;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Somebody else's transaction, open until it is committed or closed.
 */
public final class OpenTransaction implements AutoCloseable {

	private final Connection connection;

	private final int pid;

	private OpenTransaction(Connection connection, int pid) {
		this.connection = connection;
		this.pid = pid;
	}

	/**
	 * A transaction with an old snapshot and no lock on any table: a concurrent build
	 * waits for its end with everything else done.
	 * @param database where
	 * @return the transaction
	 */
	public static OpenTransaction withSnapshot(TestDatabase database) {
		return begin(database, "set transaction isolation level repeatable read", "select 1");
	}

	/**
	 * A transaction that has run some statements.
	 * @param database where
	 * @param statements SQL without parameters
	 * @return the transaction
	 */
	public static OpenTransaction begin(TestDatabase database, String... statements) {
		Connection connection = database.connection();
		try {
			int pid = Sessions.pid(connection);
			connection.setAutoCommit(false);
			try (var statement = connection.createStatement()) {
				for (String sql : statements) {
					statement.execute(sql);
				}
			}
			return new OpenTransaction(connection, pid);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	/**
	 * The server session.
	 * @return its process id
	 */
	public int pid() {
		return this.pid;
	}

	public void commit() {
		try {
			this.connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
		close();
	}

	/**
	 * Rolls back what was not committed.
	 */
	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

}
