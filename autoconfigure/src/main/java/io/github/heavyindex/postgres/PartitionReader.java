package io.github.heavyindex.postgres;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.PartitionState.Index;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads, on the connection that is about to change it, what the catalog shows of one
 * partition: one statement.
 * <p>
 * {@code ATTACH PARTITION} compares columns, operator classes, collations, predicates and
 * uniqueness only (manual, "ALTER INDEX"), and would take an index in another order or
 * with other storage parameters. Here the whole definition must be that of the parent's
 * index, but for the tablespace.
 *
 * @since 0.1.0
 */
public final class PartitionReader {

	// what pg_get_indexdef says behind the table's name
	private static final String TEXT = """
			substr(pg_get_indexdef(%1$s.oid), length('CREATE INDEX ' || case when %2$s then 'UNIQUE ' else '' end
				|| quote_ident(%1$s.relname) || ' ON ' || case when %1$s.relkind = 'I' then 'ONLY ' else '' end
				|| quote_ident(%3$s.nspname) || '.' || quote_ident(%4$s.relname)) + 2)""";

	private static final String SQL = """
			with partition as materialized (
				select t.oid, t.relnamespace, t.relname, t.relkind, n.nspname,
					exists (select from pg_inherits h where h.inhrelid = t.oid and h.inhparent = ?::oid
						and not h.inhdetachpending) as attached,
					(select min(l.pid) from pg_locks l where l.locktype = 'relation' and l.relation = t.oid
						and l.database = (select oid from pg_database where datname = current_database())
						and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',
							'ExclusiveLock', 'AccessExclusiveLock') and l.pid <> pg_backend_pid()
						and not exists (select from pg_stat_progress_vacuum v where v.pid = l.pid)) as worker,
					array(select c.relname::text from pg_class c where c.relnamespace = t.relnamespace
						and c.relname = any(?::text[])) as taken
				from pg_class t join pg_namespace n on n.oid = t.relnamespace where t.oid = ?::oid
			), wanted as materialized (
				select i.*, c.oid, c.relname, c.relkind, c.relam, %s as text
				from pg_index i
				join pg_class c on c.oid = i.indexrelid
				join pg_class t on t.oid = i.indrelid
				join pg_namespace tn on tn.oid = t.relnamespace
				where i.indexrelid = ?::oid
			)
			select p.attached, coalesce(p.worker, -1) as worker, p.taken, p.nspname, c.relname,
				h.inhparent::bigint as parent, i.indisvalid and i.indisready and i.indislive as valid,
				case when h.inhparent is null and c.relam = w.relam and i.indnatts = w.indnatts
					and i.indnkeyatts = w.indnkeyatts and i.indisunique = w.indisunique
					and i.indimmediate = w.indimmediate and i.indoption::text = w.indoption::text
					and i.indclass::text = w.indclass::text and i.indcollation::text = w.indcollation::text
					and (i.indpred is null) = (w.indpred is null) and (i.indexprs is null) = (w.indexprs is null)
					then %s = w.text else false end as equal
			from partition p
			left join wanted w on true
			left join pg_index i on i.indrelid = p.oid
			left join pg_class c on c.oid = i.indexrelid
			left join pg_inherits h on h.inhrelid = i.indexrelid
			""".formatted(TEXT.formatted("c", "i.indisunique", "tn", "t"),
			TEXT.formatted("c", "i.indisunique", "p", "p"));

	private PartitionReader() {
	}

	/**
	 * Reads the state of a partition.
	 * @param jdbc the connection, in autocommit
	 * @param partition the partition
	 * @param index the oid of the index on its parent
	 * @param names the names that a new index may bear
	 * @return what the catalog shows
	 */
	public static PartitionState read(JdbcTemplate jdbc, Partition partition, long index, List<String> names) {
		Collector collector = new Collector();
		jdbc.query(SQL, (row) -> {
			collector.attached = row.getBoolean("attached");
			int worker = row.getInt("worker");
			collector.worker = (worker >= 0) ? worker : null;
			collector.taken.addAll(List.of((String[]) row.getArray("taken").getArray()));
			String name = row.getString("relname");
			if (name != null) {
				collector.indexes.add(new Index(new RelationName(row.getString("nspname"), name),
						row.getObject("parent", Long.class), row.getBoolean("valid"), row.getBoolean("equal"), false));
			}
		}, partition.parent(), names.toArray(String[]::new), partition.oid(), index);
		String attached = collector.indexes.stream()
			.filter((each) -> each.parent() != null && each.parent() == index)
			.map((each) -> each.name().name())
			.findFirst()
			.orElse(null);
		return new PartitionState(collector.attached, collector.worker,
				collector.indexes.stream().map((each) -> marked(each, attached)).toList(), collector.taken);
	}

	private static Index marked(Index index, @Nullable String attached) {
		return new Index(index.name(), index.parent(), index.valid(), index.equal(),
				attached != null && ReindexNames.isDerived(index.name().name(), attached));
	}

	private static final class Collector {

		private boolean attached;

		private @Nullable Integer worker;

		private final List<Index> indexes = new ArrayList<>();

		private final Set<String> taken = new HashSet<>();

	}

}
