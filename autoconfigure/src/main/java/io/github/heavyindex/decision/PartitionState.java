package io.github.heavyindex.decision;

import java.util.List;
import java.util.Set;

import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog shows of one partition that is to get its index.
 *
 * @param attached whether it is still a partition of its table
 * @param worker a session that works on the partition, with a lock that a build needs,
 * too; {@code null} if none does
 * @param indexes the indexes on the partition that matter
 * @param taken which names of the partition's schema are taken
 * @since 0.1.0
 */
public record PartitionState(boolean attached, @Nullable Integer worker, List<Index> indexes, Set<String> taken) {

	public PartitionState {
		indexes = List.copyOf(indexes);
		taken = Set.copyOf(taken);
	}

	/**
	 * An index on the partition.
	 *
	 * @param name the name with its schema
	 * @param parent the oid of the partitioned index that it is attached to, or
	 * {@code null}
	 * @param valid {@code indisvalid}
	 * @param equal whether it has the definition of the index on the partitioned table,
	 * tablespace aside
	 * @param copy whether its name is one that rebuilding the attached index gives
	 */
	public record Index(RelationName name, @Nullable Long parent, boolean valid, boolean equal, boolean copy) {

	}

}
