package io.github.heavyindex.decision;

import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;

/**
 * Decides about indexes to rename.
 */
final class Renames {

	private final Context context;

	private final Dependencies dependencies;

	private final Starter starter;

	Renames(Context context, Dependencies dependencies, Starter starter) {
		this.context = context;
		this.dependencies = dependencies;
		this.starter = starter;
	}

	/**
	 * What to do about a rename that is not done.
	 * @param busy who keeps it from the table, or {@code null}
	 */
	Decision decide(RenameIndex rename, Recorded recorded, @Nullable Decision busy) {
		if (busy != null && Occupation.isOurs(busy)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(rename);
		if (waiting != null) {
			return waiting;
		}
		Seen seen = this.context.seen(rename);
		CatalogRelation index = seen.index();
		if (index == null && busy != null) {
			return busy;
		}
		Decision refused = Failures.unrenamable(rename, seen);
		if (refused != null) {
			return refused;
		}
		if (index == null) {
			throw new IllegalStateException("No index to rename, and no failure said so");
		}
		return (busy != null) ? busy
				: this.starter.start(rename, recorded, new Decision.Run(Step.RENAME, index.requireIndex().table(), 0));
	}

}
