package io.github.heavyindex.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A second PostgreSQL server, of embedded binaries, which a test may stop and start
 * again. Not thread-safe.
 */
public final class StoppableServer implements AutoCloseable {

	private final Path directory;

	private @Nullable EmbeddedPostgres server;

	private int port;

	private StoppableServer(Path directory) {
		this.directory = directory;
	}

	/**
	 * Starts a server.
	 * @param directory an empty directory for its data
	 * @return the running server
	 */
	public static StoppableServer start(Path directory) {
		StoppableServer server = new StoppableServer(directory);
		server.start();
		return server;
	}

	/**
	 * Starts the server again where it was.
	 */
	public void start() {
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
			.setDataDirectory(this.directory)
			.setCleanDataDirectory(false)
			.setServerConfig("fsync", "off")
			.setPGStartupWait(Duration.ofSeconds(60));
		try {
			this.server = ((this.port != 0) ? builder.setPort(this.port) : builder).start();
			this.port = this.server.getPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Embedded PostgreSQL does not start", ex);
		}
	}

	/**
	 * Stops the server, whoever is connected.
	 */
	public void stop() {
		try {
			if (this.server != null) {
				this.server.close();
			}
			this.server = null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * An unpooled data source as superuser.
	 * @return a new data source
	 */
	public DataSource dataSource() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl("jdbc:postgresql://localhost:" + this.port + "/postgres");
		dataSource.setUser("postgres");
		dataSource.setPassword("postgres");
		return dataSource;
	}

	/**
	 * Spring's client on {@link #dataSource()}.
	 * @return a new client
	 */
	public JdbcClient jdbc() {
		return JdbcClient.create(dataSource());
	}

	@Override
	public void close() {
		stop();
	}

}
