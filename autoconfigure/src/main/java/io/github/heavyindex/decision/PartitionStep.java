package io.github.heavyindex.decision;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.PartitionState.Index;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done next about one partition, under its lock: a pure function of what
 * the catalog shows of it.
 *
 * @since 0.1.0
 */
public sealed interface PartitionStep {

	/**
	 * Decides about a partition.
	 * @param create the declaration
	 * @param partition the partition
	 * @param state what the catalog shows of it now
	 * @param parent the oid of the index on its parent
	 * @return the next step
	 */
	static PartitionStep of(CreateIndex create, Partition partition, PartitionState state, long parent) {
		if (!state.attached()) {
			return new Gone();
		}
		Index attached = find(state, (index) -> index.parent() != null && index.parent() == parent);
		if (attached != null && (attached.valid() || partition.partitioned())) {
			return new Done();
		}
		if (attached == null) {
			// one that bears our name first: it is nobody else's
			String own = PartitionIndexName.of(partition.name().name(), create.indexName());
			Index equal = state.indexes()
				.stream()
				.filter((index) -> index.parent() == null && index.equal()
						&& (index.valid() || partition.partitioned()))
				.min(Comparator.comparing((index) -> !index.name().name().equals(own)))
				.orElse(null);
			if (equal != null) {
				return new Attach(equal.name());
			}
		}
		if (state.worker() != null) {
			return new Busy(state.worker());
		}
		Index leftover = find(state, (index) -> index.parent() == null && !index.valid()
				&& (index.copy() || isOwnName(index.name().name(), create, partition)));
		if (leftover != null && !partition.partitioned()) {
			return new Clean(leftover.name());
		}
		return (attached != null) ? new Repair(attached.name()) : new Build(freeName(create, partition, state));
	}

	private static boolean isOwnName(String name, CreateIndex create, Partition partition) {
		return names(create, partition).contains(name);
	}

	private static String freeName(CreateIndex create, Partition partition, PartitionState state) {
		return names(create, partition).stream()
			.filter((name) -> !state.taken().contains(name))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(
					"All names for an index on " + partition.name() + " are taken: " + state.taken()));
	}

	private static List<String> names(CreateIndex create, Partition partition) {
		return PartitionIndexName.all(partition.name().name(), create.indexName());
	}

	private static @Nullable Index find(PartitionState state, Predicate<Index> wanted) {
		return state.indexes().stream().filter(wanted).findFirst().orElse(null);
	}

	/**
	 * It is no partition any more.
	 */
	record Gone() implements PartitionStep {
	}

	/**
	 * Its index is attached.
	 */
	record Done() implements PartitionStep {
	}

	/**
	 * Somebody else works on it.
	 *
	 * @param pid the server session
	 */
	record Busy(int pid) implements PartitionStep {
	}

	/**
	 * Attach an index that stands.
	 *
	 * @param index the index
	 */
	record Attach(RelationName index) implements PartitionStep {
	}

	/**
	 * Build the index, then attach it.
	 *
	 * @param name its name, in the partition's schema
	 */
	record Build(String name) implements PartitionStep {
	}

	/**
	 * Remove what a failed build or repair left.
	 *
	 * @param index the invalid index
	 */
	record Clean(RelationName index) implements PartitionStep {
	}

	/**
	 * Build an attached index anew that is invalid, and attach it again.
	 *
	 * @param index the invalid index
	 */
	record Repair(RelationName index) implements PartitionStep {
	}

}
