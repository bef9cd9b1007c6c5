package io.github.heavyindex.decision;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the catalog alone whether an operation's goal is met. A goal counts as met,
 * too, when a later operation of the chain that uses the index up has met its own.
 */
final class Goals {

	private final Chains chains;

	private final Observation observation;

	private final Comparisons comparisons;

	private final Predicate<String> prerequisites;

	private final Map<String, Recorded> recorded;

	private final Map<String, Goal> known = new HashMap<>();

	/**
	 * Creates a new instance.
	 * @param prerequisites whether a dependency that is no operation is complete
	 */
	Goals(Chains chains, Observation observation, Comparisons comparisons, Map<String, Recorded> recorded,
			Predicate<String> prerequisites) {
		this.chains = chains;
		this.observation = observation;
		this.comparisons = comparisons;
		this.recorded = recorded;
		this.prerequisites = prerequisites;
	}

	Goal of(IndexOperation operation) {
		Goal goal = this.known.get(operation.name());
		if (goal == null) {
			goal = evaluate(operation);
			this.known.put(operation.name(), goal);
		}
		return goal;
	}

	// consumers and producers come later in dependency order, which has no cycles
	private Goal evaluate(IndexOperation operation) {
		Goal goal = Goal.NOT_MET;
		for (IndexOperation consumer : this.chains.consumersAfter(operation)) {
			goal = goal.or(of(consumer));
		}
		if (goal.verdict == Verdict.MET) {
			return goal;
		}
		Seen seen = this.observation.seen(operation.name());
		if (operation instanceof CreateIndex create) {
			return create(create, seen.table(), seen.index()).or(goal);
		}
		if (operation instanceof DropIndex) {
			return drop(operation, seen.index()).or(goal);
		}
		if (operation instanceof RenameIndex rename) {
			return rename(rename, seen).or(goal);
		}
		return goal;
	}

	private Goal create(CreateIndex create, @Nullable CatalogRelation table, @Nullable CatalogRelation index) {
		if (table == null || index == null || index.index() == null || !index.index().valid()
				|| index.index().table() != table.oid()) {
			return Goal.NOT_MET;
		}
		Comparison comparison = this.comparisons.compare(create, index);
		return switch (comparison.verdict()) {
			case EQUAL -> Goal.MET;
			case DIFFERENT -> new Goal(Verdict.NOT_MET, null, comparison);
			case IMPOSSIBLE -> new Goal(Verdict.UNKNOWABLE, null, comparison);
			case UNKNOWN -> new Goal(Verdict.UNKNOWN, new Decision.Compare(create, index), comparison);
		};
	}

	private Goal drop(IndexOperation drop, @Nullable CatalogRelation index) {
		if (index == null) {
			// before its turn, an index that is not there yet is no index dropped
			boolean untimely = this.chains.hasProducerBefore(drop) && !completed(drop) && !prerequisitesMet(drop);
			return untimely ? Goal.NOT_MET : Goal.MET;
		}
		Goal goal = Goal.NOT_MET;
		for (IndexOperation producer : this.chains.producersAfter(drop)) {
			goal = goal.or(of(producer));
		}
		return goal;
	}

	private Goal rename(RenameIndex rename, Seen seen) {
		if (seen.index() != null || seen.renamed() == null || seen.renamed().index() == null) {
			return Goal.NOT_MET;
		}
		CreateIndex origin = this.chains.origin(rename);
		if (origin == null) {
			return Goal.MET;
		}
		return create(origin, this.observation.seen(origin.name()).table(), seen.renamed()).withoutMismatch();
	}

	private boolean completed(IndexOperation operation) {
		Recorded record = this.recorded.get(operation.name());
		return record != null && record.state() == OperationState.COMPLETED;
	}

	private boolean prerequisitesMet(IndexOperation operation) {
		Set<String> names = this.chains.dependencyNames(operation);
		return names.stream().filter((name) -> this.chains.find(name) == null).allMatch(this.prerequisites);
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
			return (this.verdict.ordinal() > other.verdict.ordinal()) ? this : other;
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
