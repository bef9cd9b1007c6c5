package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Mends;
import io.github.heavyindex.decision.RetryPolicy;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Transition;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt: what came of it by what the catalog shows, recorded unless
 * somebody else has, and whether there will be another one.
 */
final class AttemptEnd {

	static final String CANCELLED_BY_REQUEST = "Cancelled by request";

	static final String STOPPED_BY_CLOSE = "stopped, the application closed";

	private static final String CANCELLED = "57014";

	private final Direction direction;

	private final Judgement judgement;

	private final int pid;

	private final Engine engine;

	/**
	 * Creates a new instance.
	 * @param judgement what is seen and decided now
	 * @param pid the server session of the attempt
	 */
	AttemptEnd(Direction direction, Judgement judgement, int pid, Engine engine) {
		this.direction = direction;
		this.judgement = judgement;
		this.pid = pid;
		this.engine = engine;
	}

	/**
	 * What becomes of a build that does not begin any more.
	 */
	static SqlFailure closed() {
		return new SqlFailure(CANCELLED, "The application closed", false);
	}

	/**
	 * The end of an attempt that has met its goal, whatever failed.
	 * @param failure what failed, or {@code null} if nothing did
	 * @param warning what a completed operation lacks, or {@code null}
	 * @return the outcome, or {@code null} if the goal is not met
	 */
	@Nullable Outcome met(@Nullable SqlFailure failure, @Nullable String warning) throws SQLException {
		IndexOperation declared = this.direction.declared();
		Decision decision = this.judgement.toDo(declared);
		if (!this.direction.isBack() && decision instanceof Decision.Complete complete) {
			this.engine.record(declared,
					this.engine.completion(declared, this.judgement, complete.adopted()).withWarning(warning));
			return Outcome.COMPLETED;
		}
		if (this.direction.isBack() && decision instanceof Decision.RolledBack rolledBack) {
			this.engine.wayBack().ended(declared, rolledBack);
			return rolledBack.undone() ? Outcome.ROLLED_BACK : Outcome.CANCELLED;
		}
		if (failure == null && !this.direction.isBack() && isRecordedCompleted(decision)) {
			// between two statements of ours, another instance has seen the goal met
			return Outcome.COMPLETED;
		}
		// or somebody has seen the way back come to its end, and recorded that
		return (failure == null && this.direction.hasTurned(this.judgement)) ? Outcome.ROLLED_BACK : null;
	}

	private boolean isRecordedCompleted(Decision decision) {
		OperationRecord record = this.judgement.look().records().get(this.direction.declared().name());
		return decision instanceof Decision.Keep && record != null && record.state() == OperationState.COMPLETED;
	}

	/**
	 * The end of an attempt that has not met its goal.
	 * @param failed what failed, or {@code null} if no statement did
	 * @param before what was seen before the attempt
	 */
	Outcome unmet(@Nullable SqlFailure failed, Seen before) throws SQLException {
		IndexOperation declared = this.direction.declared();
		SqlFailure failure = (failed != null) ? failed : missed(this.judgement.toDo(declared));
		OperationRecord record = this.engine.history((history) -> history.operations()).get(declared.name());
		if (record != null && record.pid() != null && record.pid() != this.pid) {
			// our session was lost, and another one has begun since: it is its record now
			return Outcome.LOST;
		}
		OperationState state = (record != null) ? record.state() : OperationState.RUNNING;
		if (state == OperationState.CANCELLED) {
			// the operation may be wanted again by now
			return this.engine
				.history((history) -> history.endCancelled(declared.name(), this.pid, CANCELLED_BY_REQUEST));
		}
		if (state != OperationState.RUNNING && failure.sqlState().equals(CANCELLED)) {
			// the loop stopped it, and has recorded why
			return (state == OperationState.FAILED) ? Outcome.FAILED : Outcome.RETRY;
		}
		Transition transition = transition(before, failure, (record != null) ? record.attempts() : 1);
		this.engine.record(declared, transition);
		return transition.outcome();
	}

	/**
	 * Why the goal is not met though no statement failed.
	 */
	private static SqlFailure missed(Decision decision) {
		if (decision instanceof Decision.Wait wait) {
			return new SqlFailure("55006", "The attempt cannot go on now: " + wait.reason(), false);
		}
		if (decision instanceof Decision.Fail fail && fail.sqlState() != null) {
			return new SqlFailure(fail.sqlState(), fail.error(), false);
		}
		return new SqlFailure("XX000",
				"The statement ended without an error, but the catalog does not show its goal met", false);
	}

	private Transition transition(Seen before, SqlFailure failure, int attempts) {
		RetryPolicy retry = this.engine.settings().retry();
		Duration delay = retry.delay(attempts, ThreadLocalRandom.current().nextDouble());
		String error = error(failure, before);
		return switch (failure.classify(existed(failure, before))) {
			case CANCELLED -> this.engine.cancelling()
					? Transition.postponed(failure.sqlState(), STOPPED_BY_CLOSE, delay) : Transition.cancelled(failure
							+ ". Somebody cancelled the statement on the server; it is not started again against their will");
			case WAIT -> Transition.postponed(failure.sqlState(), error, delay);
			case FAIL -> Transition.failed(failure.sqlState(), error);
			case RETRY, CONNECTION_LOST -> retry.allows(attempts) ? Transition.retry(failure.sqlState(), error, delay)
					: Transition.failed(failure.sqlState(), error + " Given up after " + attempts + " attempts.");
		};
	}

	private String error(SqlFailure failure, Seen before) {
		CatalogRelation table = (before.table() != null) ? before.table() : before.index();
		return this.direction.failed(failure + ". " + Mends.of(failure.sqlState(), this.direction.operation(),
				(table != null) ? table.name().toString() : null));
	}

	/**
	 * Whether what the error misses was there before. A build that misses an object of
	 * any kind but its table was declared with a name that nothing bears.
	 */
	private boolean existed(SqlFailure failure, Seen before) {
		if (this.direction.operation() instanceof CreateIndex) {
			return before.table() != null && failure.sqlState().equals("42P01");
		}
		return before.index() != null;
	}

}
