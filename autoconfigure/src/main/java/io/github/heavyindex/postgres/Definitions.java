package io.github.heavyindex.postgres;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads definitions of indexes without the names in them: what stands behind the table's
 * name in {@code pg_get_indexdef}, whether the index is unique, and the tablespace, which
 * {@code pg_get_indexdef} hides. The text depends on the session; the connection must
 * have the pinned formats and {@code search_path = pg_catalog}.
 *
 * @since 0.1.0
 */
public final class Definitions {

	/**
	 * How the text of an index ends that backs a deferrable constraint: no clause shows
	 * it, but such a unique index serves no ON CONFLICT.
	 */
	public static final String DEFERRABLE = " DEFERRABLE";

	private static final int ATTEMPTS = 3;

	// null where a name has changed meanwhile: pg_get_indexdef shows what is committed by
	// now, the names are those of the statement's snapshot. A temporary schema is printed
	// as pg_temp from PostgreSQL 15 on.
	static final String TEXT = """
			select i.indexrelid::bigint as oid,
				case when i.indisunique then 'UNIQUE ' else '' end
				|| substr(d.text, case when starts_with(d.text, h.head || h.place || ' ') then length(h.head || h.place)
					when starts_with(d.text, h.head || h.temporary || ' ') then length(h.head || h.temporary) end + 2)
				|| case when c.reltablespace = 0 then '' else ' TABLESPACE ' || quote_ident(s.spcname) end
				|| case when i.indimmediate then '' else '""" + DEFERRABLE + """
			' end as text
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			join pg_class t on t.oid = i.indrelid
			join pg_namespace n on n.oid = t.relnamespace
			left join pg_tablespace s on s.oid = c.reltablespace
			cross join lateral (select pg_get_indexdef(i.indexrelid) as text) d
			cross join lateral (select 'CREATE ' || case when i.indisunique then 'UNIQUE ' else '' end || 'INDEX '
					|| quote_ident(c.relname) || ' ON ' || case when d.text like '% ON ONLY %' and t.relkind = 'p'
						then 'ONLY ' else '' end as head,
				quote_ident(n.nspname) || '.' || quote_ident(t.relname) as place,
				'pg_temp.' || quote_ident(t.relname) as temporary) h
			where i.indexrelid = any(?::oid[]) and d.text is not null
			""";

	// the tablespace, which pg_get_indexdef hides, stands before the predicate; the index
	// of a partitioned table is printed ON ONLY that, as if its partitions had none
	private static final String STATEMENT = """
			select case when s.spcname is null then d.text
				when right(d.text, length(p.text)) = p.text
					then left(d.text, length(d.text) - length(p.text)) || ' TABLESPACE ' || quote_ident(s.spcname) || p.text
				end
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			left join pg_tablespace s on s.oid = c.reltablespace
			cross join lateral (select pg_get_indexdef(i.indexrelid) as text,
				'CREATE ' || case when i.indisunique then 'UNIQUE ' else '' end || 'INDEX ' || quote_ident(c.relname)
					|| ' ON ' as head) w
			cross join lateral (select case when c.relkind = 'I' and starts_with(w.text, w.head || 'ONLY ')
				then w.head || substr(w.text, length(w.head || 'ONLY ') + 1) else w.text end as text) d
			cross join lateral (select coalesce(' WHERE ' || pg_get_expr(i.indpred, i.indrelid), '') as text) p
			where i.indexrelid = ? and d.text is not null
			""";

	private Definitions() {
	}

	/**
	 * Reads the statement that builds an index, tablespace included; that of a
	 * partitioned table with those of its partitions.
	 * @param jdbc a connection in autocommit
	 * @param index the index's oid
	 * @return one statement, or {@code null} if the index is gone
	 */
	public static @Nullable String statement(JdbcTemplate jdbc, long index) {
		return jdbc.queryForList(STATEMENT, String.class, index).stream().findFirst().orElse(null);
	}

	/**
	 * Reads definitions, those of indexes or tables that are renamed meanwhile once more.
	 * @param jdbc a connection in autocommit
	 * @param indexes the oids of the indexes
	 * @return the definitions, by oid; indexes that are gone are missing
	 */
	public static Map<Long, String> read(JdbcTemplate jdbc, Collection<Long> indexes) {
		Map<Long, String> definitions = new HashMap<>();
		Collection<Long> open = indexes;
		for (int i = 0; !open.isEmpty() && i < ATTEMPTS; i++) {
			List<Long> renamed = new ArrayList<>();
			jdbc.query(TEXT, (row) -> {
				String text = row.getString("text");
				if (text != null) {
					definitions.put(row.getLong("oid"), text);
				}
				else {
					renamed.add(row.getLong("oid"));
				}
			}, (Object) open.toArray(Long[]::new));
			open = renamed;
		}
		return definitions;
	}

	/**
	 * Reads the definitions of all valid indexes of tables.
	 * @param jdbc a connection in autocommit
	 * @param tables the oids of the tables
	 * @return the indexes, by the oid of their table
	 */
	public static Map<Long, List<Existing>> ofTables(JdbcTemplate jdbc, Collection<Long> tables) {
		Map<Long, RelationName> names = new LinkedHashMap<>();
		Map<Long, Long> tableOf = new HashMap<>();
		jdbc.query(
				"""
						select i.indexrelid::bigint as oid, i.indrelid::bigint as table_oid, n.nspname, c.relname from pg_index i
						join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
						where i.indrelid = any(?::oid[]) and i.indisvalid order by n.nspname, c.relname""",
				(row) -> {
					names.put(row.getLong("oid"), new RelationName(row.getString("nspname"), row.getString("relname")));
					tableOf.put(row.getLong("oid"), row.getLong("table_oid"));
				}, (Object) tables.toArray(Long[]::new));
		Map<Long, String> definitions = read(jdbc, names.keySet());
		Map<Long, List<Existing>> existing = new HashMap<>();
		names.forEach((oid, name) -> {
			String definition = definitions.get(oid);
			Long table = tableOf.get(oid);
			if (definition != null && table != null) {
				existing.computeIfAbsent(table, (key) -> new ArrayList<>()).add(new Existing(name, definition));
			}
		});
		return existing;
	}

	/**
	 * An index that is there.
	 *
	 * @param name the index with its schema
	 * @param definition its definition without names
	 */
	public record Existing(RelationName name, String definition) {

	}

}
