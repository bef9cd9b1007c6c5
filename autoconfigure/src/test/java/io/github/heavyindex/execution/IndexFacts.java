package io.github.heavyindex.execution;

import java.util.List;
import java.util.Objects;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the catalog says about an index and could say about a change of it.
 *
 * @param columns the columns of its table, as SQL
 * @param canBeUnique whether its access method knows uniqueness
 * @param canInclude whether its access method knows included columns
 * @param canTreatNullsAsEqual whether the server knows {@code NULLS NOT DISTINCT}
 * @param keys its key columns
 */
record IndexFacts(List<String> columns, boolean canBeUnique, boolean canInclude, boolean canTreatNullsAsEqual,
		List<Key> keys) {

	static IndexFacts of(JdbcTemplate jdbc, long index) {
		List<String> columns = jdbc.queryForList("""
				select quote_ident(a.attname) from pg_index i join pg_attribute a on a.attrelid = i.indrelid
				where i.indexrelid = ? and a.attnum > 0 and not a.attisdropped order by a.attnum""", String.class,
				index);
		List<Key> keys = jdbc.query("""
				select pg_index_column_has_property(i.indexrelid, p, 'orderable') as orderable,
					i.indcollation[p - 1] <> 0 as collatable,
					array(select n.nspname || '.' || o.opcname from pg_opclass current
						join pg_opclass o on o.opcmethod = current.opcmethod and o.opcintype = current.opcintype
							and o.oid <> current.oid
						join pg_namespace n on n.oid = o.opcnamespace
						where current.oid = i.indclass[p - 1] order by o.opcname) as classes
				from pg_index i cross join lateral generate_series(1, i.indnkeyatts::int) p
				where i.indexrelid = ? order by p""", (row, number) -> new Key(row.getBoolean("orderable"),
				row.getBoolean("collatable"), List.of((String[]) row.getArray("classes").getArray())), index);
		return Objects.requireNonNull(jdbc.queryForObject("""
				select pg_indexam_has_property(c.relam, 'can_unique') as can_unique,
					pg_indexam_has_property(c.relam, 'can_include') as can_include,
					current_setting('server_version_num')::int >= 150000 as nulls_not_distinct
				from pg_class c where c.oid = ?""",
				(row, number) -> new IndexFacts(columns, row.getBoolean("can_unique"), row.getBoolean("can_include"),
						row.getBoolean("nulls_not_distinct"), keys),
				index));
	}

	/**
	 * All that makes an index what it is, as the catalog stores it and not as PostgreSQL
	 * prints it: two indexes on one table are the same if, and only if, this is.
	 * @param jdbc a connection
	 * @param index the index's oid
	 * @return the raw row
	 */
	static String stored(JdbcTemplate jdbc, long index) {
		return Objects.requireNonNull(jdbc.queryForObject(
				"""
						select row(c.relam, c.reltablespace, c.reloptions, x.i ->> 'indisunique', x.i ->> 'indnullsnotdistinct',
							x.i ->> 'indnatts', x.i ->> 'indnkeyatts', x.i ->> 'indkey', x.i ->> 'indcollation',
							x.i ->> 'indclass', x.i ->> 'indoption',
							-- where in the statement something stood
							regexp_replace(concat(x.i ->> 'indexprs', ' / ', x.i ->> 'indpred'),
								':(location|list_start|list_end) -?\\d+', '', 'g'),
							array(select a.attoptions::text from pg_attribute a where a.attrelid = c.oid order by a.attnum))::text
						from pg_class c cross join lateral
							(select to_jsonb(i) as i from pg_index i where i.indexrelid = c.oid) x
						where c.oid = ?""",
				String.class, index));
	}

	/**
	 * A key column.
	 *
	 * @param orderable whether it can be descending
	 * @param collatable whether it has a collation
	 * @param otherClasses other operator classes for its type, as SQL
	 */
	record Key(boolean orderable, boolean collatable, List<String> otherClasses) {

	}

}
