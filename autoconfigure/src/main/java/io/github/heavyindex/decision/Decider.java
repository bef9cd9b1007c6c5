package io.github.heavyindex.decision;

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

	private final Context context;

	private final Goals goals;

	private final Occupation occupation;

	private final Dependencies dependencies;

	private final Restraints restraints;

	private final Creations creations;

	private final Drops drops;

	private final Renames renames;

	private final Rebuilds rebuilds;

	private final ConstraintAdditions constraintAdditions;

	private final Drifts drifts;

	private final Leftovers leftovers;

	private final Rollback rollback;

	private Decider(Chains chains, Context context) {
		ObservedChains observedChains = new ObservedChains(chains, context.observation());
		this.context = context;
		this.goals = new Goals(chains, observedChains, context);
		this.occupation = new Occupation(context);
		this.dependencies = new Dependencies(chains, observedChains, context);
		this.restraints = new Restraints(context);
		Starter starter = new Starter(context, this.restraints);
		this.creations = new Creations(context, this.occupation, this.dependencies, starter);
		this.drops = new Drops(context, this.dependencies, starter);
		this.renames = new Renames(context, this.dependencies, starter);
		this.rebuilds = new Rebuilds(context, this.dependencies, this.restraints, starter);
		this.constraintAdditions = new ConstraintAdditions(context, this.dependencies, starter);
		this.drifts = new Drifts(context, observedChains, this.creations, this.rebuilds);
		this.leftovers = new Leftovers(context, this.rebuilds, starter);
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
			decider.dependencies.decided(operation, context.recorded(operation), decision);
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

	/**
	 * Whether a drop has started, which is only ever finished.
	 * @param seen what the catalog shows for the operation
	 * @param attempts how often it was tried
	 * @return whether the index is half-dropped
	 */
	public static boolean isHalfDropped(Seen seen, int attempts) {
		return Drops.isHalfDropped(seen.index(), attempts);
	}

	private Decision decide(IndexOperation operation) {
		Recorded recorded = this.context.recorded(operation);
		Undo undo = this.context.orders().undos().get(operation.name());
		if (undo != null) {
			return this.rollback.decide(operation, recorded, undo);
		}
		if (recorded.is(OperationState.SKIPPED, operation)) {
			return this.leftovers.ended(operation, recorded, this.occupation.of(operation, recorded));
		}
		Goal goal = this.goals.of(operation);
		Decision busy = this.occupation.of(operation, recorded);
		if (busy instanceof Decision.Watch watch && recorded.state() != OperationState.RUNNING) {
			if (goal.verdict() != Verdict.MET) {
				return new Decision.CancelBackend(watch.pid());
			}
			Decision replaced = this.leftovers.replaced(operation, recorded, busy);
			return (replaced != null) ? replaced : met(operation, recorded, null);
		}
		if (busy instanceof Decision.Watch watch && goal.verdict() != Verdict.MET) {
			busy = this.restraints.watch(operation, recorded, watch);
		}
		return switch (goal.verdict()) {
			case MET -> met(operation, recorded, busy);
			case UNKNOWN -> (busy != null && Occupation.isOurs(busy)) ? busy : unknown(goal);
			case UNKNOWABLE -> unknowable(operation, recorded, goal, busy);
			case NOT_MET -> notMet(operation, recorded, goal, busy);
		};
	}

	private Decision met(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		Decision replaced = this.leftovers.replaced(operation, recorded, busy);
		if (replaced != null) {
			return replaced;
		}
		if (recorded.is(OperationState.COMPLETED, operation)) {
			return (operation instanceof RebuildIndex rebuild) ? this.rebuilds.again(rebuild, recorded, busy)
					: new Decision.Keep();
		}
		// its own session has not let go of the table yet: it records the end itself
		if (busy != null && Occupation.isOurs(busy)) {
			return busy;
		}
		return new Decision.Complete(recorded.state() != OperationState.RUNNING || this.occupation.isOrphan(recorded));
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
		if (busy != null && Occupation.isOurs(busy)) {
			return busy;
		}
		return new Decision.Wait("definition not compared: " + ((comparison != null) ? comparison.reason() : "unknown"),
				Decision.Wait.Until.MEND);
	}

	private Decision notMet(IndexOperation operation, Recorded recorded, Goal goal, @Nullable Decision busy) {
		if (recorded.isOf(operation)) {
			switch (recorded.state()) {
				case COMPLETED -> {
					return this.drifts.decide(operation, recorded, goal.comparison(), busy);
				}
				case FAILED, CANCELLED -> {
					return this.leftovers.ended(operation, recorded, busy);
				}
				default -> {
				}
			}
		}
		if (operation instanceof CreateIndex create) {
			return this.creations.decide(create, recorded, goal.comparison(), busy);
		}
		if (operation instanceof DropIndex drop) {
			return this.drops.decide(drop, recorded, busy);
		}
		if (operation instanceof RebuildIndex rebuild) {
			return this.rebuilds.decide(rebuild, recorded, busy);
		}
		if (operation instanceof AddConstraint add) {
			return this.constraintAdditions.decide(add, recorded, goal.comparison(), busy);
		}
		return this.renames.decide((RenameIndex) operation, recorded, busy);
	}

}
