package io.github.heavyindex.testsupport;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A fresh, empty database for each test, dropped after it whatever still uses it.
 * <pre>{@code
 * &#64;RegisterExtension
 * final TestDatabase database = new TestDatabase();
 * }</pre> Names are unique, so that several JVMs may share a server. Not thread-safe
 * where it creates things; what it hands out may be used by any thread.
 */
public final class TestDatabase implements BeforeEachCallback, AfterEachCallback {

	private final PostgresServer server = PostgresServer.shared();

	private final Deque<AutoCloseable> cleanUps = new ArrayDeque<>();

	private @Nullable String name;

	@Override
	public void beforeEach(ExtensionContext context) {
		create();
	}

	@Override
	public void afterEach(ExtensionContext context) throws Exception {
		close();
	}

	private void create() {
		String name = unique("test");
		this.server.jdbc().sql("create database " + name).update();
		this.name = name;
	}

	private void close() throws Exception {
		Exception failure = null;
		while (!this.cleanUps.isEmpty()) {
			failure = attempt(this.cleanUps.pop(), failure);
		}
		if (this.name != null) {
			failure = attempt(this::drop, failure);
		}
		this.name = null;
		if (failure != null) {
			throw failure;
		}
	}

	private static @Nullable Exception attempt(AutoCloseable cleanUp, @Nullable Exception earlier) {
		try {
			cleanUp.close();
			return earlier;
		}
		catch (Exception ex) {
			if (earlier != null) {
				ex.addSuppressed(earlier);
			}
			return ex;
		}
	}

	private void drop() {
		// not even FORCE drops a database with prepared transactions
		query("select gid from pg_prepared_xacts where database = current_database()", String.class)
			.forEach((gid) -> execute("rollback prepared '" + gid.replace("'", "''") + "'"));
		this.server.jdbc().sql("drop database if exists " + name() + " with (force)").update();
	}

	/**
	 * The server that holds this database.
	 * @return the server
	 */
	public PostgresServer server() {
		return this.server;
	}

	/**
	 * The database's name; it needs no quotes.
	 * @return the name
	 */
	public String name() {
		if (this.name == null) {
			throw new IllegalStateException("The database exists during a test only");
		}
		return this.name;
	}

	/**
	 * JDBC URL of this database, without credentials.
	 * @return the URL
	 */
	public String jdbcUrl() {
		return this.server.jdbcUrl(name());
	}

	/**
	 * The superuser's name.
	 * @return the name
	 */
	public String username() {
		return this.server.username();
	}

	/**
	 * The superuser's password.
	 * @return the password
	 */
	public String password() {
		return this.server.password();
	}

	/**
	 * An unpooled data source as superuser.
	 * @return a new data source
	 */
	public PGSimpleDataSource dataSource() {
		return this.server.dataSource(name());
	}

	/**
	 * An unpooled data source as the given role.
	 * @param role a role, see {@link #createRole(String)}
	 * @return a new data source
	 */
	public PGSimpleDataSource dataSource(TestRole role) {
		return this.server.dataSource(name(), role.name(), role.password());
	}

	/**
	 * Spring's client on {@link #dataSource()}: one connection for each statement.
	 * @return a new client
	 */
	public JdbcClient jdbc() {
		return JdbcClient.create(dataSource());
	}

	/**
	 * Runs statements as superuser, each in autocommit on one connection.
	 * @param statements SQL without parameters
	 */
	public void execute(String... statements) {
		try (Connection connection = dataSource().getConnection(); var statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	/**
	 * The first column of a query's rows.
	 * @param <T> the column's type
	 * @param sql a query with {@code ?} for each parameter
	 * @param type the column's type
	 * @param parameters the parameters
	 * @return a value for each row
	 */
	public <T> List<T> query(String sql, Class<T> type, Object... parameters) {
		return jdbc().sql(sql).params(parameters).query(type).list();
	}

	/**
	 * The value of a query that gives exactly one row of one column.
	 * @param <T> the column's type
	 * @param sql a query with {@code ?} for each parameter
	 * @param type the column's type
	 * @param parameters the parameters
	 * @return the value
	 */
	public <T> T single(String sql, Class<T> type, Object... parameters) {
		return jdbc().sql(sql).params(parameters).query(type).single();
	}

	/**
	 * Waits until a query gives true in exactly one row.
	 * @param sql a query with {@code ?} for each parameter
	 * @param parameters the parameters
	 */
	public void awaitTrue(String sql, Object... parameters) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> query(sql, Boolean.class, parameters).equals(List.of(true)));
	}

	/**
	 * Opens a connection as superuser, closed at the end of the test at the latest.
	 * @return a physical connection in autocommit mode
	 */
	public Connection connection() {
		return connection(dataSource());
	}

	/**
	 * Opens a connection, closed at the end of the test at the latest.
	 * @param dataSource where to take it from
	 * @return the connection
	 */
	public Connection connection(DataSource dataSource) {
		try {
			return closeLater(dataSource.getConnection());
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	/**
	 * Closes something at the end of the test, before the database is dropped.
	 * @param <T> its type
	 * @param resource what to close
	 * @return the same
	 */
	public <T extends AutoCloseable> T closeLater(T resource) {
		this.cleanUps.push(resource);
		return resource;
	}

	/**
	 * Creates a second database, dropped at the end of the test.
	 * @return another database on the same server
	 */
	public TestDatabase another() {
		TestDatabase another = new TestDatabase();
		another.create();
		this.cleanUps.push(another::close);
		return another;
	}

	/**
	 * Creates a role that may log in, dropped with all that it owns in this database at
	 * the end of the test.
	 * @param attributes what follows {@code CREATE ROLE name LOGIN PASSWORD '…'}, such as
	 * {@code NOINHERIT}; may be empty
	 * @return the role
	 */
	public TestRole createRole(String attributes) {
		TestRole role = new TestRole(unique("role"), UUID.randomUUID().toString());
		execute("create role %s login password '%s' %s".formatted(role.name(), role.password(), attributes));
		this.cleanUps.push(() -> execute("drop owned by " + role.name() + " cascade", "drop role " + role.name()));
		return role;
	}

	private static String unique(String prefix) {
		return prefix + "_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
	}

	@Override
	public String toString() {
		return (this.name != null) ? this.name : "no database";
	}

}
