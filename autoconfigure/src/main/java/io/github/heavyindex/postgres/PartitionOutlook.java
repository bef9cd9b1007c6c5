package io.github.heavyindex.postgres;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.PartitionIndexName;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.PartitionState.Index;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads, for a plan, what {@link PartitionReader} reads of each partition before it
 * changes it: of all partitions in three statements, whatever their number. As the index
 * on the partitioned table may not be there yet, an index of a partition counts as equal
 * if it has the definition that PostgreSQL makes of the declaration, tablespace aside.
 *
 * @since 0.1.0
 */
public final class PartitionOutlook {

	private static final String INDEXES = """
			select i.indexrelid::bigint as oid, i.indrelid::bigint as table_oid, n.nspname, c.relname,
				h.inhparent::bigint as parent, i.indisvalid and i.indisready and i.indislive as valid
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			join pg_namespace n on n.oid = c.relnamespace
			left join pg_inherits h on h.inhrelid = i.indexrelid
			where i.indrelid = any(?::oid[])
			order by c.relname""";

	private static final String NAMES = """
			select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relname = any(?::text[])""";

	private static final Pattern TABLESPACE = Pattern
		.compile(" TABLESPACE (\"(?:[^\"]|\"\")+\"|[a-z_][a-z0-9_$]*)(?= DEFERRABLE$|$)");

	private PartitionOutlook() {
	}

	/**
	 * Reads the states of partitions.
	 * @param jdbc a connection in autocommit with the pinned formats
	 * @param partitions the partitions
	 * @param index the declared index's name
	 * @param definition what PostgreSQL makes of the declaration, without names, or
	 * {@code null} if that is unknown: then none is taken for equal
	 * @return the states by the partitions' oids
	 */
	public static Map<Long, PartitionState> read(JdbcTemplate jdbc, Collection<Partition> partitions, String index,
			@Nullable String definition) {
		Map<Long, List<Row>> rows = new HashMap<>();
		jdbc.query(INDEXES, (row) -> {
			rows.computeIfAbsent(row.getLong("table_oid"), (oid) -> new ArrayList<>())
				.add(new Row(row.getLong("oid"), new RelationName(row.getString("nspname"), row.getString("relname")),
						row.getObject("parent", Long.class), row.getBoolean("valid")));
		}, (Object) partitions.stream().map(Partition::oid).toArray(Long[]::new));
		List<Long> free = rows.values()
			.stream()
			.flatMap(List::stream)
			.filter((row) -> row.parent == null)
			.map(Row::oid)
			.toList();
		Map<Long, String> definitions = (definition != null) ? Definitions.read(jdbc, free) : Map.of();
		Set<RelationName> taken = taken(jdbc, partitions, index);
		String wanted = (definition != null) ? withoutTablespace(definition) : null;
		Map<Long, PartitionState> states = new HashMap<>();
		for (Partition partition : partitions) {
			String attached = (partition.index() != null) ? partition.index().name().name() : null;
			List<Index> indexes = rows.getOrDefault(partition.oid(), List.of()).stream().map((row) -> {
				String text = definitions.get(row.oid);
				return new Index(row.name, row.parent, row.valid,
						text != null && withoutTablespace(text).equals(wanted),
						attached != null && ReindexNames.isDerived(row.name.name(), attached));
			}).toList();
			states.put(partition.oid(), new PartitionState(true, null, indexes, takenIn(partition, index, taken)));
		}
		return states;
	}

	private static Set<RelationName> taken(JdbcTemplate jdbc, Collection<Partition> partitions, String index) {
		Set<RelationName> taken = new HashSet<>();
		jdbc.query(NAMES, (row) -> {
			taken.add(new RelationName(row.getString("nspname"), row.getString("relname")));
		}, (Object) partitions.stream()
			.flatMap((partition) -> PartitionIndexName.all(partition.name().name(), index).stream())
			.toArray(String[]::new));
		return taken;
	}

	private static Set<String> takenIn(Partition partition, String index, Set<RelationName> taken) {
		Set<String> names = new HashSet<>(PartitionIndexName.all(partition.name().name(), index));
		names.removeIf((name) -> !taken.contains(new RelationName(partition.name().schema(), name)));
		return names;
	}

	private static String withoutTablespace(String definition) {
		return TABLESPACE.matcher(definition).replaceFirst("");
	}

	private record Row(long oid, RelationName name, @Nullable Long parent, boolean valid) {

	}

}
