package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is nobody else's, set up for its purpose: a PostgreSQL session from
 * its opening to its end. As thread-safe as a JDBC connection of pgjdbc: statements take
 * turns, and another thread may cancel or close.
 *
 * @since 0.1.0
 */
public final class PhysicalConnection implements AutoCloseable {

	/**
	 * How long each answer may take while a session is set up.
	 */
	static final int SET_UP_TIMEOUT_MILLIS = 10_000;

	/**
	 * Statements of short purposes end after five seconds by themselves; an answer that
	 * takes longer than this will not come.
	 */
	static final int ANSWER_TIMEOUT_MILLIS = 20_000;

	private static final Logger logger = LoggerFactory.getLogger(PhysicalConnection.class);

	private final Connection connection;

	private final int pid;

	private final ServerInfo server;

	PhysicalConnection(Connection connection, int pid, ServerInfo server) {
		this.connection = connection;
		this.pid = pid;
		this.server = server;
	}

	/**
	 * The JDBC connection, in autocommit mode. Do not close it, close this.
	 * @return the connection
	 */
	public Connection jdbc() {
		return this.connection;
	}

	/**
	 * Executes a statement as it stands.
	 * @param sql the statement
	 * @throws SQLException if it fails
	 */
	public void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			// braces are PostgreSQL's here, not JDBC's
			statement.setEscapeProcessing(false);
			statement.execute(sql);
		}
	}

	/**
	 * The process id of the server's session, {@code pg_backend_pid()}.
	 * @return the process id
	 */
	public int pid() {
		return this.pid;
	}

	/**
	 * What the session said about its server before it was set up.
	 * @return server facts, with the application's search path
	 */
	public ServerInfo server() {
		return this.server;
	}

	/**
	 * Ends the session. A statement that runs goes on in the server. Never throws.
	 */
	@Override
	public void close() {
		close(this.connection);
	}

	/**
	 * Closes the physical connection first, in case a pool wraps it: a session with our
	 * settings and locks must not come back to anybody.
	 */
	static void close(Connection connection) {
		try {
			if (connection.unwrap(PGConnection.class) instanceof Connection physical) {
				physical.close();
			}
		}
		catch (SQLException ex) {
			logger.debug("Closing the physical connection failed", ex);
		}
		try {
			connection.close();
		}
		catch (SQLException ex) {
			logger.debug("Closing a connection failed", ex);
		}
	}

	@Override
	public String toString() {
		return "PostgreSQL session %d in %s".formatted(this.pid, this.server.database());
	}

}
