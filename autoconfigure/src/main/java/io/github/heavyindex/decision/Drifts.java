package io.github.heavyindex.decision;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

/**
 * Decides about completed operations whose goal the catalog no longer shows met.
 */
final class Drifts {

	private final Context context;

	private final ObservedChains observedChains;

	private final Creations creations;

	private final Rebuilds rebuilds;

	private final Repairs repairs;

	Drifts(Context context, ObservedChains observedChains, Creations creations, Rebuilds rebuilds) {
		this.context = context;
		this.observedChains = observedChains;
		this.creations = creations;
		this.rebuilds = rebuilds;
		this.repairs = new Repairs(context.policy());
	}

	/**
	 * How the catalog differs, and what to do about it.
	 * @param comparison how the definition differs, or {@code null} if that is not known
	 * @param busy who keeps the operation from the table, or {@code null}
	 */
	Decision decide(IndexOperation operation, Recorded recorded, @Nullable Comparison comparison,
			@Nullable Decision busy) {
		if (isHandedOver(operation)) {
			return new Decision.Keep();
		}
		Seen seen = this.context.seen(operation);
		if (operation instanceof AddConstraint add) {
			return new Decision.Drifted(Constraints.drift(add, seen));
		}
		CatalogRelation index = (operation instanceof RenameIndex) ? seen.renamed() : seen.index();
		Drift drift = (index == null || operation instanceof DropIndex) ? Drift.MISSING
				: CatalogRelation.isInvalidIndex(index) ? Drift.INVALID : Drift.DEFINITION_CHANGED;
		return repair(drift, operation, recorded, comparison, busy);
	}

	/**
	 * Whether a later operation of the chain is using the index up, or brings another
	 * one.
	 */
	private boolean isHandedOver(IndexOperation operation) {
		return this.observedChains.consumersAfter(operation).stream().anyMatch((later) -> {
			Recorded record = this.context.recorded(later);
			return record.is(OperationState.RUNNING, later) || record.is(OperationState.COMPLETED, later);
		}) || (operation instanceof DropIndex && !this.observedChains.producersAfter(operation).isEmpty());
	}

	private Decision repair(Drift drift, IndexOperation operation, Recorded recorded, @Nullable Comparison comparison,
			@Nullable Decision busy) {
		Decision none = this.repairs.none(drift, recorded);
		if (none != null) {
			return none;
		}
		if (operation instanceof CreateIndex create) {
			return Repairs.by(drift, this.creations.decide(create, recorded, comparison, busy));
		}
		if (operation instanceof RebuildIndex rebuild && drift == Drift.INVALID) {
			return Repairs.by(drift, this.rebuilds.decide(rebuild, recorded, busy));
		}
		return Repairs.byHand(drift,
				(operation instanceof RebuildIndex) ? "not repaired: a rebuild brings back no index"
						: "not repaired by itself; 'retry' carries the operation out again");
	}

}
