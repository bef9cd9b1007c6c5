package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Refuses connections whose server session may change between two statements. Behind a
 * transaction pooler such as PgBouncer, session locks and settings mean nothing: two
 * clients get the same "exclusive" advisory lock, and both stay behind on the server's
 * session when the client is gone.
 * <p>
 * A pooler invents the process id that the driver is told at login, so this id differs
 * from {@code pg_backend_pid()} behind every pooler and never on a direct connection. In
 * session mode the server's process id then stays put. In transaction mode a second
 * client either gets the first one's server session or pushes it to another. It takes the
 * server sessions in varying order, because a pooler that hands them out in turn
 * ({@code server_round_robin}) could give each client the same one again and again.
 */
final class PoolerCheck {

	private static final int ROUNDS = 20;

	private final AtomicBoolean sessionPooler = new AtomicBoolean();

	private final ConnectionTarget target;

	PoolerCheck(ConnectionTarget target) {
		this.target = target;
	}

	/**
	 * The process id of the server's session. Sends nothing that changes a session.
	 * @throws ConnectionUnavailableException if the session is shared with others
	 */
	int serverPid(Connection connection, ConnectionRecipe recipe) throws SQLException {
		int pid = currentPid(connection);
		if (pid == connection.unwrap(PGConnection.class).getBackendPID() || this.sessionPooler.get()) {
			return pid;
		}
		boolean stable;
		try (Connection second = recipe.open()) {
			second.setNetworkTimeout(Runnable::run, PhysicalConnection.SET_UP_TIMEOUT_MILLIS);
			stable = staysPut(connection, pid, second);
		}
		catch (SQLException ex) {
			throw refused(recipe, "It gave two connections no session each (%s)".formatted(Secrets.messageOf(ex)), ex);
		}
		if (!stable) {
			throw refused(recipe, "Statements of one connection reached several server sessions", null);
		}
		this.sessionPooler.set(true);
		return pid;
	}

	private static boolean staysPut(Connection first, int pid, Connection second) throws SQLException {
		for (int round = 0; round < ROUNDS; round++) {
			if (round % 2 == 1 && currentPid(second) == pid) {
				return false;
			}
			execute(second, "begin");
			int held = currentPid(second);
			int now = currentPid(first);
			execute(second, "rollback");
			if (held == pid || now != pid) {
				return false;
			}
		}
		return true;
	}

	/**
	 * By SQL text: pgjdbc's own {@code rollback()} leaves a prepared statement behind on
	 * the pooler's server session, over which other clients then stumble.
	 */
	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static int currentPid(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	private ConnectionUnavailableException refused(ConnectionRecipe recipe, String reason,
			@Nullable SQLException cause) {
		return new ConnectionUnavailableException(
				"A transaction pooler such as PgBouncer stands between the application and PostgreSQL (%s). %s; session locks and settings, which index operations need, mean nothing there. Set %s to PostgreSQL itself or to a pooler in session mode."
					.formatted(recipe, reason, this.target.urlProperty()),
				cause);
	}

}
