package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Transition;
import io.github.heavyindex.postgres.DefinitionComparer;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

/**
 * Builds the index of a partitioned table, under the table's lock: the index on the table
 * only, then that of each partition concurrently, each attached as soon as it stands
 * (manual, "Table Partitioning": building indexes concurrently). What was done stays
 * done: whoever goes on reads from the catalog what is left.
 */
final class PartitionedBuild {

	private static final String STOPPED = "57014";

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private final CreateIndex create;

	private final Direction direction;

	private final Engine engine;

	private final PhysicalConnection connection;

	private final PartitionBuild build;

	private long judgedAt = System.nanoTime();

	private boolean advances;

	private boolean advanced;

	/**
	 * Creates a build.
	 * @param create the index
	 * @param direction whether an operation is carried out or undone by that
	 */
	PartitionedBuild(CreateIndex create, Direction direction, Engine engine, PhysicalConnection connection) {
		this.create = create;
		this.direction = direction;
		this.engine = engine;
		this.connection = connection;
		this.build = new PartitionBuild(create, engine, connection);
	}

	boolean builds() {
		return this.build.builds();
	}

	/**
	 * Builds what is missing.
	 * @param seen what was seen under the table's lock
	 * @return what failed, or {@code null} if the index is valid
	 * @throws SQLException if the connection is lost, or a short step failed
	 */
	@Nullable SqlFailure run(Seen seen) throws SQLException {
		SqlFailure refused = validate(seen);
		boolean validated = false;
		while (refused == null) {
			CatalogRelation table = seen.table();
			if (table == null) {
				return new SqlFailure("42P01", "The table " + this.create.table() + " is gone", false);
			}
			CatalogRelation index = seen.index();
			if (index == null) {
				this.build.createOnly(table.name());
			}
			else if (index.index() != null && index.index().valid()) {
				return null;
			}
			else {
				List<Partition> open = open(seen);
				if (open.isEmpty() && validated) {
					return end(Transition.failed("55000",
							this.direction.failed("[55000] " + UnmarkedIndex.reason(table, index, seen.partitions()))));
				}
				if (open.isEmpty()) {
					validateAgain(seen, table, index);
					validated = true;
				}
				else {
					refused = pass(open, indexes(seen));
					if (refused == null && this.build.isComplete(index)) {
						return null;
					}
				}
			}
			seen = this.engine.seen(this.create);
		}
		return refused;
	}

	/**
	 * Builds the declared index on empty clones before anything is touched. A unique one
	 * must hold the partition key of each level.
	 */
	private @Nullable SqlFailure validate(Seen seen) throws SQLException {
		DefinitionComparer comparer = new DefinitionComparer(this.connection.jdbc());
		CatalogRelation table = seen.table();
		Answer answer = comparer.ask(this.create, (table != null) ? table.name() : this.create.table(), null);
		if (answer instanceof Answer.Defined defined) {
			this.engine.definitions().declared(this.create, defined.definition());
		}
		for (Partition partition : seen.partitions()) {
			if (partition.partitioned() && this.create.unique() && !(answer instanceof Answer.Refused)) {
				answer = comparer.ask(this.create, partition.name(), null);
			}
		}
		return (answer instanceof Answer.Refused refused) ? refused.failure() : null;
	}

	/**
	 * The partitions that still need something: first those that are partitioned
	 * themselves, as the others need their indexes; then those whose attached index is
	 * invalid, since PostgreSQL 14 looks at what was mended only when another one is
	 * attached; then the largest.
	 */
	static List<Partition> open(Seen seen) {
		List<Partition> partitioned = seen.partitions()
			.stream()
			.filter((partition) -> partition.partitioned() && partition.index() == null)
			.toList();
		Map<Long, CatalogRelation> indexes = indexes(seen);
		List<Partition> top = partitioned.stream()
			.filter((partition) -> indexes.containsKey(partition.parent()))
			.toList();
		if (!top.isEmpty()) {
			return top;
		}
		return seen.partitions()
			.stream()
			.filter((partition) -> !partition.partitioned() && !partition.indexed())
			.sorted(Comparator.comparing((Partition partition) -> partition.index() == null)
				.thenComparing((partition) -> -partition.bytes()))
			.toList();
	}

	/**
	 * The indexes of the partitioned tables, by table.
	 */
	static Map<Long, CatalogRelation> indexes(Seen seen) {
		Map<Long, CatalogRelation> indexes = new HashMap<>();
		if (seen.table() != null && seen.index() != null) {
			indexes.put(seen.table().oid(), seen.index());
		}
		for (Partition partition : seen.partitions()) {
			if (partition.partitioned() && partition.index() != null) {
				indexes.put(partition.oid(), partition.index());
			}
		}
		return indexes;
	}

	/**
	 * Goes once through what is open.
	 * @return what is to end the attempt, or {@code null} to go on
	 */
	private @Nullable SqlFailure pass(List<Partition> open, Map<Long, CatalogRelation> indexes) throws SQLException {
		boolean done = false;
		SqlFailure failure = null;
		for (Partition partition : open) {
			SqlFailure stopped = checkpoint();
			if (stopped != null) {
				return stopped;
			}
			CatalogRelation parent = indexes.get(partition.parent());
			PartitionBuild.Outcome outcome = (parent != null) ? this.build.run(partition, parent)
					: PartitionBuild.Outcome.BUSY;
			if (outcome.failure() != null) {
				failure = outcome.failure();
				if (failure.classify(true) != ErrorClass.RETRY) {
					return failure;
				}
			}
			done |= outcome.done();
			this.advances |= outcome.done();
		}
		this.build.release();
		advanced();
		if (!done && failure == null) {
			// others are at what is left
			pause();
		}
		return done ? null : failure;
	}

	/**
	 * An attempt that got something done starts counting anew: a table of a thousand
	 * partitions outlives many deploys. Recorded with the checks, as the connection for
	 * it may be busy with a look at all partitions.
	 */
	private void advanced() throws SQLException {
		if (this.advances && !this.advanced) {
			this.advanced = true;
			this.engine.history((history) -> {
				history.advanced(this.create.name());
				return true;
			});
		}
	}

	/**
	 * Whether the operation may go on with another partition, asked about once a poll
	 * interval.
	 * @return why not, or {@code null} if it may
	 */
	private @Nullable SqlFailure checkpoint() throws SQLException {
		if (this.engine.cancelling() || this.engine.closed()) {
			return new SqlFailure(STOPPED, AttemptEnd.STOPPED_BY_CLOSE, false);
		}
		if (System.nanoTime() - this.judgedAt < this.engine.settings().pollInterval().toNanos()) {
			return null;
		}
		advanced();
		Judgement judgement = this.engine.judge(this.connection);
		this.judgedAt = System.nanoTime();
		Decision decision = judgement.decision(this.create);
		OperationRecord record = judgement.look().records().get(this.create.name());
		boolean running = record != null && record.state() == OperationState.RUNNING;
		if (running && decision instanceof Decision.Wait wait) {
			return end(Transition.postponed(STOPPED, "stopped, " + wait.reason(),
					this.engine.settings().retry().initialDelay()));
		}
		if (running && decision instanceof Decision.Fail fail) {
			return end(Transition.failed(fail.sqlState(), StatusWriter.error(fail)));
		}
		return running ? null : new SqlFailure(STOPPED, "stopped", false);
	}

	/**
	 * Records how the attempt ends.
	 */
	private SqlFailure end(Transition transition) throws SQLException {
		this.engine.record(this.direction.declared(), transition);
		return new SqlFailure(STOPPED, String.valueOf(transition.error()), false);
	}

	/**
	 * Lets PostgreSQL look again at partitioned indexes whose partitions all have theirs:
	 * it does so when one is attached, and not when an invalid one was mended or a
	 * partition without one was detached.
	 */
	private void validateAgain(Seen seen, CatalogRelation table, CatalogRelation index) throws SQLException {
		List<Partition> partitions = seen.partitions();
		// the lowest first
		for (int i = partitions.size() - 1; i >= 0; i--) {
			Partition partition = partitions.get(i);
			if (partition.partitioned() && partition.index() != null && !partition.indexed()) {
				attachAgain(partition.index(), partition.oid(), partitions);
			}
		}
		attachAgain(index, table.oid(), partitions);
	}

	private void attachAgain(CatalogRelation parent, long table, List<Partition> partitions) throws SQLException {
		for (Partition partition : partitions) {
			if (partition.parent() == table && partition.index() != null) {
				this.build.attach(parent.name(), partition.index().name());
				return;
			}
		}
	}

	private void pause() {
		Duration interval = this.engine.settings().pollInterval();
		try {
			Thread.sleep(((interval.compareTo(LONGEST_PAUSE) < 0) ? interval : LONGEST_PAUSE).toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while others build partitions", ex);
		}
	}

}
