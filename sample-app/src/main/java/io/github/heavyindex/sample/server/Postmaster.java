package io.github.heavyindex.sample.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The PostgreSQL server process of a data directory, as its {@code postmaster.pid} tells:
 * the process id in line 1, the port in line 4.
 */
record Postmaster(ProcessHandle process, int port) {

	private static final int PID_LINE = 0;

	private static final int PORT_LINE = 3;

	/**
	 * Reads who serves a data directory.
	 * @param dataDirectory the data directory, which need not exist
	 * @return the living server, which may still be starting or stopping; empty if there
	 * is none, or its port is not known yet
	 */
	static Optional<Postmaster> of(Path dataDirectory) {
		List<String> lines = lines(dataDirectory.resolve("postmaster.pid"));
		if (lines.size() <= PORT_LINE) {
			return Optional.empty();
		}
		int port = Integer.parseInt(lines.get(PORT_LINE).strip());
		return ProcessHandle.of(Long.parseLong(lines.get(PID_LINE).strip()))
			.filter(Postmaster::isPostgres)
			.map((process) -> new Postmaster(process, port));
	}

	/**
	 * After a crash of the machine the process id may belong to anything.
	 */
	private static boolean isPostgres(ProcessHandle process) {
		return process.isAlive() && process.info()
			.command()
			.map((command) -> Path.of(command).getFileName().toString().startsWith("postgres"))
			.orElse(true);
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot read " + file, ex);
		}
	}

	String url() {
		return "jdbc:postgresql://localhost:" + this.port + "/postgres";
	}

	Connection connect() throws SQLException {
		return DriverManager.getConnection(url() + "?connectTimeout=2&socketTimeout=10",
				EmbeddedServerConnectionDetails.USER, null);
	}

	/**
	 * Whether the server takes connections and is the one of the data directory: the port
	 * may have gone to another server.
	 */
	boolean serves(Path dataDirectory) {
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("SHOW data_directory")) {
			return row.next() && Files.isSameFile(Path.of(row.getString(1)), dataDirectory);
		}
		catch (SQLException | IOException ex) {
			return false;
		}
	}

	/**
	 * Everyone who is connected but us, for people. A build whose application has gone is
	 * one of them.
	 */
	List<String> otherSessions() throws SQLException {
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("""
						SELECT 'pid ' || pid || ' (' || application_name || ', ' || coalesce(state, 'unknown') || ')'
						FROM pg_stat_activity
						WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
						ORDER BY pid""")) {
			List<String> sessions = new ArrayList<>();
			while (rows.next()) {
				sessions.add(rows.getString(1));
			}
			return sessions;
		}
	}

}
