package io.github.heavyindex.execution;

import java.util.List;

import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Partition;

/**
 * Why PostgreSQL does not mark the index of a partitioned table as valid though each
 * partition has a valid one, with what leads out of it.
 */
final class UnmarkedIndex {

	private UnmarkedIndex() {
	}

	static String reason(CatalogRelation table, CatalogRelation index, List<Partition> partitions) {
		for (Partition level : partitions) {
			if (level.partitioned() && !level.indexed()
					&& partitions.stream().noneMatch((partition) -> partition.parent() == level.oid())) {
				return "The partition " + level.name() + ", which is partitioned itself, has lost its last partition"
						+ " meanwhile, and PostgreSQL does not mark an index there as valid until one is attached"
						+ " to it. Add a partition to it, or detach or drop it, then retry.";
			}
		}
		return "Each partition of " + table.name()
				+ " has a valid index, which queries use, but PostgreSQL does not mark " + index.name()
				+ " itself as valid: version 14 looks again only when another index is attached, and each"
				+ " partition has its own. Either leave it so until the server is upgraded, then retry; or declare the"
				+ " index under another name, and DROP INDEX " + index.name().quoted()
				+ " once that one is complete; or drop it first, then retry: queries do without the index until it is"
				+ " built again.";
	}

}
