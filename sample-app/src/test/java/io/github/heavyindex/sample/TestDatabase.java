package io.github.heavyindex.sample;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * One real server for the tests that do not look at the server itself, and an empty
 * database for each of them.
 */
public final class TestDatabase {

	private static final EmbeddedPostgres SERVER = start();

	private TestDatabase() {
	}

	/**
	 * Creates an empty database.
	 * @return connections to it, not pooled
	 * @throws SQLException if it cannot be created
	 */
	public static DataSource create() throws SQLException {
		return new DriverManagerDataSource(createUrl());
	}

	/**
	 * Creates an empty database.
	 * @return its JDBC URL, credentials included
	 * @throws SQLException if it cannot be created
	 */
	public static String createUrl() throws SQLException {
		String name = "sample_" + UUID.randomUUID().toString().replace("-", "");
		try (Connection connection = SERVER.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("CREATE DATABASE " + name);
		}
		return SERVER.getJdbcUrl("postgres", name);
	}

	/**
	 * Opens a connection.
	 * @param url the JDBC URL
	 * @return the connection
	 * @throws SQLException if there is none
	 */
	public static Connection connect(String url) throws SQLException {
		return new DriverManagerDataSource(url).getConnection();
	}

	private static EmbeddedPostgres start() {
		try {
			return EmbeddedPostgres.start();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The test database did not start", ex);
		}
	}

}
