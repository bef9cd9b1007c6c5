package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;

import io.github.heavyindex.postgres.PhysicalConnection;

/**
 * A statement that keeps reads or writes from a table from the moment it asks for its
 * lock until it ends. It therefore takes no longer than {@code lock-timeout} all in all:
 * {@code lock_timeout} alone counts each lock anew, and not the work that is done under
 * it (manual, "Client Connection Defaults"). What takes longer is undone as a whole.
 */
final class BriefStatement {

	/**
	 * The SQLSTATE of a statement that took too long.
	 */
	static final String TOO_LONG = "55P03";

	private static final String CANCELLED = "57014";

	private BriefStatement() {
	}

	/**
	 * Executes a statement in autocommit; afterwards the session's statements may again
	 * take any time.
	 * @param limit the longest time that it may take
	 * @throws SQLException of SQLSTATE {@value #TOO_LONG} if it took longer
	 */
	static void execute(PhysicalConnection connection, Duration limit, String sql) throws SQLException {
		long millis = limit.toMillis();
		// the nearer limit of the two says what was waited for
		connection.execute("set lock_timeout = " + Math.max(1, millis * 9 / 10));
		connection.execute("set statement_timeout = " + Math.max(1, millis));
		long start = System.nanoTime();
		try {
			connection.execute(sql);
		}
		catch (SQLException ex) {
			boolean tooLong = CANCELLED.equals(ex.getSQLState())
					&& Duration.ofNanos(System.nanoTime() - start).compareTo(limit) >= 0;
			throw tooLong
					? new SQLException("It took longer than heavy-index.lock-timeout (" + millis + " ms)", TOO_LONG, ex)
					: ex;
		}
		finally {
			if (!connection.jdbc().isClosed()) {
				connection.execute("set lock_timeout = 0");
				connection.execute("set statement_timeout = 0");
			}
		}
	}

}
