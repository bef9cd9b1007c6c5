package io.github.heavyindex.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * PostgreSQL's own binaries, unpacked and started as a child process; a shutdown hook of
 * the library stops it with the JVM.
 */
final class EmbeddedServer {

	private EmbeddedServer() {
	}

	@SuppressWarnings("resource") // lives as long as the JVM
	static PostgresServer.Address start(Map<String, String> settings) {
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60));
		settings.forEach(builder::setServerConfig);
		try {
			return new PostgresServer.Address("localhost", builder.start().getPort(), "postgres", "postgres");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Embedded PostgreSQL does not start", ex);
		}
	}

}
