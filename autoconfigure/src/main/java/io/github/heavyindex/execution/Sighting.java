package io.github.heavyindex.execution;

import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.TableActivity;
import io.github.heavyindex.postgres.ActivityReader.Activity;
import org.jspecify.annotations.Nullable;

/**
 * Two looks at an index with a look at the locks between them.
 *
 * @param before the index before
 * @param activity the locks
 * @param after the index after
 */
record Sighting(Seen before, Activity activity, Seen after) {

	/**
	 * The invalid index that nobody works on.
	 * @param self the session that asks
	 * @return the index, or {@code null} if there is none
	 */
	@Nullable CatalogRelation leftover(int self) {
		CatalogRelation index = this.before.index();
		Long table = this.before.tableOid();
		if (index == null || table == null || !index.equals(this.after.index())) {
			return null;
		}
		IndexState state = index.index();
		if (state == null || state.valid() || state.inMotion() || state.table() != table) {
			return null;
		}
		boolean busy = this.activity.tables()
			.getOrDefault(table, TableActivity.NONE)
			.workers()
			.stream()
			.anyMatch((worker) -> worker.pid() != self);
		return busy ? null : index;
	}

}
