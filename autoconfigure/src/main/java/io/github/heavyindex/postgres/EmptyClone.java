package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * An empty clone of a table, in a transaction that is rolled back, to build indexes on
 * and read their definitions. A temporary clone bears the table's own name, since a
 * predicate may be qualified by it; an ordinary one stands beside the table.
 */
final class EmptyClone implements AutoCloseable {

	/**
	 * How the names begin of clones beside their tables, and of what is built on them.
	 */
	static final String PREFIX = "heavy_index_clone_";

	private static final Pattern ELSEWHERE = Pattern
		.compile("(?s)(.*) TABLESPACE (\"(?:[^\"]|\"\")+\"|[a-z_][a-z0-9_$]*)");

	private final Connection connection;

	private final JdbcTemplate jdbc;

	private final RelationName table;

	private final boolean temporary;

	private final String name;

	/**
	 * Begins the transaction.
	 * @param connection a connection in autocommit
	 * @param table the table, with its schema
	 */
	EmptyClone(Connection connection, RelationName table, boolean temporary) throws SQLException {
		this.connection = connection;
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
		this.table = table;
		this.temporary = temporary;
		this.name = temporary ? table.name() : PREFIX + System.nanoTime();
		connection.setAutoCommit(false);
	}

	/**
	 * Creates the clone.
	 * @throws SQLException if there can be none
	 */
	void create() throws SQLException {
		Layout layout = prepare();
		String clone = this.temporary ? "TEMPORARY TABLE " + RelationName.quote(this.name) : "TABLE " + qualified();
		execute("CREATE " + clone + " (LIKE " + this.table.quoted() + (layout.virtual ? " INCLUDING GENERATED" : "")
				+ ")" + ((layout.partitionKey != null) ? " PARTITION BY " + layout.partitionKey : ""));
	}

	/**
	 * Builds a declared index, and reads its definition without names.
	 */
	String define(CreateIndex declaration) throws SQLException {
		String index = indexName(declaration);
		CreateIndex onClone = new CreateIndex(declaration.table(), index, declaration.unique(), declaration.only(),
				declaration.definition(), declaration.options());
		return define(onClone.sqlOn(qualified()), index);
	}

	/**
	 * Builds the index once more as its definition in the catalog says, in place of the
	 * one that was built as declared.
	 * @param actual a definition without names
	 * @return the definition of what was built
	 */
	String defineAgain(CreateIndex declaration, String actual) throws SQLException {
		String index = indexName(declaration);
		boolean unique = actual.startsWith("UNIQUE ");
		String rest = unique ? actual.substring("UNIQUE ".length()) : actual;
		execute("drop index " + schema() + RelationName.quote(index));
		// what stands last in ours stands before WHERE in a statement
		Matcher elsewhere = ELSEWHERE.matcher(rest);
		boolean found = elsewhere.matches();
		execute("set local " + (this.temporary ? "temp_tablespaces" : "default_tablespace") + " = "
				+ (found ? elsewhere.group(2) : "''"));
		return define("CREATE " + (unique ? "UNIQUE " : "") + "INDEX " + RelationName.quote(index) + " ON "
				+ qualified() + " " + (found ? elsewhere.group(1) : rest), index);
	}

	// beside the table the index's own name may be taken, by the index itself
	private String indexName(CreateIndex declaration) {
		return this.temporary ? declaration.indexName() : PREFIX + "index";
	}

	private String qualified() {
		return schema() + RelationName.quote(this.name);
	}

	private String schema() {
		String schema = this.table.schema();
		return this.temporary ? "pg_temp." : (schema != null) ? RelationName.quote(schema) + "." : "";
	}

	/**
	 * Prepares the transaction.
	 * @return what of the table the clone must have, too
	 */
	private Layout prepare() throws SQLException {
		// an index without TABLESPACE lies in default_tablespace, one on a temporary
		// table in temp_tablespaces; a table is a type too, and the clone's must not hide
		// another one of its name
		try (PreparedStatement statement = this.connection.prepareStatement("""
				select set_config('lock_timeout', '1s', true), set_config('statement_timeout', '5s', true),
					set_config('idle_in_transaction_session_timeout', '5s', true),
					set_config('temp_tablespaces',
						coalesce(quote_ident(nullif(current_setting('default_tablespace'), '')), ''), true),
					set_config('search_path',
						concat_ws(', ', nullif(current_setting('search_path'), ''), 'pg_temp'), true),
					pg_get_partkeydef(t.oid) as partition_key,
					exists (select from pg_attribute where attrelid = t.oid and attgenerated = 'v') as virtual
				from to_regclass(?) as t(oid)""")) {
			statement.setString(1, this.table.quoted());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? new Layout(row.getString("partition_key"), row.getBoolean("virtual"))
						: new Layout(null, false);
			}
		}
	}

	private String define(String sql, String index) throws SQLException {
		execute(sql);
		// the clone of a table named like one of the catalog must not stand before it
		execute("set local search_path = pg_catalog, pg_temp");
		try {
			return this.jdbc.queryForObject("""
					select text from (%s) definitions""".formatted(Definitions.TEXT),
					(row, number) -> row.getString("text"), (Object) new Long[] { oid(index) });
		}
		catch (DataAccessException ex) {
			if (ex.getCause() instanceof SQLException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private Long oid(String index) {
		Long oid = this.jdbc.queryForObject("""
				select c.oid::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace
				where c.relname = ? and case when ? then n.oid = pg_my_temp_schema() else n.nspname = ? end""",
				Long.class, index, this.temporary, this.table.schema());
		if (oid == null) {
			throw new IllegalStateException("The index " + index + " is not on its clone");
		}
		return oid;
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.setEscapeProcessing(false);
			statement.execute(sql);
		}
	}

	/**
	 * Rolls the transaction back.
	 */
	@Override
	public void close() throws SQLException {
		if (!this.connection.isClosed()) {
			this.connection.rollback();
			this.connection.setAutoCommit(true);
		}
	}

	/**
	 * What of a table decides about its indexes beside the columns.
	 *
	 * @param partitionKey how it is partitioned, or {@code null} if it is not: a unique
	 * index must hold the partition key, and not every access method can be partitioned
	 * @param virtual whether it has virtual generated columns, which no index may name
	 * (PostgreSQL 18)
	 */
	private record Layout(@Nullable String partitionKey, boolean virtual) {

	}

}
