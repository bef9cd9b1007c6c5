package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Asks, before anything is built, whether PostgreSQL would let go of the index that is to
 * be replaced, and whether the declared one can back its constraint. The latter is tried
 * on an empty clone of the table, in a transaction that is rolled back. Not thread-safe,
 * like the connection.
 *
 * @since 0.1.0
 */
public final class ReplacementCheck {

	// on the index itself a foreign key, on its constraint a view that groups by it
	private static final String DEPENDENTS = """
			select pg_describe_object(d.classid, d.objid, d.objsubid) from pg_depend d
			where d.deptype = 'n' and (d.refclassid = 'pg_class'::regclass and d.refobjid = ?::oid
				or d.refclassid = 'pg_constraint'::regclass and d.refobjid in (select oid from pg_constraint
					where conindid = ?::oid and contype in ('p', 'u', 'x')))
			order by 1 limit 5""";

	// since PostgreSQL 18 a column may be marked while some rows were not checked yet
	private static final String NULLABLE = """
			select a.attname from pg_index i
			join pg_attribute k on k.attrelid = i.indrelid and k.attnum = any((i.indkey::smallint[])[0:i.indnkeyatts - 1])
			join pg_attribute a on a.attrelid = ?::oid and a.attname = k.attname
			where i.indexrelid = (select conindid from pg_constraint
					where conrelid = to_regclass(?) and contype = 'p')
				and (not a.attnotnull or exists (select from pg_constraint n where n.conrelid = a.attrelid
					and n.contype = 'n' and n.conkey = array[a.attnum] and not n.convalidated))
			order by 1 limit 1""";

	private final Connection connection;

	private final JdbcTemplate jdbc;

	/**
	 * Creates a new instance.
	 * @param connection a connection in autocommit
	 */
	public ReplacementCheck(Connection connection) {
		this.connection = connection;
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
	}

	/**
	 * Why an index cannot be replaced.
	 * @param create the declared index
	 * @param index the index to replace
	 * @return the reason with its mend, or {@code null} if nothing is known that speaks
	 * against it
	 * @throws SQLException if the connection is lost
	 */
	public @Nullable SqlFailure refusal(CreateIndex create, CatalogRelation index) throws SQLException {
		List<String> dependents = this.jdbc.queryForList(DEPENDENTS, String.class, index.oid(), index.oid());
		if (!dependents.isEmpty()) {
			return new SqlFailure("2BP01", "The index " + index.name() + " cannot be replaced: "
					+ String.join(", ", dependents)
					+ " depends on it. Declare the new index under another name, and move what depends on this one",
					false);
		}
		IndexState state = index.index();
		if (state == null || state.constraint() == null) {
			return null;
		}
		Backed backed = this.jdbc.queryForObject("""
				select contype = 'p' as primary_key, indisexclusion from pg_constraint
				join pg_index on indexrelid = conindid
				where conindid = ?::oid and contype in ('p', 'u', 'x')""",
				(row, number) -> new Backed(row.getBoolean(1), row.getBoolean(2)), index.oid());
		if (backed == null || backed.exclusion) {
			return new SqlFailure("0A000",
					"The index " + index.name() + " backs the exclusion constraint " + state.constraint()
							+ ", which PostgreSQL gives no other index. Declare the new index under" + " another name",
					false);
		}
		return tryOnClone(create, state, backed.primaryKey);
	}

	private @Nullable SqlFailure tryOnClone(CreateIndex create, IndexState old, boolean primaryKey)
			throws SQLException {
		String clone = "pg_temp." + RelationName.quote(old.tableName().name());
		this.connection.setAutoCommit(false);
		try {
			try {
				execute("set local lock_timeout = '1s'", "set local statement_timeout = '5s'", "create temporary table "
						+ RelationName.quote(old.tableName().name()) + " (like " + old.tableName().quoted() + ")",
						create.sqlOn(clone));
			}
			catch (SQLException ex) {
				// what the declaration is worth was asked before; this only asks earlier
				// what the swap would
				return lost(ex) ? rethrow(ex) : null;
			}
			execute("alter table " + clone + " add " + (primaryKey ? "primary key" : "unique") + " using index "
					+ RelationName.quote(create.indexName()));
			List<String> nullable = primaryKey ? this.jdbc.queryForList(NULLABLE, String.class, old.table(), clone)
					: List.of();
			return nullable.isEmpty() ? null : nullable(nullable.get(0), old);
		}
		catch (SQLException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.sqlState().startsWith("42") || failure.sqlState().startsWith("0A")) {
				return new SqlFailure(failure.sqlState(), "The declared index cannot back the constraint "
						+ old.constraint() + ": " + failure.message()
						+ ". Declare a plain unique index, or drop the constraint by ALTER TABLE … DROP CONSTRAINT first",
						false);
			}
			return lost(ex) ? rethrow(ex) : null;
		}
		finally {
			if (!this.connection.isClosed()) {
				this.connection.rollback();
				this.connection.setAutoCommit(true);
			}
		}
	}

	private static SqlFailure nullable(String column, IndexState old) {
		String name = RelationName.quote(column);
		String table = "ALTER TABLE " + old.tableName().quoted();
		return new SqlFailure("42P16",
				"The column " + name + " of the new primary key " + old.constraint()
						+ " may be null; to check that now would lock the table. Online: " + table
						+ " ADD CONSTRAINT c CHECK (" + name + " IS NOT NULL) NOT VALID; " + table
						+ " VALIDATE CONSTRAINT c; " + table + " ALTER COLUMN " + name + " SET NOT NULL",
				false);
	}

	private static boolean lost(SQLException ex) {
		String sqlState = SqlFailure.of(ex).sqlState();
		return sqlState.startsWith("08") || sqlState.startsWith("57P");
	}

	private static SqlFailure rethrow(SQLException ex) throws SQLException {
		throw ex;
	}

	private void execute(String... statements) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.setEscapeProcessing(false);
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private record Backed(boolean primaryKey, boolean exclusion) {
	}

}
