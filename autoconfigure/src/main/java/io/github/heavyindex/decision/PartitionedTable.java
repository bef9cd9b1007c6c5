package io.github.heavyindex.decision;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import org.jspecify.annotations.Nullable;

/**
 * What the partitions of a table mean for the decision about its index.
 */
final class PartitionedTable {

	private final CreateIndex create;

	private final List<Partition> partitions;

	private final Map<Long, TableActivity> activity;

	PartitionedTable(CreateIndex create, Observation observation) {
		this.create = create;
		this.partitions = observation.seen(create.name()).partitions();
		this.activity = observation.activity();
	}

	/**
	 * What a failed build of ours left on a partition that nobody works on.
	 * @return the worst of them, or {@code null} if there is none
	 */
	@Nullable IndexState leftover() {
		return this.partitions.stream()
			.filter((partition) -> isIdle(this.activity.getOrDefault(partition.oid(), TableActivity.NONE)))
			.flatMap((partition) -> partition.own(this.create).stream())
			.map(CatalogRelation::requireIndex)
			.filter((index) -> !index.inMotion())
			.max(Comparator.comparingInt(IndexState::urgency))
			.orElse(null);
	}

	private static boolean isIdle(TableActivity activity) {
		return activity.lockHolder() == null && activity.workers().isEmpty();
	}

}
