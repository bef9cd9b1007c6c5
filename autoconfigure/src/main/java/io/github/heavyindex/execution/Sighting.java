package io.github.heavyindex.execution;

import java.util.List;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.SideIndex;
import io.github.heavyindex.decision.TableActivity;
import io.github.heavyindex.postgres.ActivityReader.Activity;
import org.jspecify.annotations.Nullable;

/**
 * Two looks at an operation's index with a look at the locks between them.
 *
 * @param operation the operation
 * @param before what was there before
 * @param activity the locks
 * @param after what was there after
 */
record Sighting(IndexOperation operation, Seen before, Activity activity, Seen after) {

	/**
	 * The invalid indexes that the operation left and nobody works on.
	 * @param self the session that asks
	 */
	List<CatalogRelation> leftovers(int self) {
		Long table = this.before.tableOid();
		if (table == null || isBusy(table, self)) {
			return List.of();
		}
		List<CatalogRelation> after = candidates(this.after);
		return candidates(this.before).stream()
			.filter(after::contains)
			.filter((index) -> isLeftover(index.index(), table))
			.toList();
	}

	private List<CatalogRelation> candidates(Seen seen) {
		// what is rebuilt stays, even if it is invalid
		if (this.operation instanceof RebuildIndex) {
			return seen.leftovers();
		}
		// an invalid index of a partitioned table waits for those of its partitions
		return (seen.index() != null && seen.index().kind() != 'I') ? List.of(seen.index()) : List.of();
	}

	private static boolean isLeftover(@Nullable IndexState state, long table) {
		return state != null && !state.valid() && !state.inMotion() && state.table() == table;
	}

	/**
	 * The index of the side name, if nobody works on it.
	 * @param self the session that asks
	 * @return the index, or {@code null} if there is none
	 */
	@Nullable SideIndex side(int self) {
		Long table = this.before.tableOid();
		SideIndex side = this.before.side();
		IndexState state = (side != null) ? side.relation().index() : null;
		return (table != null && side != null && state != null && !state.inMotion() && state.table() == table
				&& side.equals(this.after.side()) && !isBusy(table, self)) ? side : null;
	}

	private boolean isBusy(long table, int self) {
		return this.activity.tables()
			.getOrDefault(table, TableActivity.NONE)
			.workers()
			.stream()
			.anyMatch((worker) -> worker.pid() != self);
	}

}
