package io.github.heavyindex.decision;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;

/**
 * Decides about constraints to make of indexes.
 */
final class ConstraintAdditions {

	private final Context context;

	private final Dependencies dependencies;

	private final Starter starter;

	ConstraintAdditions(Context context, Dependencies dependencies, Starter starter) {
		this.context = context;
		this.dependencies = dependencies;
		this.starter = starter;
	}

	/**
	 * What to do about a constraint that does not stand as declared.
	 * @param comparison what is known of the definition of what bears its name, or
	 * {@code null}
	 * @param busy who keeps the operation from the table, or {@code null}
	 */
	Decision decide(AddConstraint add, Recorded recorded, @Nullable Comparison comparison, @Nullable Decision busy) {
		if (busy != null && Occupation.isOurs(busy)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(add);
		if (waiting != null) {
			return waiting;
		}
		Seen seen = this.context.seen(add);
		CatalogRelation table = seen.table();
		CatalogRelation index = seen.index();
		// who works on the table may be building the index
		if (busy != null && (index == null || CatalogRelation.isInvalidIndex(index))) {
			return busy;
		}
		Decision refused = ConstraintFailures.of(add, seen, comparison);
		if (refused != null) {
			return refused;
		}
		if (table == null) {
			throw new IllegalStateException("No table to add a constraint to, and no failure said so");
		}
		return (busy != null) ? busy
				: this.starter.start(add, recorded, new Decision.Run(Step.ADD_CONSTRAINT, table.oid(), 0));
	}

}
