package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.PartitionStatus.State;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.postgres.ProgressReader.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Writes for people how far the index of a partitioned table is: all partitions count, by
 * their sizes. One writer an attempt. Used by the loop only.
 */
final class PartitionWriter {

	private static final long SMALLEST = 8192;

	private static final double ENOUGH_TO_ESTIMATE = 1;

	private final Map<Long, ProgressMeter> meters = new HashMap<>();

	private final @Nullable Instant startedAt;

	private double first = -1;

	private double highest;

	PartitionWriter(@Nullable Instant startedAt) {
		this.startedAt = startedAt;
	}

	@Nullable Instant startedAt() {
		return this.startedAt;
	}

	/**
	 * Each partition that holds rows.
	 * @param partitions the partitions
	 * @param progress how far server sessions are
	 */
	static List<PartitionStatus> partitions(List<Partition> partitions, Map<Integer, Progress> progress) {
		Map<Long, Integer> workers = workers(progress);
		return partitions.stream()
			.filter((partition) -> !partition.partitioned())
			.map((partition) -> status(partition, workers.get(partition.oid())))
			.toList();
	}

	private static PartitionStatus status(Partition partition, @Nullable Integer pid) {
		State state = partition.indexed() ? State.COMPLETED
				: (pid != null) ? State.RUNNING : (partition.index() != null) ? State.INVALID : State.PENDING;
		return new PartitionStatus(partition.name().toString(), state,
				(partition.index() != null) ? partition.index().name().toString() : null,
				(state == State.RUNNING) ? pid : null, partition.bytes(),
				(partition.index() != null) ? partition.index().bytes() : null);
	}

	private static Map<Long, Integer> workers(Map<Integer, Progress> progress) {
		Map<Long, Integer> workers = new HashMap<>();
		progress.forEach((pid, worker) -> workers.put(worker.table(), pid));
		return workers;
	}

	/**
	 * How far the whole is.
	 * @param partitions the partitions
	 * @param progress how far server sessions are
	 * @param pid the session that carries the operation out
	 * @param now the database's time
	 */
	OperationProgress progress(List<Partition> partitions, Map<Integer, Progress> progress, int pid, Instant now) {
		Map<Long, Integer> workers = workers(progress);
		Map<DatabaseSession, Boolean> blockedBy = new LinkedHashMap<>();
		Map<DatabaseSession, Boolean> blocking = new LinkedHashMap<>();
		double all = 0;
		double done = 0;
		int count = 0;
		int completed = 0;
		for (Partition partition : partitions) {
			if (partition.partitioned()) {
				continue;
			}
			double weight = Math.max(SMALLEST, partition.bytes());
			Progress worker = progress.get(workers.getOrDefault(partition.oid(), -1));
			count++;
			all += weight;
			if (partition.indexed()) {
				completed++;
				done += weight;
			}
			else if (worker != null) {
				done += weight
						* this.meters.computeIfAbsent(partition.oid(), (oid) -> new ProgressMeter()).percent(worker)
						/ 100;
				worker.blockedBy().forEach((session) -> blockedBy.put(session, true));
				worker.blocking().forEach((session) -> blocking.put(session, true));
			}
		}
		this.highest = Math.max(this.highest, (all > 0) ? 100 * done / all : 0);
		this.first = (this.first < 0) ? this.highest : this.first;
		Progress own = progress.get(pid);
		String phase = (own != null) ? own.phase() : null;
		if (own != null) {
			own.blockedBy().forEach((session) -> blockedBy.put(session, true));
		}
		return new OperationProgress(completed + " of " + count + " partitions" + ((phase != null) ? ", " + phase : ""),
				this.highest, remaining(now), pid, (own != null) ? own.blocksDone() : 0,
				(own != null) ? own.blocksTotal() : 0, (own != null) ? own.tuplesDone() : 0,
				(own != null) ? own.tuplesTotal() : 0, new ArrayList<>(blockedBy.keySet()),
				new ArrayList<>(blocking.keySet()));
	}

	// an attempt that goes on with another one's work did not do all of it
	private @Nullable Duration remaining(Instant now) {
		double share = this.highest - this.first;
		if (this.startedAt == null || share < ENOUGH_TO_ESTIMATE) {
			return null;
		}
		double seconds = Duration.between(this.startedAt, now).toMillis() / 1000.0;
		return Duration.ofSeconds((long) Math.max(0, seconds * (100 - this.highest) / share));
	}

}
