package io.github.heavyindex.decision;

import io.github.heavyindex.DropIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;

/**
 * Decides about indexes to drop.
 */
final class Drops {

	private final Context context;

	private final Dependencies dependencies;

	private final Starter starter;

	Drops(Context context, Dependencies dependencies, Starter starter) {
		this.context = context;
		this.dependencies = dependencies;
		this.starter = starter;
	}

	/**
	 * What to do about a drop that is not done.
	 * @param busy who keeps it from the table, or {@code null}
	 */
	Decision decide(DropIndex drop, Recorded recorded, @Nullable Decision busy) {
		if (busy != null && Occupation.isOurs(busy)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(drop);
		if (waiting != null) {
			return waiting;
		}
		Seen seen = this.context.seen(drop);
		CatalogRelation index = seen.index();
		if (index == null) {
			return new Decision.Wait("its turn: the index to drop is not there yet");
		}
		Decision refused = Failures.undroppable(seen, index);
		if (refused != null) {
			return refused;
		}
		Decision successor = this.dependencies.waitingForSuccessor(drop);
		if (successor != null) {
			return successor;
		}
		if (busy != null) {
			return busy;
		}
		IndexState state = index.requireIndex();
		boolean goesOn = recorded.isOf(drop) && isHalfDropped(index, recorded.attempts())
				&& !this.context.observation().readOnly();
		return goesOn ? new Decision.Run(Step.DROP, state.table(), state.urgency())
				: this.starter.start(drop, recorded, new Decision.Run(Step.DROP, state.table(), 0));
	}

	/**
	 * Whether a drop has started that nothing may hold back, as a half-dropped index
	 * serves nobody. A partitioned one is dropped at once or not at all.
	 * @param attempts how often it was tried
	 */
	static boolean isHalfDropped(@Nullable CatalogRelation index, int attempts) {
		return index != null && CatalogRelation.isInvalidIndex(index) && index.kind() != 'I' && attempts > 0;
	}

}
