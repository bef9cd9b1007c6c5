package io.github.heavyindex.decision;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.AddConstraint.Timing;
import io.github.heavyindex.Drift;
import io.github.heavyindex.decision.ConstraintFacts.Existing;
import org.jspecify.annotations.Nullable;

/**
 * What there is of a declared constraint.
 */
final class Constraints {

	/**
	 * How the definition of an index ends that backs a deferrable constraint.
	 */
	static final String DEFERRABLE = " DEFERRABLE";

	private Constraints() {
	}

	/**
	 * The valid index behind the constraint, if that stands as declared.
	 * @return the index, or {@code null}
	 */
	static @Nullable CatalogRelation standing(AddConstraint add, Seen seen) {
		Existing existing = facts(seen).existing();
		CatalogRelation index = byItsName(add, seen);
		return (existing != null && index != null && index.index() != null && index.index().valid()
				&& index.oid() == existing.index() && isLike(add, existing)) ? index : null;
	}

	/**
	 * How a constraint that stood as declared differs now.
	 */
	static Drift drift(AddConstraint add, Seen seen) {
		CatalogRelation index = byItsName(add, seen);
		if (facts(seen).existing() == null) {
			return Drift.MISSING;
		}
		return CatalogRelation.isInvalidIndex(index) ? Drift.INVALID : Drift.DEFINITION_CHANGED;
	}

	/**
	 * Whether a constraint is of the declared kind and checked at the declared time.
	 */
	static boolean isLike(AddConstraint add, Existing existing) {
		return existing.type() == ((add.kind() == Kind.UNIQUE) ? 'u' : 'p')
				&& existing.deferrable() == (add.timing() != Timing.NOT_DEFERRABLE)
				&& existing.deferred() == (add.timing() == Timing.INITIALLY_DEFERRED);
	}

	/**
	 * What bears the constraint's name.
	 */
	static @Nullable CatalogRelation byItsName(AddConstraint add, Seen seen) {
		return add.renames() ? seen.renamed() : seen.index();
	}

	static ConstraintFacts facts(Seen seen) {
		ConstraintFacts facts = seen.constraint();
		return (facts != null) ? facts : ConstraintFacts.NONE;
	}

}
