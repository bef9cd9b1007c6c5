package io.github.heavyindex.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database of a {@link FaultServer} with two small tables, whose indexes on
 * {@code slow(…)} take us long to build all the same. Everything belongs to a role that
 * may no more than own it.
 */
final class FaultDatabase {

	/**
	 * The role that owns the tables.
	 */
	static final String OWNER = "app";

	static final int ROWS = 1000;

	private final FaultServer server;

	private final String name;

	private final DataSource control;

	private FaultDatabase(FaultServer server, String name) {
		this.server = server;
		this.name = name;
		PGSimpleDataSource control = new PGSimpleDataSource();
		control.setUrl(server.url(server.port(), name));
		control.setUser(FaultServer.SUPERUSER);
		control.setApplicationName("faults");
		control.setConnectTimeout(5);
		this.control = control;
	}

	static FaultDatabase create(FaultServer server, String name) {
		try (Connection connection = server.connect("postgres"); Statement statement = connection.createStatement()) {
			statement.execute("do $$ begin if not exists (select from pg_roles where rolname = 'app')"
					+ " then create role app login; end if; end $$");
			statement.execute("create database " + name + " owner app");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		FaultDatabase database = new FaultDatabase(server, name);
		database.asOwner("""
				create function slow(value int) returns int language plpgsql immutable strict as $$
					begin
						if current_setting('application_name') like 'heavy-index:create%' then
							perform pg_sleep(0.001);
						end if;
						return value;
					end $$""",
				"create table logs (id bigint generated always as identity primary key, a int not null, b text)",
				"create table events (id bigint generated always as identity primary key, kind int not null, b text)",
				"insert into logs (a, b) select i % 1000, 'b' || i from generate_series(1, " + ROWS + ") i",
				"insert into events (kind, b) select i % 1000, 'b' || i from generate_series(1, " + ROWS + ") i",
				"create table gate (number int)", "analyze");
		return database;
	}

	FaultServer server() {
		return this.server;
	}

	String name() {
		return this.name;
	}

	/**
	 * A connection as superuser.
	 */
	Connection connect() throws SQLException {
		return this.control.getConnection();
	}

	JdbcClient jdbc() {
		return JdbcClient.create(this.control);
	}

	void execute(String... statements) {
		execute(FaultServer.SUPERUSER, statements);
	}

	void asOwner(String... statements) {
		execute(OWNER, statements);
	}

	private void execute(String user, String... statements) {
		try (Connection connection = this.server.connect(this.name, user);
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	<T> List<T> query(String sql, Class<T> type, Object... parameters) {
		return jdbc().sql(sql).params(parameters).query(type).list();
	}

	<T> T single(String sql, Class<T> type, Object... parameters) {
		return jdbc().sql(sql).params(parameters).query(type).single();
	}

	/**
	 * The oid of an index, valid or not, or {@code null}.
	 */
	@Nullable Long oid(String index) {
		return query("select oid::bigint from pg_class where oid = to_regclass(?)", Long.class, index).stream()
			.findFirst()
			.orElse(null);
	}

	boolean isValid(String index) {
		return query("select indisvalid and indisready from pg_index where indexrelid = to_regclass(?)", Boolean.class,
				index)
			.contains(true);
	}

	/**
	 * The definition of an index as PostgreSQL prints it, or {@code null}.
	 */
	@Nullable String definition(String index) {
		return query("select pg_get_indexdef(indexrelid) from pg_index where indexrelid = to_regclass(?)", String.class,
				index)
			.stream()
			.findFirst()
			.orElse(null);
	}

	/**
	 * The session that builds an index, drops or renames it for us, by the table's
	 * advisory lock; {@code null} if none does.
	 */
	@Nullable Integer worker() {
		return workers("%").stream().findFirst().orElse(null);
	}

	/**
	 * The sessions at work for us on operations like the given.
	 */
	List<Integer> workers(String operation) {
		return query("""
				select distinct a.pid from pg_stat_activity a join pg_locks l on l.pid = a.pid
				where a.datname = current_database() and a.state = 'active' and l.locktype = 'advisory' and l.granted
					and a.query ~* '^\\s*(create|drop|alter)' and a.application_name like 'heavy-index:' || ?
				order by a.pid""", Integer.class, operation);
	}

	/**
	 * How many of our advisory locks are held, the marks of living instances included.
	 */
	int advisoryLocks() {
		return single(
				"select count(*) from pg_locks where locktype = 'advisory'"
						+ " and database = (select oid from pg_database where datname = current_database())",
				Integer.class);
	}

	List<String> invalidIndexes() {
		return query("select indexrelid::regclass::text from pg_index where not (indisvalid and indisready)",
				String.class);
	}

	/**
	 * Attempts that are recorded as running while their session is gone.
	 */
	List<String> deadAttempts() {
		return query("""
				select name || ' #' || attempt || ' pid ' || pid from heavy_index_attempt t
				where outcome = 'RUNNING' and not exists (select from pg_stat_activity a where a.pid = t.pid
					and a.application_name like 'heavy-index:%')""", String.class);
	}

}
