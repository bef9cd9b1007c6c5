package io.github.heavyindex.sample.server;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server on a data directory that is kept. A server that outlived its
 * application is used again, not started anew: a build may be going on in it. For the
 * same reason closing leaves the server alone while somebody still works in it.
 */
final class EmbeddedServer implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedServer.class);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

	private final Postmaster postmaster;

	private final @Nullable EmbeddedPostgres started;

	private EmbeddedServer(Postmaster postmaster, @Nullable EmbeddedPostgres started) {
		this.postmaster = postmaster;
		this.started = started;
		logger.info("PostgreSQL {} (pid {}), look into it by: psql -h localhost -p {} -U {}",
				(started != null) ? "has started" : "was still running and is used again", postmaster.process().pid(),
				postmaster.port(), EmbeddedServerConnectionDetails.USER);
	}

	static EmbeddedServer findOrStart(Path dataDirectory, int preferredPort) {
		Path directory = dataDirectory.toAbsolutePath().normalize();
		return find(directory).map((survivor) -> new EmbeddedServer(survivor, null))
			.orElseGet(() -> start(directory, preferredPort));
	}

	/**
	 * Waits for a server that is still starting (it may be recovering) or stopping.
	 */
	private static Optional<Postmaster> find(Path directory) {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		Optional<Postmaster> found = Postmaster.of(directory);
		while (found.isPresent() && !found.get().serves(directory)) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(
						"Process %d of %s does not answer on port %d. Stop it, or remove the file.".formatted(
								found.get().process().pid(), directory.resolve("postmaster.pid"), found.get().port()));
			}
			pause();
			found = Postmaster.of(directory);
		}
		return found;
	}

	private static EmbeddedServer start(Path directory, int preferredPort) {
		Path log = directory.resolveSibling("postgres.log");
		try {
			directory.toFile().mkdirs();
			// not the defaults: a pipe breaks with us, a shutdown hook ends builds
			EmbeddedPostgres started = EmbeddedPostgres.builder()
				.setDataDirectory(directory)
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(free(preferredPort) ? preferredPort : 0)
				.setLocaleConfig("locale", "C")
				.setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.setPGStartupWait(START_TIMEOUT)
				.start();
			return Postmaster.of(directory)
				.map((postmaster) -> new EmbeddedServer(postmaster, started))
				.orElseThrow(() -> new IllegalStateException("The server ended right after its start"));
		}
		catch (IOException | IllegalStateException ex) {
			throw new IllegalStateException(
					"PostgreSQL did not start on %s. Its log %s says why; without the directory ".formatted(directory,
							log) + "it starts afresh.",
					ex);
		}
	}

	private static boolean free(int port) {
		try (ServerSocket socket = new ServerSocket(port)) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	String url() {
		return this.postmaster.url();
	}

	Postmaster postmaster() {
		return this.postmaster;
	}

	@Override
	public void close() {
		long pid = this.postmaster.process().pid();
		List<String> sessions = remainingSessions();
		if (!sessions.isEmpty() || !stoppable()) {
			logger.info("PostgreSQL goes on running {}; the next start finds it, `kill {}` stops it",
					sessions.isEmpty() ? "" : "for " + String.join(", ", sessions), pid);
			return;
		}
		try {
			stop();
			this.postmaster.process().onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			logger.info("PostgreSQL (pid {}) has stopped", pid);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException | ExecutionException | TimeoutException ex) {
			logger.warn("PostgreSQL (pid {}) has not stopped within {}", pid, STOP_TIMEOUT);
		}
	}

	/**
	 * On Windows another process can only be killed.
	 */
	private boolean stoppable() {
		return this.started != null || this.postmaster.process().supportsNormalTermination();
	}

	private void stop() throws IOException {
		if (this.started != null) {
			this.started.close();
		}
		else {
			// SIGTERM is PostgreSQL's smart shutdown: who has just come in is let finish
			this.postmaster.process().destroy();
		}
	}

	/**
	 * Who is still connected; sessions of closed connections take a moment to go.
	 */
	private List<String> remainingSessions() {
		long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
		try {
			List<String> sessions = this.postmaster.otherSessions();
			while (!sessions.isEmpty() && System.nanoTime() < deadline) {
				pause();
				sessions = this.postmaster.otherSessions();
			}
			return sessions;
		}
		catch (SQLException ex) {
			return List.of("sessions that cannot be read (" + ex.getMessage() + ")");
		}
	}

	private static void pause() {
		try {
			Thread.sleep(100);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for PostgreSQL", ex);
		}
	}

}
