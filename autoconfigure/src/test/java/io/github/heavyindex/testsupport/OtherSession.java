package io.github.heavyindex.testsupport;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.postgresql.PGConnection;

/**
 * Somebody else's session on the database, which may get in a build's way. Closing it
 * ends its statement and its transaction.
 */
public final class OtherSession implements AutoCloseable {

	private final Connection connection;

	private OtherSession(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Opens a session, closed at the end of the test at the latest.
	 * @param database the database
	 * @return the session
	 */
	public static OtherSession on(TestDatabase database) {
		OtherSession session = database.closeLater(new OtherSession(database.connection()));
		session.execute("set application_name = 'billing'");
		return session;
	}

	/**
	 * Opens a session whose transaction holds a snapshot but no lock on any table: a
	 * concurrent build waits for it before it ends.
	 * @param database the database
	 * @return the session
	 */
	public static OtherSession withOldSnapshot(TestDatabase database) {
		OtherSession session = on(database);
		session.execute("begin isolation level repeatable read", "select 1");
		return session;
	}

	public int pid() {
		try {
			return this.connection.unwrap(PGConnection.class).getBackendPID();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	/**
	 * Runs statements one after another.
	 * @param statements SQL without parameters
	 */
	public void execute(String... statements) {
		try (var statement = this.connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	/**
	 * Runs a statement that will have to wait.
	 * @param sql SQL without parameters
	 * @return completes when it has run
	 */
	public CompletableFuture<Void> executeLater(String sql) {
		return CompletableFuture.runAsync(() -> {
			try {
				execute(sql);
			}
			catch (IllegalStateException ex) {
				throw new CompletionException(ex);
			}
		}, (task) -> new Thread(task, "other-session").start());
	}

	@Override
	public void close() throws SQLException {
		this.connection.abort(Runnable::run);
	}

}
