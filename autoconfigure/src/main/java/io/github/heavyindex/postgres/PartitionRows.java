package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Seen;

/**
 * Collects the partitions of tables, and the indexes on them, from the rows of the
 * catalog. Not thread-safe.
 */
final class PartitionRows {

	// not by their text: that a name needs no quotes is found out anew each time
	private static final Comparator<CatalogRelation> BY_NAME = Comparator
		.comparing((CatalogRelation relation) -> String.valueOf(relation.name().schema()))
		.thenComparing((relation) -> relation.name().name());

	/**
	 * The partitions of a table, by their parent.
	 */
	private final Map<Long, Map<Long, List<CatalogRelation>>> tables = new HashMap<>();

	/**
	 * The indexes that belong to a partitioned index, by the partition they are on.
	 */
	private final Map<Long, Map<Long, CatalogRelation>> attached = new HashMap<>();

	/**
	 * The invalid indexes that are attached to none, by the partition they are on.
	 */
	private final Map<Long, Map<Long, CatalogRelation>> invalid = new HashMap<>();

	/**
	 * Takes one row.
	 * @param role what the relation is
	 * @param row the row
	 * @param relation the relation
	 */
	void add(String role, ResultSet row, CatalogRelation relation) throws SQLException {
		long root = row.getLong("root");
		IndexState index = relation.index();
		if (role.equals("invalid") && index != null) {
			this.invalid.computeIfAbsent(index.table(), (table) -> new HashMap<>()).put(relation.oid(), relation);
		}
		else if (index != null) {
			this.attached.computeIfAbsent(root, (parent) -> new HashMap<>()).put(index.table(), relation);
		}
		else {
			this.tables.computeIfAbsent(root, (parent) -> new HashMap<>())
				.computeIfAbsent(row.getLong("parent"), (parent) -> new ArrayList<>())
				.add(relation);
		}
	}

	/**
	 * Adds to what was seen of an operation the partitions of its table, and the sizes
	 * that a partitioned table and index have by them.
	 */
	Seen addTo(Seen seen) {
		CatalogRelation table = seen.table();
		Map<Long, List<CatalogRelation>> byParent = (table != null) ? this.tables.get(table.oid()) : null;
		if (table == null || byParent == null) {
			return seen;
		}
		CatalogRelation index = seen.index();
		Map<Long, CatalogRelation> indexes = (index != null) ? this.attached.getOrDefault(index.oid(), Map.of())
				: Map.of();
		List<Partition> partitions = new ArrayList<>();
		Deque<Long> parents = new ArrayDeque<>(List.of(table.oid()));
		while (!parents.isEmpty()) {
			long parent = parents.remove();
			byParent.getOrDefault(parent, List.of()).stream().sorted(BY_NAME).forEach((relation) -> {
				partitions.add(new Partition(relation.oid(), relation.name(), relation.kind(), parent, relation.bytes(),
						indexes.get(relation.oid()),
						List.copyOf(this.invalid.getOrDefault(relation.oid(), Map.of()).values())));
				parents.add(relation.oid());
			});
		}
		return seen.withPartitions(
				withBytes(table, partitions.stream().mapToLong(Partition::bytes).sum()), (index != null)
						? withBytes(index, indexes.values().stream().mapToLong(CatalogRelation::bytes).sum()) : null,
				partitions);
	}

	private static CatalogRelation withBytes(CatalogRelation relation, long bytes) {
		return new CatalogRelation(relation.oid(), relation.version(), relation.name(), relation.kind(), bytes,
				relation.index());
	}

}
