package io.github.heavyindex.benchmark;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;

/**
 * A database, as its superuser sees it.
 */
final class Database implements AutoCloseable {

	private static final Duration LONG = Duration.ofMinutes(30);

	private final Server server;

	private final String name;

	private final Connection connection;

	Database(Server server, String name) throws SQLException {
		this.server = server;
		this.name = name;
		this.connection = server.connect(name);
	}

	Server server() {
		return this.server;
	}

	String name() {
		return this.name;
	}

	void execute(String... statements) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	void executeAsOwner(String... statements) throws SQLException {
		try (Connection owner = this.server.connectAsOwner(this.name); Statement statement = owner.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	double number(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() ? rows.getDouble(1) : 0;
		}
	}

	boolean is(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() && rows.getBoolean(1);
		}
	}

	String text(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			return (rows.next() && rows.getString(1) != null) ? rows.getString(1) : "";
		}
	}

	/**
	 * A table of so many rows, in a random order of {@code a}.
	 */
	void fill(String table, int rows) throws SQLException {
		executeAsOwner(
				"create table " + table
						+ " (id bigint primary key, a int not null, b int not null, c text, at timestamptz)",
				"insert into " + table + " select i, hashint4(i), hashint4(-i), 'row ' || i, now() from"
						+ " generate_series(1, " + rows + ") i");
		execute("vacuum analyze " + table, "checkpoint");
	}

	/**
	 * So many small tables with ten indexes each, or what is needed of the last one.
	 */
	static String tableOf(int index) {
		return "small_" + index / 10;
	}

	static String createIndex(int index) {
		return "create index small_idx_" + index + " on " + tableOf(index) + " (a, (a + " + index + "))";
	}

	void smallTables(int indexes) throws SQLException {
		for (int table = 0; table * 10 < indexes; table++) {
			executeAsOwner("create table small_" + table + " (a int)");
		}
	}

	void smallTablesWithIndexes(int indexes) throws SQLException {
		smallTables(indexes);
		for (int index = 0; index < indexes; index++) {
			execute(createIndex(index));
		}
	}

	boolean exists(String relation) throws SQLException {
		return is("select to_regclass('" + relation + "') is not null");
	}

	boolean isValid(String index) throws SQLException {
		return is("select indisvalid from pg_index where indexrelid = to_regclass('" + index + "')");
	}

	int completed() throws SQLException {
		return exists("heavy_index_operation")
				? (int) number("select count(*) from heavy_index_operation where state = 'COMPLETED'") : 0;
	}

	void awaitCompleted(int operations) {
		await("operations", () -> completed() >= operations);
	}

	/**
	 * The awaited is looked for every 50 ms, for half an hour at most.
	 */
	void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what)
			.atMost(LONG)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(50))
			.until(condition);
	}

	/**
	 * Ends what applications have left on the server, and removes everything but the
	 * filled tables.
	 */
	void reset(String... tables) throws SQLException {
		endSessions();
		execute("""
				do $$ declare r record; begin
					for r in select oid::regclass as name from pg_class where relkind in ('r', 'p')
							and relnamespace = 'public'::regnamespace and not relispartition
							and relname <> all (string_to_array('%s', ',')) loop
						execute 'drop table ' || r.name || ' cascade';
					end loop;
					for r in select indexrelid::regclass as name from pg_index i join pg_class c on c.oid = i.indrelid
							where c.relnamespace = 'public'::regnamespace and not i.indisprimary
							and not exists (select from pg_inherits where inhrelid = i.indexrelid) loop
						execute 'drop index ' || r.name;
					end loop;
				end $$""".formatted(String.join(",", tables)), "checkpoint");
	}

	void endSessions() throws SQLException {
		execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
				+ " and pid <> pg_backend_pid() and backend_type = 'client backend'");
		await("the end of all sessions",
				() -> is("select count(*) = 0 from pg_stat_activity where datname = current_database()"
						+ " and pid <> pg_backend_pid() and backend_type = 'client backend'"));
	}

	/**
	 * From now on statements are counted.
	 */
	void startCounting() throws SQLException {
		try (Database postgres = new Database(this.server, "postgres")) {
			postgres.execute("select pg_stat_statements_reset()");
		}
	}

	/**
	 * How many statements the applications have sent to this database.
	 */
	double statements() throws SQLException {
		return statistics("coalesce(sum(calls), 0)", "");
	}

	/**
	 * How often the statement was sent that was sent most often.
	 */
	double mostFrequent() throws SQLException {
		return statistics("coalesce(max(calls), 0)", "");
	}

	/**
	 * The longest execution of a statement like that, in seconds.
	 */
	double longest(String like) throws SQLException {
		return statistics("coalesce(max(max_exec_time), 0) / 1000", " and query ilike '" + like + "'");
	}

	private double statistics(String what, String condition) throws SQLException {
		try (Database postgres = new Database(this.server, "postgres")) {
			return postgres.number("select " + what + " from pg_stat_statements s join pg_database d on d.oid = s.dbid"
					+ " where s.userid = '" + Server.OWNER + "'::regrole and d.datname = '" + this.name + "'"
					+ condition);
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
