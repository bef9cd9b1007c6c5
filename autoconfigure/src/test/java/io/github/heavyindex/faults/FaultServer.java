package io.github.heavyindex.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server that is nobody else's, so that it may be restarted in any way: the
 * embedded binaries on a data directory that is kept from one start to the next.
 */
final class FaultServer implements AutoCloseable {

	static final String SUPERUSER = "postgres";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

	private final Path directory;

	private final int port;

	private final List<String> command;

	private final Thread hook = new Thread(() -> Signal.KILL.sendTo(pid()));

	private FaultServer(Path directory, int port, List<String> command) {
		this.directory = directory;
		this.port = port;
		this.command = command;
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	/**
	 * Starts a server on a free port of 127.0.0.1.
	 * @param settings its settings
	 */
	@SuppressWarnings("resource") // stopped by its process id
	static FaultServer start(Map<String, String> settings) {
		try {
			Path directory = Files.createTempDirectory("heavy-index-faults");
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
				.setDataDirectory(directory.resolve("data"))
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setServerConfig("max_connections", "40")
				// the library switches it off, and a crash would forget what was
				// committed
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("fsync", "off")
				.setServerConfig("full_page_writes", "off")
				.setOutputRedirector(ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()))
				.setPGStartupWait(PATIENCE);
			settings.forEach(builder::setServerConfig);
			int port = builder.start().getPort();
			return new FaultServer(directory, port, command(directory.resolve("data/postmaster.opts")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	// PostgreSQL writes down how it was started, for pg_ctl restart
	private static List<String> command(Path options) throws IOException {
		List<String> command = new ArrayList<>();
		if (System.getProperty("user.name").equals("root")) {
			// it refuses to run as root
			command.addAll(List.of("unshare", "-U"));
		}
		Matcher matcher = QUOTED.matcher(Files.readString(options));
		while (matcher.find()) {
			command.add((matcher.group(1) != null) ? matcher.group(1) : matcher.group(2));
		}
		return command;
	}

	int port() {
		return this.port;
	}

	String url(int port, String database) {
		return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
	}

	/**
	 * Connects as superuser, for whom some connections are reserved.
	 */
	Connection connect(String database) throws SQLException {
		return connect(database, SUPERUSER);
	}

	Connection connect(String database, String user) throws SQLException {
		return DriverManager.getConnection(url(this.port, database) + "?ApplicationName=faults&loginTimeout=10", user,
				user);
	}

	/**
	 * Stops the server with the signal that means {@code fast} or {@code immediate}, and
	 * starts it again.
	 */
	void restart(Signal signal) {
		stop(signal);
		try {
			new ProcessBuilder(this.command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Awaitility.await("the server's start, see " + log())
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.until(this::answers);
	}

	Path log() {
		return this.directory.resolve("server.log");
	}

	private boolean answers() {
		try (Connection connection = connect("postgres")) {
			return connection.isValid(5);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private long pid() {
		try (var lines = Files.lines(this.directory.resolve("data/postmaster.pid"))) {
			return Long.parseLong(lines.findFirst().orElseThrow().strip());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void stop(Signal signal) {
		ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
		signal.sendTo(process.pid());
		try {
			process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException("The server did not stop on " + signal, ex);
		}
	}

	@Override
	public void close() throws IOException {
		stop(Signal.INT);
		Runtime.getRuntime().removeShutdownHook(this.hook);
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
