package io.github.heavyindex.decision;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.Goals.Goal;
import io.github.heavyindex.decision.Goals.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is to be done about each operation: a pure function of what is declared,
 * observed and remembered. The catalog decides; what is remembered only tells drift from
 * work not yet done.
 *
 * @since 0.1.0
 */
public final class Decider {

	/**
	 * How the reason of an operation begins that waits for a slot.
	 */
	static final String SLOT = "slot: ";

	private final Context context;

	private final ObservedChains observedChains;

	private final Goals goals;

	private final Occupation occupation;

	private final Dependencies dependencies;

	private final Restraints restraints;

	private final Rebuilds rebuilds;

	private final Repairs repairs;

	private final Rollback rollback;

	private Decider(Chains chains, Context context) {
		this.context = context;
		this.observedChains = new ObservedChains(chains, context.observation());
		this.goals = new Goals(chains, this.observedChains, context,
				(name) -> context.prerequisites().get(name) == null);
		this.occupation = new Occupation(context);
		this.dependencies = new Dependencies(chains, this.observedChains, context);
		this.restraints = new Restraints(context);
		this.rebuilds = new Rebuilds(context, this.dependencies, this.restraints, this::start);
		this.repairs = new Repairs(context.policy());
		this.rollback = new Rollback(chains, context);
	}

	/**
	 * Decides about all operations.
	 * @param chains the declared operations
	 * @param context what the decisions depend on
	 * @return a decision for each operation, in dependency order
	 */
	public static Map<String, Decision> decide(Chains chains, Context context) {
		Decider decider = new Decider(chains, context);
		Map<String, Decision> decisions = new LinkedHashMap<>();
		for (IndexOperation operation : chains.operations()) {
			Decision decision = decider.decide(operation);
			decisions.put(operation.name(), decision);
			decider.dependencies.decided(operation, decider.recorded(operation), decision);
		}
		return decisions;
	}

	/**
	 * Why an operation cannot be undone.
	 * @param chains the declared operations
	 * @param context what the decision depends on
	 * @param operation the operation
	 * @param undo how it is undone, or {@code null} if that is not known
	 * @return the reason and the mend, or {@code null} if it can be undone
	 */
	public static @Nullable String refuseRollback(Chains chains, Context context, IndexOperation operation,
			@Nullable Undo undo) {
		return new Rollback(chains, context).refusal(operation, undo);
	}

	private Decision decide(IndexOperation operation) {
		Recorded recorded = recorded(operation);
		Undo undo = this.context.orders().undos().get(operation.name());
		if (undo != null) {
			return this.rollback.decide(operation, recorded, undo);
		}
		if (recorded.is(OperationState.SKIPPED, operation)) {
			return leftover(operation, recorded, this.occupation.of(operation, recorded));
		}
		Goal goal = this.goals.of(operation);
		Decision busy = this.occupation.of(operation, recorded);
		if (busy instanceof Decision.Watch watch && recorded.state() != OperationState.RUNNING) {
			if (goal.verdict() != Verdict.MET) {
				return new Decision.CancelBackend(watch.pid());
			}
			Decision replaced = replaced(operation, recorded, busy);
			return (replaced != null) ? replaced : met(operation, recorded, null);
		}
		if (busy instanceof Decision.Watch watch && goal.verdict() != Verdict.MET) {
			busy = this.restraints.watch(operation, recorded, watch);
		}
		return switch (goal.verdict()) {
			case MET -> met(operation, recorded, busy);
			case UNKNOWN -> (busy != null && isOurs(busy)) ? busy : unknown(goal);
			case UNKNOWABLE -> unknowable(operation, recorded, goal, busy);
			case NOT_MET -> notMet(operation, recorded, goal, busy);
		};
	}

	private Decision met(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		Decision replaced = replaced(operation, recorded, busy);
		if (replaced != null) {
			return replaced;
		}
		if (recorded.is(OperationState.COMPLETED, operation)) {
			return (operation instanceof RebuildIndex rebuild) ? this.rebuilds.again(rebuild, recorded, busy)
					: new Decision.Keep();
		}
		// its own session has not let go of the table yet: it records the end itself
		if (busy != null && isOurs(busy)) {
			return busy;
		}
		return new Decision.Complete(recorded.state() != OperationState.RUNNING || this.occupation.isOrphan(recorded));
	}

	/**
	 * What is to be done about the replaced index, once the declared one stands.
	 */
	private @Nullable Decision replaced(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		boolean ended = recorded.isOf(operation) && recorded.state() != OperationState.PENDING
				&& recorded.state() != OperationState.RUNNING;
		Decision next = (operation instanceof CreateIndex create) ? new Replacement(create, this.context).ofGoal(!ended)
				: null;
		if (next == null) {
			return null;
		}
		if (busy != null && (isOurs(busy) || !ended)) {
			return busy;
		}
		if (busy != null) {
			return new Decision.Keep();
		}
		return carryOut(operation, recorded, next);
	}

	/**
	 * Whether our own session is at it, be it to be watched or stopped.
	 */
	private static boolean isOurs(Decision busy) {
		return !(busy instanceof Decision.Wait);
	}

	private static Decision unknown(Goal goal) {
		if (goal.compare() == null) {
			throw new IllegalStateException("An unknown goal without a comparison to make");
		}
		return goal.compare();
	}

	private static Decision unknowable(IndexOperation operation, Recorded recorded, Goal goal,
			@Nullable Decision busy) {
		Comparison comparison = goal.comparison();
		if (recorded.is(OperationState.COMPLETED, operation) && comparison != null && comparison.actual() != null) {
			return new Decision.Drifted(Drift.DEFINITION_CHANGED);
		}
		// a completed operation needs no second comparison, unless it was declared anew
		if (recorded.is(OperationState.COMPLETED, operation) || recorded.is(OperationState.CANCELLED, operation)) {
			return new Decision.Keep();
		}
		if (busy != null && isOurs(busy)) {
			return busy;
		}
		return new Decision.Wait("definition not compared: " + ((comparison != null) ? comparison.reason() : "unknown"),
				Decision.Wait.Until.MEND);
	}

	private Decision notMet(IndexOperation operation, Recorded recorded, Goal goal, @Nullable Decision busy) {
		if (recorded.isOf(operation)) {
			switch (recorded.state()) {
				case COMPLETED -> {
					return drift(operation, recorded, goal, busy);
				}
				case FAILED, CANCELLED -> {
					return leftover(operation, recorded, busy);
				}
				default -> {
				}
			}
		}
		if (operation instanceof CreateIndex create) {
			return create(create, recorded, goal, busy);
		}
		if (operation instanceof DropIndex drop) {
			return drop(drop, recorded, busy);
		}
		if (operation instanceof RebuildIndex rebuild) {
			return this.rebuilds.decide(rebuild, recorded, busy);
		}
		if (operation instanceof AddConstraint add) {
			return addConstraint(add, recorded, goal, busy);
		}
		return rename((RenameIndex) operation, recorded, busy);
	}

	private Decision drift(IndexOperation operation, Recorded recorded, Goal goal, @Nullable Decision busy) {
		// a later operation of the chain is using the index up, or brings another one
		boolean handedOver = this.observedChains.consumersAfter(operation).stream().anyMatch((later) -> {
			Recorded record = recorded(later);
			return record.is(OperationState.RUNNING, later) || record.is(OperationState.COMPLETED, later);
		}) || (operation instanceof DropIndex && !this.observedChains.producersAfter(operation).isEmpty());
		if (handedOver) {
			return new Decision.Keep();
		}
		Seen seen = seen(operation);
		if (operation instanceof AddConstraint add) {
			return new Decision.Drifted(Constraints.drift(add, seen));
		}
		CatalogRelation index = (operation instanceof RenameIndex) ? seen.renamed() : seen.index();
		if (index == null || operation instanceof DropIndex) {
			return repair(Drift.MISSING, operation, recorded, goal, busy);
		}
		return repair((index.index() != null && !index.index().valid()) ? Drift.INVALID : Drift.DEFINITION_CHANGED,
				operation, recorded, goal, busy);
	}

	private Decision repair(Drift drift, IndexOperation operation, Recorded recorded, Goal goal,
			@Nullable Decision busy) {
		Decision none = this.repairs.none(drift, recorded);
		if (none != null) {
			return none;
		}
		if (operation instanceof CreateIndex create) {
			return Repairs.by(drift, create(create, recorded, goal, busy));
		}
		if (operation instanceof RebuildIndex rebuild && drift == Drift.INVALID) {
			return Repairs.by(drift, this.rebuilds.decide(rebuild, recorded, busy));
		}
		return Repairs.byHand(drift,
				(operation instanceof RebuildIndex) ? "not repaired: a rebuild brings back no index"
						: "not repaired by itself; 'retry' carries the operation out again");
	}

	private Decision leftover(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		if (operation instanceof RebuildIndex rebuild) {
			return this.rebuilds.cleanUp(rebuild, recorded, busy);
		}
		Decision beside = (busy == null && operation instanceof CreateIndex create)
				? new Replacement(create, this.context).ofEnd(recorded.state() == OperationState.CANCELLED) : null;
		if (beside != null) {
			Decision start = carryOut(operation, recorded, beside);
			return (start instanceof Decision.Run) ? start : new Decision.Keep();
		}
		CatalogRelation index = seen(operation).index();
		CatalogRelation table = seen(operation).table();
		if (operation instanceof CreateIndex create && table != null && seen(operation).partitioned()) {
			return (busy == null && recorded.attempts() > 0) ? partitionLeftover(create, recorded, table)
					: new Decision.Keep();
		}
		if (busy != null || index == null || table == null || recorded.attempts() == 0
				|| !(operation instanceof CreateIndex)) {
			return new Decision.Keep();
		}
		IndexState state = index.index();
		if (state == null || state.valid() || state.table() != table.oid()
				|| Failures.undroppable(seen(operation), index) != null) {
			return new Decision.Keep();
		}
		Decision start = start(operation, recorded, Step.DROP_LEFTOVER, table.oid(), urgency(state), false);
		return (start instanceof Decision.Run) ? start : new Decision.Keep();
	}

	private Decision partitionLeftover(CreateIndex create, Recorded recorded, CatalogRelation table) {
		IndexState leftover = new PartitionedTable(create, this.context.observation()).leftover();
		Decision start = (leftover != null)
				? start(create, recorded, Step.DROP_LEFTOVER, table.oid(), urgency(leftover), false) : null;
		return (start instanceof Decision.Run) ? start : new Decision.Keep();
	}

	private Decision create(CreateIndex create, Recorded recorded, Goal goal, @Nullable Decision busy) {
		CatalogRelation index = seen(create).index();
		CatalogRelation table = seen(create).table();
		boolean invalid = index != null && index.index() != null && !index.index().valid();
		if (busy != null && (isOurs(busy) || invalid)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(create);
		if (waiting != null) {
			return waiting;
		}
		if (table == null) {
			return Failures.noTable(create);
		}
		if (index != null && index.index() == null) {
			return Failures.nameTaken(create, index);
		}
		if (index != null && index.requireIndex().table() != table.oid()) {
			return Failures.onAnotherTable(create, index);
		}
		if (index != null && index.requireIndex().valid()) {
			Decision next = new Replacement(create, this.context).ofMismatch(index);
			return (next != null) ? replace(create, recorded, next, busy)
					: Failures.mismatch(create, goal.comparison());
		}
		Decision unpartitionable = seen(create).partitioned() ? Failures.unpartitionable(create, table, seen(create))
				: null;
		if (unpartitionable != null) {
			return unpartitionable;
		}
		if (busy != null) {
			return busy;
		}
		if (seen(create).partitioned()) {
			return partitioned(create, recorded, table, index);
		}
		if (index != null) {
			Decision refused = Failures.undroppable(seen(create), index);
			if (refused != null) {
				return refused;
			}
			IndexState state = index.requireIndex();
			// what every write maintains or unique checks may not wait for the next
			// attempt
			return start(create, recorded, Step.DROP_LEFTOVER, table.oid(), urgency(state), !state.ready());
		}
		Decision beside = new Replacement(create, this.context).ofAbsence();
		return (beside != null) ? carryOut(create, recorded, beside)
				: start(create, recorded, Step.BUILD, table.oid(), 0, true);
	}

	private Decision replace(CreateIndex create, Recorded recorded, Decision next, @Nullable Decision busy) {
		if (!(next instanceof Decision.Run)) {
			return next;
		}
		// while an application is rolled out, its old and its new version would replace
		// each other's index in turn
		if (!recorded.isOf(create) && recorded.instanceKey() != null && !this.occupation.isOrphan(recorded)) {
			return new Decision.Wait(
					"another version of the application, which still runs, declares another definition");
		}
		return (busy != null) ? busy : carryOut(create, recorded, next);
	}

	private Decision carryOut(IndexOperation operation, Recorded recorded, Decision next) {
		if (!(next instanceof Decision.Run run)) {
			return next;
		}
		boolean pressing = run.step().cleansUp() && run.urgency() > 0;
		return start(operation, recorded, run.step(), run.table(), run.urgency(), !pressing);
	}

	/**
	 * An invalid index of a partitioned table waits for those of its partitions; its
	 * definition must be the declared one all the same.
	 */
	private Decision partitioned(CreateIndex create, Recorded recorded, CatalogRelation table,
			@Nullable CatalogRelation index) {
		Comparison comparison = (index != null) ? this.context.comparisons().compare(create, index) : Comparison.EQUAL;
		if (index != null && comparison.verdict() == Comparison.Verdict.UNKNOWN) {
			return new Decision.Compare(create, index);
		}
		if (comparison.verdict() == Comparison.Verdict.DIFFERENT) {
			return Failures.mismatch(create, comparison);
		}
		IndexState leftover = new PartitionedTable(create, this.context.observation()).leftover();
		return (leftover != null && leftover.ready())
				? start(create, recorded, Step.DROP_LEFTOVER, table.oid(), urgency(leftover), false)
				: start(create, recorded, Step.BUILD, table.oid(), 0, true);
	}

	private Decision drop(DropIndex drop, Recorded recorded, @Nullable Decision busy) {
		if (busy != null && isOurs(busy)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(drop);
		if (waiting != null) {
			return waiting;
		}
		CatalogRelation index = seen(drop).index();
		if (index == null) {
			return new Decision.Wait("its turn: the index to drop is not there yet");
		}
		Decision refused = Failures.undroppable(seen(drop), index);
		if (refused != null) {
			return refused;
		}
		Decision successor = this.dependencies.waitingForSuccessor(drop);
		if (successor != null) {
			return successor;
		}
		if (busy != null) {
			return busy;
		}
		IndexState state = index.requireIndex();
		// a half-dropped index serves nobody: a drop that has started is only ever
		// finished
		return (!state.valid() && index.kind() != 'I' && recorded.attempts() > 0 && recorded.isOf(drop)
				&& !this.context.observation().readOnly()) ? new Decision.Run(Step.DROP, state.table(), urgency(state))
						: start(drop, recorded, Step.DROP, state.table(), 0, true);
	}

	private Decision rename(RenameIndex rename, Recorded recorded, @Nullable Decision busy) {
		if (busy != null && isOurs(busy)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(rename);
		if (waiting != null) {
			return waiting;
		}
		Seen seen = seen(rename);
		if (seen.index() == null && busy != null) {
			return busy;
		}
		Decision refused = Failures.unrenamable(rename, seen);
		if (refused != null) {
			return refused;
		}
		CatalogRelation index = seen.index();
		if (index == null || index.index() == null) {
			throw new IllegalStateException("No index to rename, and no failure said so");
		}
		return (busy != null) ? busy : start(rename, recorded, Step.RENAME, index.index().table(), 0, true);
	}

	private Decision addConstraint(AddConstraint add, Recorded recorded, Goal goal, @Nullable Decision busy) {
		if (busy != null && isOurs(busy)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(add);
		if (waiting != null) {
			return waiting;
		}
		Seen seen = seen(add);
		CatalogRelation table = seen.table();
		CatalogRelation index = seen.index();
		// who works on the table may be building the index
		if (busy != null && (index == null || (index.index() != null && !index.index().valid()))) {
			return busy;
		}
		Decision refused = ConstraintFailures.of(add, seen, goal.comparison());
		if (refused != null) {
			return refused;
		}
		if (table == null) {
			throw new IllegalStateException("No table to add a constraint to, and no failure said so");
		}
		return (busy != null) ? busy : start(add, recorded, Step.ADD_CONSTRAINT, table.oid(), 0, true);
	}

	private Decision start(IndexOperation operation, Recorded recorded, Step step, long table, int urgency,
			boolean afterDelay) {
		Observation observation = this.context.observation();
		if (observation.readOnly()) {
			return new Decision.Wait("the server is read-only (a standby)");
		}
		if (goesOn(operation, recorded)) {
			return new Decision.Run(step, table, urgency);
		}
		if (afterDelay && recorded.isOf(operation) && recorded.nextAttemptAt() != null
				&& observation.now().isBefore(recorded.nextAttemptAt())) {
			return new Decision.Wait("retry at " + recorded.nextAttemptAt().truncatedTo(ChronoUnit.SECONDS));
		}
		Decision lost = lost(operation, recorded);
		if (lost != null) {
			return lost;
		}
		// what an attempt of ours left, and every write pays for, waits for no calmer
		// time
		boolean pressing = step.cleansUp() && urgency > 0 && recorded.startedAt() != null
				&& !recorded.is(OperationState.COMPLETED, operation);
		Decision paused = this.restraints.paused(pressing);
		if (paused != null) {
			return paused;
		}
		String held = this.restraints.hold(recorded, table, pressing);
		if (held != null) {
			return new Decision.Wait(held);
		}
		int slots = this.context.policy().maxConcurrentOperations();
		int used = observation.slots().size();
		Integer self = this.context.self();
		if ((self == null || !observation.slots().contains(self)) && used >= slots) {
			return new Decision.Wait(SLOT + used + " of " + slots + " in use");
		}
		return new Decision.Run(step, table, urgency);
	}

	/**
	 * Whether the session that asks has begun its attempt, which needs no leave to go on;
	 * but one that builds partition after partition asks before each.
	 */
	private boolean goesOn(IndexOperation operation, Recorded recorded) {
		Integer self = this.context.self();
		return !seen(operation).partitioned() && self != null && self.equals(recorded.pid())
				&& recorded.state() == OperationState.RUNNING;
	}

	/**
	 * What follows from attempts whose sessions ended and left no word: the first one
	 * costs no time, but they are not repeated for ever.
	 */
	private @Nullable Decision lost(IndexOperation operation, Recorded recorded) {
		if (recorded.state() != OperationState.RUNNING || !recorded.isOf(operation) || recorded.startedAt() == null
				|| (this.context.self() != null && this.context.self().equals(recorded.pid()))) {
			return null;
		}
		RetryPolicy retry = this.context.policy().retry();
		if (!retry.allows(recorded.attempts())) {
			return Failures.lost(recorded.attempts());
		}
		Instant due = recorded.startedAt().plus(retry.delay(recorded.attempts(), 0.5));
		return (recorded.attempts() > 1 && this.context.observation().now().isBefore(due))
				? new Decision.Wait("retry at " + due.truncatedTo(ChronoUnit.SECONDS)) : null;
	}

	private Recorded recorded(IndexOperation operation) {
		return this.context.recorded().getOrDefault(operation.name(), Recorded.none(operation.sql()));
	}

	private Seen seen(IndexOperation operation) {
		return this.context.observation().seen(operation.name());
	}

	/**
	 * A unique leftover rejects writes, a ready one slows them, any other one is
	 * harmless.
	 */
	static int urgency(IndexState leftover) {
		return leftover.ready() ? (leftover.unique() ? 2 : 1) : 0;
	}

}
