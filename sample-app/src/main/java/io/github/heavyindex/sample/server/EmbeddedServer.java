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

	private EmbeddedServer(Postmaster postmaster) {
		this.postmaster = postmaster;
	}

	static EmbeddedServer findOrStart(Path dataDirectory, int preferredPort) {
		Path directory = dataDirectory.toAbsolutePath().normalize();
		Optional<Postmaster> survivor = find(directory);
		Postmaster postmaster = survivor.orElseGet(() -> start(directory, preferredPort));
		logger.info("PostgreSQL {} (pid {}), look into it by: psql -h localhost -p {} -U {}",
				survivor.isPresent() ? "was still running and is used again" : "has started",
				postmaster.process().pid(), postmaster.port(), EmbeddedServerConnectionDetails.USER);
		return new EmbeddedServer(postmaster);
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

	private static Postmaster start(Path directory, int preferredPort) {
		Path log = directory.resolveSibling("postgres.log");
		try {
			directory.toFile().mkdirs();
			// a pipe would break with the application, and a shutdown hook would end
			// builds
			EmbeddedPostgres.builder()
				.setDataDirectory(directory)
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(free(preferredPort) ? preferredPort : 0)
				.setLocaleConfig("locale", "C")
				.setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.setPGStartupWait(START_TIMEOUT)
				.start();
		}
		catch (IOException | IllegalStateException ex) {
			throw new IllegalStateException(
					"PostgreSQL did not start on %s. Its log %s says why; without the directory ".formatted(directory,
							log) + "it starts afresh.",
					ex);
		}
		return Postmaster.of(directory)
			.orElseThrow(() -> new IllegalStateException("PostgreSQL ended right after its start, see " + log));
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
		if (!sessions.isEmpty() || !this.postmaster.process().supportsNormalTermination()) {
			logger.info("PostgreSQL goes on running {}; the next start finds it, `kill {}` stops it",
					sessions.isEmpty() ? "" : "for " + String.join(", ", sessions), pid);
			return;
		}
		// SIGTERM is PostgreSQL's smart shutdown: who has just come in is let finish
		this.postmaster.process().destroy();
		try {
			this.postmaster.process().onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			logger.info("PostgreSQL (pid {}) has stopped", pid);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("PostgreSQL (pid {}) has not stopped within {}", pid, STOP_TIMEOUT);
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
			logger.debug("The sessions of PostgreSQL could not be read", ex);
			return List.of();
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
