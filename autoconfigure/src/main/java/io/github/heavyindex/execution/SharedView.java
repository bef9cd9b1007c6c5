package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;
import org.jspecify.annotations.Nullable;

/**
 * What another instance has seen.
 *
 * @param status the status
 * @param past what happened
 * @param partitions the partitions of tables, by operation
 * @param validity how long it may be relied on
 */
record SharedView(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions,
		Duration validity) {

	/**
	 * Who ordered the pause that stands, or {@code null} if nobody was named.
	 */
	@Nullable String pausedBy() {
		return this.past.actionsOnAll()
			.stream()
			.filter((action) -> action.action().equals("pause"))
			.findFirst()
			.map(OperationAction::actor)
			.orElse(null);
	}

}
