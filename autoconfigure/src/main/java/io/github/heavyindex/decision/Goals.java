package io.github.heavyindex.decision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the catalog alone whether an operation's goal is met. A goal counts as met,
 * too, when a later operation of the chain that uses the index up has met its own.
 */
final class Goals {

	private final Chains chains;

	private final ObservedChains observedChains;

	private final Context context;

	private final Map<String, Goal> known = new HashMap<>();

	Goals(Chains chains, ObservedChains observedChains, Context context) {
		this.chains = chains;
		this.observedChains = observedChains;
		this.context = context;
		// goals depend on those of later operations only: the last first, so that no
		// chain is too long for the stack
		List<IndexOperation> operations = new ArrayList<>(chains.operations());
		for (int i = operations.size() - 1; i >= 0; i--) {
			of(operations.get(i));
		}
	}

	Goal of(IndexOperation operation) {
		Goal goal = this.known.get(operation.name());
		if (goal == null) {
			goal = evaluate(operation);
			this.known.put(operation.name(), goal);
		}
		return goal;
	}

	private Goal evaluate(IndexOperation operation) {
		Goal goal = Goal.NOT_MET.or(this.observedChains.consumersAfter(operation), this::of);
		if (goal.verdict == Verdict.MET) {
			return goal;
		}
		Seen seen = this.context.seen(operation);
		if (operation instanceof CreateIndex create) {
			return create(create, seen.table(), seen.index()).or(goal);
		}
		if (operation instanceof DropIndex drop) {
			return drop(drop, seen.index()).or(goal);
		}
		if (operation instanceof RenameIndex rename) {
			return rename(rename, seen).or(goal);
		}
		if (operation instanceof RebuildIndex rebuild) {
			return Rebuilds.isDone(rebuild, seen, this.context.recorded(rebuild)) ? Goal.MET : goal;
		}
		return constraint((AddConstraint) operation, seen).or(goal);
	}

	private Goal create(CreateIndex create, @Nullable CatalogRelation table, @Nullable CatalogRelation index) {
		if (table == null || index == null || index.index() == null || !index.index().valid()
				|| index.index().table() != table.oid()) {
			return Goal.NOT_MET;
		}
		Comparison comparison = this.context.comparisons().compare(create, index);
		return switch (comparison.verdict()) {
			case EQUAL -> Goal.MET;
			case DIFFERENT ->
				(Replacement.isDeclared(create, this.context.policy()) && Replacement.isAsReplaced(index, comparison))
						? Goal.MET : new Goal(Verdict.NOT_MET, null, comparison);
			case IMPOSSIBLE -> new Goal(Verdict.UNKNOWABLE, null, comparison);
			case UNKNOWN -> new Goal(Verdict.UNKNOWN, new Decision.Compare(create, index), comparison);
		};
	}

	private Goal drop(DropIndex drop, @Nullable CatalogRelation index) {
		// before its turn, an index that is not there yet is no index dropped
		return (index == null) ? turnOf(drop) : replaced(drop);
	}

	/**
	 * Whether the name that the operation frees bears what a later operation brought.
	 */
	private Goal replaced(IndexOperation operation) {
		return Goal.NOT_MET.or(this.observedChains.producersAfter(operation), this::of);
	}

	/**
	 * Whether the absent index of a drop has been there: the catalog alone cannot tell
	 * the end from the beginning, but it can tell the middle.
	 */
	private Goal turnOf(DropIndex drop) {
		IndexOperation producer = this.observedChains.producerBefore(drop);
		if (producer == null || is(drop, OperationState.COMPLETED)) {
			return Goal.MET;
		}
		if (this.chains.prerequisites(drop)
			.stream()
			.anyMatch((name) -> this.context.prerequisites().get(name) != null)) {
			return Goal.NOT_MET;
		}
		while (producer != null && !is(producer, OperationState.COMPLETED) && !is(producer, OperationState.SKIPPED)) {
			if (is(producer, OperationState.RUNNING)) {
				return Goal.NOT_MET;
			}
			if (!(producer instanceof RenameIndex) && !(producer instanceof AddConstraint)) {
				return Goal.MET;
			}
			// the index still bears its earlier name
			if (this.context.seen(producer).index() != null) {
				return replaced(producer);
			}
			producer = this.observedChains.producerBefore(producer);
		}
		return Goal.MET;
	}

	private Goal rename(RenameIndex rename, Seen seen) {
		if (seen.index() != null) {
			return replaced(rename);
		}
		if (seen.renamed() == null || seen.renamed().index() == null || !seen.renamed().index().valid()) {
			return Goal.NOT_MET;
		}
		return descends(rename, seen.renamed()).withoutMismatch();
	}

	private Goal constraint(AddConstraint add, Seen seen) {
		CatalogRelation index = Constraints.standing(add, seen);
		if (index == null) {
			return Goal.NOT_MET;
		}
		// where the old name stands as well, it may tell what the constraint should be
		// of; later it belongs to somebody else
		boolean another = !Constraints.facts(seen).sameColumns() && !is(add, OperationState.COMPLETED)
				&& this.observedChains.origin(add) == null;
		return another ? Goal.NOT_MET : descends(add, index);
	}

	/**
	 * Whether the index that bears a new name is the one that the chain brings.
	 */
	private Goal descends(IndexOperation operation, CatalogRelation index) {
		CreateIndex origin = this.observedChains.origin(operation);
		if (origin == null) {
			return Goal.MET;
		}
		Goal goal = create(origin, this.context.seen(origin).table(), index);
		return (goal.comparison != null && goal.comparison.differsOnlyBy(Constraints.DEFERRABLE)
				&& this.observedChains.isDeferrable(operation)) ? Goal.MET : goal;
	}

	private boolean is(IndexOperation operation, OperationState state) {
		return this.context.recorded(operation).is(state, operation);
	}

	enum Verdict {

		NOT_MET, UNKNOWABLE, UNKNOWN, MET

	}

	/**
	 * Whether a goal is met.
	 *
	 * @param compare what must be compared first, where the verdict is unknown
	 * @param comparison the comparison behind the verdict, or {@code null}
	 */
	record Goal(Verdict verdict, Decision.@Nullable Compare compare, @Nullable Comparison comparison) {

		static final Goal MET = new Goal(Verdict.MET, null, null);

		static final Goal NOT_MET = new Goal(Verdict.NOT_MET, null, null);

		Goal or(Goal other) {
			if (this.verdict == other.verdict) {
				return (this.comparison != null) ? this : other;
			}
			return (this.verdict.compareTo(other.verdict) > 0) ? this : other;
		}

		Goal or(List<IndexOperation> others, Function<IndexOperation, Goal> goals) {
			Goal goal = this;
			for (IndexOperation other : others) {
				goal = goal.or(goals.apply(other));
			}
			return goal;
		}

		/**
		 * Another definition under the new name is no mismatch of the rename: that index
		 * has not had its turn yet.
		 */
		Goal withoutMismatch() {
			return (this.verdict == Verdict.NOT_MET) ? NOT_MET : this;
		}

	}

}
