package io.github.heavyindex.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.heavyindex.testsupport.PostgresServer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PgBouncer in front of the test server, where the machine has its binary.
 */
final class PgBouncer implements AutoCloseable {

	private final int port;

	private final Process process;

	private final Path log;

	private PgBouncer(int port, Process process, Path log) {
		this.port = port;
		this.process = process;
		this.log = log;
	}

	/**
	 * The binary, or {@code null} if the machine has none.
	 */
	static @Nullable Path binary() {
		String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
		return Stream.of(path.split(":"))
			.map((directory) -> Path.of(directory, "pgbouncer"))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
	}

	static PgBouncer start(PostgresServer server, Path directory, String... settings) throws IOException {
		Path binary = binary();
		if (binary == null) {
			throw new IllegalStateException("pgbouncer is not installed");
		}
		int port = freePort();
		Path users = Files.writeString(directory.resolve("users.txt"),
				"\"%s\" \"%s\"%n".formatted(server.username(), server.password()));
		Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), """
				[databases]
				* = host=%s port=%d
				[pgbouncer]
				listen_addr = 127.0.0.1
				listen_port = %d
				unix_socket_dir =
				auth_type = trust
				auth_file = %s
				ignore_startup_parameters = extra_float_digits
				%s
				""".formatted("localhost".equals(server.host()) ? "127.0.0.1" : server.host(), server.port(), port,
				users, String.join("\n", settings)));
		List<String> command = new ArrayList<>(List.of(binary.toString(), configuration.toString()));
		if ("root".equals(System.getProperty("user.name"))) {
			// it refuses to run as root; nobody must be able to read its files
			open(directory);
			command.addAll(1, List.of("-u", "nobody"));
		}
		Path log = directory.resolve("pgbouncer.log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		PgBouncer bouncer = new PgBouncer(port, process, log);
		try {
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(bouncer::answers);
		}
		catch (RuntimeException ex) {
			bouncer.close();
			throw new IllegalStateException("pgbouncer does not start: " + bouncer.log(), ex);
		}
		return bouncer;
	}

	private static void open(Path directory) throws IOException {
		for (Path path = directory; path != null && path.startsWith(System.getProperty("java.io.tmpdir"))
				&& !path.equals(Path.of(System.getProperty("java.io.tmpdir"))); path = path.getParent()) {
			path.toFile().setExecutable(true, false);
			path.toFile().setReadable(true, false);
		}
		try (Stream<Path> files = Files.list(directory)) {
			files.forEach((file) -> file.toFile().setReadable(true, false));
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private boolean answers() {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			if (!this.process.isAlive()) {
				throw new IllegalStateException("it ended with " + this.process.exitValue(), ex);
			}
			return false;
		}
	}

	private String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	PGSimpleDataSource dataSource(PostgresServer server, String database) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl("jdbc:postgresql://127.0.0.1:%d/%s".formatted(this.port, database));
		dataSource.setUser(server.username());
		dataSource.setPassword(server.password());
		return dataSource;
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
