package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.postgres.TableFacts.Column;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads what the server knows of tables: one statement. Sizes are those of the files,
 * which takes a lock that a queued {@code ALTER TABLE} holds up; then they are those of
 * the last vacuum or analyze.
 *
 * @since 0.1.0
 */
public final class TableFactsReader {

	private static final String SQL = """
			with parts as (
				select w.oid as table_oid, coalesce(p.relid::oid, w.oid) as oid from unnest(?::oid[]) as w(oid)
				left join lateral (select relid from pg_partition_tree(w.oid) where isleaf) p on true
			), sizes as (
				select p.table_oid, sum(%s)::bigint as bytes,
					case when bool_or(c.reltuples < 0) then null else sum(c.reltuples) end::float8 as table_rows
				from parts p join pg_class c on c.oid = p.oid group by p.table_oid
			)
			select t.oid::bigint as oid, n.nspname, t.relname, s.bytes, s.table_rows, pg_get_userbyid(t.relowner) as owner,
				pg_has_role(t.relowner, 'USAGE') as owned, has_schema_privilege(n.oid, 'CREATE') as may_create,
				a.attname, coalesce(c.avg_width * (1 - c.null_frac), l.width, case when a.attlen > 0 then a.attlen else 32 end)
					::float8 as width, coalesce(c.n_distinct, 0)::float8 as n_distinct
			from sizes s join pg_class t on t.oid = s.table_oid
			join pg_namespace n on n.oid = t.relnamespace
			left join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
			left join pg_stats c on c.schemaname = n.nspname and c.tablename = t.relname and c.attname = a.attname
				and c.inherited = (t.relkind = 'p')
			-- autovacuum analyzes partitions, and never their parents: a few stand for all
			left join lateral (select avg(o.avg_width * (1 - o.null_frac)) as width
				from (select oid from parts where table_oid = t.oid order by oid limit 10) p
				join pg_class b on b.oid = p.oid join pg_namespace m on m.oid = b.relnamespace
				join pg_stats o on o.schemaname = m.nspname and o.tablename = b.relname and o.attname = a.attname
					and not o.inherited) l on t.relkind = 'p' and c.attname is null
			""";

	/**
	 * The SQLSTATEs of {@code lock_timeout} and {@code statement_timeout}.
	 */
	private static final Set<String> HELD_UP = Set.of("55P03", "57014");

	private static final String FILES = "pg_relation_size(c.oid)";

	private static final String LAST_KNOWN = "c.relpages::bigint * current_setting('block_size')::bigint";

	private TableFactsReader() {
	}

	/**
	 * Reads what is known of tables.
	 * @param jdbc a connection in autocommit with time limits
	 * @param tables the oids of the tables
	 * @return the facts by oid; tables that are gone are missing
	 */
	public static Map<Long, TableFacts> read(JdbcTemplate jdbc, Collection<Long> tables) {
		try {
			return read(jdbc, tables, FILES);
		}
		catch (DataAccessException ex) {
			if (!HELD_UP.contains(SqlFailure.of(ex).sqlState())) {
				throw ex;
			}
			return read(jdbc, tables, LAST_KNOWN);
		}
	}

	private static Map<Long, TableFacts> read(JdbcTemplate jdbc, Collection<Long> tables, String size) {
		Map<Long, TableFacts> facts = new HashMap<>();
		Map<Long, Map<String, Column>> columns = new HashMap<>();
		jdbc.query(SQL.formatted(size), (row) -> {
			long table = row.getLong("oid");
			String column = row.getString("attname");
			if (column != null) {
				columns.computeIfAbsent(table, (oid) -> new HashMap<>())
					.put(column, new Column(row.getDouble("width"), row.getDouble("n_distinct")));
			}
			facts.putIfAbsent(table, facts(row));
		}, (Object) tables.toArray(Long[]::new));
		facts.replaceAll((table, known) -> new TableFacts(known.name(), known.bytes(), known.rows(), known.owner(),
				known.owned(), known.mayCreate(), columns.getOrDefault(table, Map.of())));
		return facts;
	}

	private static TableFacts facts(ResultSet row) throws SQLException {
		double rows = row.getDouble("table_rows");
		@Nullable Double known = row.wasNull() ? null : rows;
		return new TableFacts(new RelationName(row.getString("nspname"), row.getString("relname")),
				row.getLong("bytes"), known, row.getString("owner"), row.getBoolean("owned"),
				row.getBoolean("may_create"), Map.of());
	}

}
