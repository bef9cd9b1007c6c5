package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.postgres.ProgressReader.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Writes for people what was seen, remembered and decided. Used by the loop only.
 */
final class StatusWriter {

	private final Instance instance;

	private final boolean executes;

	private final long concurrentlyFrom;

	private final Map<String, Meter> meters = new HashMap<>();

	private final Map<String, PartitionWriter> partitions = new HashMap<>();

	// a dropped index no longer leads to its table
	private final Map<String, Place> places = new HashMap<>();

	StatusWriter(Instance instance, Settings settings) {
		this.instance = instance;
		this.executes = settings.executes();
		this.concurrentlyFrom = settings.build().concurrentlyFrom();
	}

	/**
	 * The status before anything was seen.
	 */
	static HeavyIndexesStatus initial(List<IndexOperation> operations, Instance instance, @Nullable String problem) {
		List<OperationStatus> all = operations.stream()
			.map((operation) -> status(operation, operation.sql(), OperationState.PENDING, null, null, Seen.NOTHING,
					null, null, null, null))
			.toList();
		return new HeavyIndexesStatus(Summary.of(all), false, instance.name(), null, problem, all, null);
	}

	HeavyIndexesStatus write(List<IndexOperation> operations, Judgement judgement, Map<String, String> working,
			@Nullable String limits, @Nullable UndeclaredInvalidIndexes undeclared) {
		Look look = judgement.look();
		List<OperationStatus> all = new ArrayList<>();
		for (IndexOperation operation : operations) {
			all.add(write(operation, look, judgement.decision(operation), working.get(operation.name())));
		}
		return new HeavyIndexesStatus(Summary.of(all), look.paused(), this.instance.name(), look.observation().now(),
				limits, all, undeclared);
	}

	private OperationStatus write(IndexOperation operation, Look look, @Nullable Decision decision,
			@Nullable String work) {
		OperationRecord record = look.records().get(operation.name());
		OperationState recorded = (record != null) ? record.state() : OperationState.PENDING;
		OperationState state = state(recorded, decision, work != null);
		boolean waits = state == OperationState.PENDING || decision instanceof Decision.Drifted;
		String waitingFor = waits ? waitingFor(decision, work) : null;
		Drift drift = (decision instanceof Decision.Drifted drifted) ? drifted.drift() : null;
		Boolean adopted = (decision instanceof Decision.Watch watch && watch.orphan()) ? Boolean.TRUE : null;
		if (decision instanceof Decision.Complete complete && record == null) {
			adopted = complete.adopted();
		}
		OperationProgress progress = (state == OperationState.RUNNING && record != null)
				? progress(operation, record, look) : null;
		String error = (decision instanceof Decision.Fail fail) ? error(fail) : null;
		Place place = lastPlace(operation, look);
		boolean rollingBack = look.undos().of(operation) != null;
		return status(operation, sql(operation, place), state,
				(rollingBack && waitingFor != null) ? "rollback: " + waitingFor : waitingFor, record,
				look.observation().seen(operation.name()), place, new Outcome(adopted, drift, error, rollingBack),
				progress, look.observation().now());
	}

	static String error(Decision.Fail fail) {
		return (fail.sqlState() != null) ? "[" + fail.sqlState() + "] " + fail.error() : fail.error();
	}

	private static OperationState state(OperationState recorded, @Nullable Decision decision, boolean works) {
		if (recorded == OperationState.RUNNING && (decision instanceof Decision.RolledBack
				|| decision instanceof Decision.Complete complete && !complete.adopted())) {
			// the worker, here or on another instance, is about to record the end with
			// its time, or did so after this look
			return recorded;
		}
		if (decision instanceof Decision.Complete || decision instanceof Decision.Drifted) {
			return OperationState.COMPLETED;
		}
		if (decision instanceof Decision.Fail) {
			return OperationState.FAILED;
		}
		if (decision instanceof Decision.Stop stop) {
			return stop.failed() ? OperationState.FAILED : OperationState.PENDING;
		}
		if (decision instanceof Decision.Watch) {
			return OperationState.RUNNING;
		}
		boolean ended = recorded == OperationState.FAILED || recorded == OperationState.CANCELLED
				|| recorded == OperationState.SKIPPED;
		if (ended || (works && recorded == OperationState.RUNNING)) {
			return recorded;
		}
		return (decision == null || decision instanceof Decision.Keep) ? recorded : OperationState.PENDING;
	}

	private @Nullable String waitingFor(@Nullable Decision decision, @Nullable String work) {
		if (decision instanceof Decision.Stop stop) {
			return stop.reason();
		}
		if (work != null) {
			return work;
		}
		if (decision instanceof Decision.Wait wait) {
			return wait.reason();
		}
		if (decision instanceof Decision.Drifted drifted && drifted.repair() == null) {
			return drifted.reason();
		}
		if (decision instanceof Decision.Run || decision instanceof Decision.Drifted
				|| decision instanceof Decision.Compare) {
			return this.executes ? "its turn" : "an instance that executes (this one has heavy-index.mode=observe)";
		}
		return null;
	}

	private @Nullable OperationProgress progress(IndexOperation operation, OperationRecord record, Look look) {
		List<Partition> partitions = look.observation().seen(operation.name()).partitions();
		if (record.pid() != null && look.progress().containsKey(record.pid()) && !partitions.isEmpty()) {
			return partitionProgress(operation, record, look, record.pid(), partitions);
		}
		Integer pid = record.pid();
		Progress progress = (pid != null) ? look.progress().get(pid) : null;
		if (pid == null || progress == null) {
			return null;
		}
		Meter meter = this.meters.get(operation.name());
		if (meter == null || !meter.belongsTo(record)) {
			meter = new Meter(record.startedAt(), new ProgressMeter());
			this.meters.put(operation.name(), meter);
		}
		double percent = meter.meter().percent(progress);
		return new OperationProgress(progress.phase(), percent,
				meter.meter().remaining(progress, record.startedAt(), look.observation().now()), pid,
				progress.blocksDone(), progress.blocksTotal(), progress.tuplesDone(), progress.tuplesTotal(),
				progress.blockedBy(), progress.blocking());
	}

	private OperationProgress partitionProgress(IndexOperation operation, OperationRecord record, Look look, int pid,
			List<Partition> partitions) {
		PartitionWriter writer = this.partitions.get(operation.name());
		if (writer == null || !Objects.equals(writer.startedAt(), record.startedAt())) {
			writer = new PartitionWriter(record.startedAt());
			this.partitions.put(operation.name(), writer);
		}
		return writer.progress(partitions, look.progress(), pid, look.observation().now());
	}

	/**
	 * The partitions of tables that are partitioned, by operation.
	 */
	static Map<String, List<PartitionStatus>> partitions(Look look) {
		Map<String, List<PartitionStatus>> all = new HashMap<>();
		look.observation().seen().forEach((name, seen) -> {
			if (!seen.partitions().isEmpty()) {
				all.put(name, PartitionWriter.partitions(seen.partitions(), look.progress()));
			}
		});
		return all;
	}

	private String sql(IndexOperation operation, @Nullable Place place) {
		return (operation instanceof CreateIndex create && place != null)
				? IndexBuild.describe(create, place.bytes(), this.concurrentlyFrom) : operation.sql();
	}

	private static OperationStatus status(IndexOperation operation, String sql, OperationState state,
			@Nullable String waitingFor, @Nullable OperationRecord record, Seen seen, @Nullable Place place,
			@Nullable Outcome outcome, @Nullable OperationProgress progress, @Nullable Instant now) {
		boolean adopted = record != null && record.adopted();
		if (outcome != null && outcome.adopted() != null) {
			adopted = outcome.adopted();
		}
		CatalogRelation index = (seen.renamed() != null && seen.index() == null) ? seen.renamed() : seen.index();
		String lastError = (outcome != null && outcome.error() != null) ? outcome.error()
				: (record != null) ? record.lastError() : null;
		Instant startedAt = (record != null) ? record.startedAt() : null;
		Instant finishedAt = (record != null) ? record.finishedAt() : null;
		return new OperationStatus(operation.name(), operation.type(),
				(place != null) ? place.table().toString() : declaredTable(operation), operation.index().name(), sql,
				operation.options().description(), operation.options().critical(),
				operation.options().dependsOn().stream().sorted().toList(), state, waitingFor, adopted,
				(outcome != null) ? outcome.drift() : null, (record != null) ? record.attempts() : 0, startedAt,
				(state == OperationState.RUNNING) ? null : finishedAt,
				duration(startedAt, (state == OperationState.RUNNING) ? now : finishedAt),
				(record != null) ? record.instance() : null, progress, lastError,
				size(operation, state, outcome, index), (place != null) ? place.bytes() : null,
				outcome != null && outcome.rollingBack(), operation.options().dataSource());
	}

	private static @Nullable Long size(IndexOperation operation, OperationState state, @Nullable Outcome outcome,
			@Nullable CatalogRelation index) {
		// after a drop another index may have taken the name
		boolean gone = operation instanceof DropIndex && state == OperationState.COMPLETED
				&& (outcome == null || outcome.drift() == null);
		return (index != null && index.index() != null && !gone) ? index.bytes() : null;
	}

	private static @Nullable Duration duration(@Nullable Instant from, @Nullable Instant to) {
		return (from != null && to != null && !to.isBefore(from)) ? Duration.between(from, to) : null;
	}

	private static @Nullable String declaredTable(IndexOperation operation) {
		return (operation.table() != null) ? operation.table().toString() : null;
	}

	private @Nullable Place lastPlace(IndexOperation operation, Look look) {
		Place place = place(look.observation().seen(operation.name()));
		if (place != null) {
			this.places.put(operation.name(), place);
		}
		return this.places.get(operation.name());
	}

	private static @Nullable Place place(Seen seen) {
		if (seen.table() != null) {
			return new Place(seen.table().name(), seen.table().bytes());
		}
		for (CatalogRelation relation : new CatalogRelation[] { seen.index(), seen.renamed() }) {
			if (relation != null && relation.index() != null) {
				return new Place(relation.index().tableName(), relation.index().tableBytes());
			}
		}
		return null;
	}

	private record Place(RelationName table, long bytes) {
	}

	private record Outcome(@Nullable Boolean adopted, @Nullable Drift drift, @Nullable String error,
			boolean rollingBack) {
	}

	private record Meter(@Nullable Instant startedAt, ProgressMeter meter) {

		boolean belongsTo(OperationRecord record) {
			return Objects.equals(this.startedAt, record.startedAt());
		}

	}

}
