package io.github.heavyindex.decision;

import java.util.HashMap;
import java.util.Map;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps the operations from their tables.
 */
final class Occupation {

	private final Context context;

	private final Map<Integer, String> runningByPid = new HashMap<>();

	Occupation(Context context) {
		this.context = context;
		context.recorded().forEach((name, recorded) -> {
			if (recorded.state() == OperationState.RUNNING && recorded.pid() != null) {
				this.runningByPid.put(recorded.pid(), name);
			}
		});
	}

	/**
	 * What keeps the operation from touching its table: our own session at work on it, or
	 * anybody else.
	 * @return a {@link Decision.Watch}, a {@link Decision.Wait}, or {@code null} if the
	 * table is free
	 */
	@Nullable Decision of(IndexOperation operation, Recorded recorded) {
		Seen seen = this.context.seen(operation);
		Long table = seen.tableOid();
		if (table == null) {
			return null;
		}
		TableActivity activity = this.context.observation().activity().getOrDefault(table, TableActivity.NONE);
		Integer self = this.context.self();
		if (self != null) {
			activity = activity.without(self);
		}
		Holder holder = activity.lockHolder();
		if (holder != null) {
			boolean stoppable = Restraints.builds(operation) && !activity.cleaning() && running(holder) == null;
			// between two partitions its session is idle for a moment
			boolean builds = holder.active()
					|| (seen.partitioned() && recorded.state() == OperationState.RUNNING && !isOrphan(recorded));
			return (builds && recorded.isSession(holder) && (recorded.state() == OperationState.RUNNING || stoppable))
					? new Decision.Watch(holder.pid(), isOrphan(recorded))
					: new Decision.Wait("table lock held by pid " + holder.pid() + operationOf(holder));
		}
		CatalogRelation index = (seen.index() == null) ? seen.renamed() : seen.index();
		boolean invalid = CatalogRelation.isInvalidIndex(index);
		// a second request for such a lock would end in a deadlock with a build's
		// snapshot wait; a rename asks for no such lock
		boolean changing = invalid || !(operation instanceof RenameIndex);
		if (changing && !activity.workers().isEmpty()) {
			Holder worker = activity.workers().get(0);
			return new Decision.Wait("table in use by pid " + worker.pid() + operationOf(worker));
		}
		CatalogRelation side = (seen.side() != null) ? seen.side().relation() : null;
		if (isInMotion(index) || isInMotion(side)) {
			return new Decision.Wait("a transaction is changing the index");
		}
		return null;
	}

	/**
	 * Whether what keeps the operation from its table is our own session at work on it,
	 * be it to be watched or stopped.
	 */
	static boolean isOurs(Decision busy) {
		return !(busy instanceof Decision.Wait);
	}

	private static boolean isInMotion(@Nullable CatalogRelation relation) {
		return relation != null && relation.index() != null && relation.index().inMotion();
	}

	/**
	 * Whether the application that ran the last attempt is gone.
	 */
	boolean isOrphan(Recorded recorded) {
		return recorded.instanceKey() == null
				|| !this.context.observation().instances().contains(recorded.instanceKey());
	}

	private String operationOf(Holder holder) {
		String running = running(holder);
		if (running != null) {
			return " (" + running + ")";
		}
		String application = holder.application();
		return (application == null || application.isEmpty()) ? "" : " (" + application + ")";
	}

	private @Nullable String running(Holder holder) {
		String name = this.runningByPid.get(holder.pid());
		Recorded recorded = (name != null) ? this.context.recorded().get(name) : null;
		return (recorded != null && recorded.isSession(holder)) ? name : null;
	}

}
