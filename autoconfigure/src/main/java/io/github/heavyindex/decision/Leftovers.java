package io.github.heavyindex.decision;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the indexes that operations leave behind: the replaced one beside the one
 * that took its place, and what attempts left of an operation that has ended.
 */
final class Leftovers {

	private final Context context;

	private final Rebuilds rebuilds;

	private final Starter starter;

	Leftovers(Context context, Rebuilds rebuilds, Starter starter) {
		this.context = context;
		this.rebuilds = rebuilds;
		this.starter = starter;
	}

	/**
	 * What is to be done about the replaced index, once the declared one stands.
	 * @param busy who keeps the operation from the table, or {@code null}
	 * @return a decision, or {@code null} if nothing was replaced
	 */
	@Nullable Decision replaced(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		boolean ended = recorded.isOf(operation) && recorded.state() != OperationState.PENDING
				&& recorded.state() != OperationState.RUNNING;
		Decision next = (operation instanceof CreateIndex create) ? new Replacement(create, this.context).ofGoal(!ended)
				: null;
		if (next == null) {
			return null;
		}
		if (busy == null) {
			return this.starter.start(operation, recorded, next);
		}
		return (Occupation.isOurs(busy) || !ended) ? busy : new Decision.Keep();
	}

	/**
	 * What is to be done about that which an operation has left that has failed, was
	 * cancelled or skipped.
	 * @param busy who keeps the operation from the table, or {@code null}
	 */
	Decision ended(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		if (operation instanceof RebuildIndex rebuild) {
			return this.rebuilds.cleanUp(rebuild, recorded, busy);
		}
		Decision next = (operation instanceof CreateIndex create && busy == null) ? ended(create, recorded) : null;
		return (next != null) ? this.starter.startOrKeep(operation, recorded, next) : new Decision.Keep();
	}

	private @Nullable Decision ended(CreateIndex create, Recorded recorded) {
		Decision beside = new Replacement(create, this.context).ofEnd(recorded.state() == OperationState.CANCELLED);
		if (beside != null) {
			return beside;
		}
		Seen seen = this.context.seen(create);
		CatalogRelation table = seen.table();
		if (table == null || recorded.attempts() == 0) {
			return null;
		}
		IndexState leftover = seen.partitioned() ? new PartitionedTable(create, this.context.observation()).leftover()
				: plain(seen, table);
		return (leftover != null) ? new Decision.Run(Step.DROP_LEFTOVER, table.oid(), leftover.urgency()) : null;
	}

	private static @Nullable IndexState plain(Seen seen, CatalogRelation table) {
		CatalogRelation index = seen.index();
		if (index == null || index.index() == null || index.index().valid() || index.index().table() != table.oid()
				|| Failures.undroppable(seen, index) != null) {
			return null;
		}
		return index.index();
	}

}
