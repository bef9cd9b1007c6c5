package io.github.heavyindex.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A PostgreSQL server on a free port of 127.0.0.1, as durable as PostgreSQL is by
 * default, which counts the statements of the applications.
 */
final class Server implements AutoCloseable {

	/**
	 * Owns the databases and everything in them; whoever looks is another one.
	 */
	static final String OWNER = "app";

	private static final String SUPERUSER = "postgres";

	private final EmbeddedPostgres postgres;

	private Server(EmbeddedPostgres postgres) {
		this.postgres = postgres;
	}

	static Server start() throws IOException, SQLException {
		Path log = Files.createDirectories(Settings.DIRECTORY).resolve("server.log");
		EmbeddedPostgres postgres = EmbeddedPostgres.builder()
			.setServerConfig("listen_addresses", "127.0.0.1")
			.setServerConfig("max_connections", "1000")
			.setServerConfig("shared_buffers", "1GB")
			.setServerConfig("max_wal_size", "16GB")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("autovacuum", "off")
			.setServerConfig("max_locks_per_transaction", "512")
			.setServerConfig("max_worker_processes", "16")
			.setServerConfig("max_parallel_workers", "16")
			.setServerConfig("shared_preload_libraries", "pg_stat_statements")
			.setServerConfig("pg_stat_statements.max", "20000")
			.setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.setPGStartupWait(Duration.ofSeconds(60))
			.start();
		Server server = new Server(postgres);
		try (Database database = new Database(server, "postgres")) {
			database.execute("create role " + OWNER + " login", "create extension pg_stat_statements");
		}
		return server;
	}

	/**
	 * Creates a database that belongs to the applications.
	 */
	Database create(String name) throws SQLException {
		try (Database database = new Database(this, "postgres")) {
			database.execute("drop database if exists " + name + " with (force)",
					"create database " + name + " owner " + OWNER);
		}
		return new Database(this, name);
	}

	int port() {
		return this.postgres.getPort();
	}

	String url(String database) {
		return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
	}

	Connection connect(String database) throws SQLException {
		return DriverManager.getConnection(url(database), SUPERUSER, SUPERUSER);
	}

	Connection connectAsOwner(String database) throws SQLException {
		return DriverManager.getConnection(url(database), OWNER, OWNER);
	}

	String version() {
		try (Database database = new Database(this, "postgres")) {
			return database.text("show server_version");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.postgres.close();
	}

}
