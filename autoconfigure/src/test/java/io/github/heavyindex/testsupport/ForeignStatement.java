package io.github.heavyindex.testsupport;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;

/**
 * A statement that somebody else runs in a session of their own, while the test goes on.
 */
public final class ForeignStatement {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final TestDatabase database;

	private final int pid;

	private final CompletableFuture<String> sqlState = new CompletableFuture<>();

	private volatile String error = "";

	private ForeignStatement(TestDatabase database, int pid) {
		this.database = database;
		this.pid = pid;
	}

	/**
	 * Starts a statement in autocommit.
	 * @param database where
	 * @param sql SQL without parameters
	 * @return the running statement
	 */
	public static ForeignStatement start(TestDatabase database, String sql) {
		Connection connection = database.connection();
		try {
			ForeignStatement statement = new ForeignStatement(database, Sessions.pid(connection));
			Thread thread = new Thread(() -> statement.run(connection, sql), "foreign-statement");
			thread.setDaemon(true);
			thread.start();
			return statement;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	private void run(Connection connection, String sql) {
		try (var statement = connection.createStatement()) {
			statement.execute(sql);
			this.sqlState.complete("00000");
		}
		catch (SQLException ex) {
			this.error = String.valueOf(ex.getMessage());
			this.sqlState.complete(String.valueOf(ex.getSQLState()));
		}
	}

	/**
	 * The server session.
	 * @return its process id
	 */
	public int pid() {
		return this.pid;
	}

	/**
	 * Waits until a build is in a phase.
	 * @param phase as {@code pg_stat_progress_create_index} shows it
	 * @return this
	 */
	public ForeignStatement awaitPhase(String phase) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> this.database
				.query("select phase from pg_stat_progress_create_index where pid = ?", String.class, this.pid)
				.contains(phase));
		return this;
	}

	public boolean isDone() {
		return this.sqlState.isDone();
	}

	/**
	 * Why the statement failed, empty if it did not.
	 * @return the server's message
	 */
	public String error() {
		return this.error;
	}

	/**
	 * Waits until the statement has ended.
	 * @return its SQLSTATE, {@code 00000} if it succeeded
	 */
	public String awaitEnd() {
		return Awaitility.await().atMost(PATIENCE).until(() -> this.sqlState.getNow(""), (state) -> !state.isEmpty());
	}

}
