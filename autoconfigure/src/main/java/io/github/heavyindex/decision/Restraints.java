package io.github.heavyindex.decision;

import java.time.Duration;
import java.time.Instant;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.decision.Decision.Wait.Until;
import org.jspecify.annotations.Nullable;

/**
 * What keeps operations from starting, and running builds from going on, by the settings.
 */
final class Restraints {

	private final Context context;

	Restraints(Context context) {
		this.context = context;
	}

	/**
	 * The pause that keeps operations from starting, or {@code null}.
	 * @param pressing whether it can wait for no calmer time
	 */
	Decision.@Nullable Wait paused(boolean pressing) {
		String paused = this.context.orders().paused();
		return (paused != null && !pressing) ? new Decision.Wait(paused, Until.PERMISSION) : null;
	}

	/**
	 * Why the operation may not start now, or {@code null} if it may.
	 * @param pressing whether it can wait for no calmer time
	 */
	@Nullable String hold(Recorded recorded, long table, boolean pressing) {
		Observation observation = this.context.observation();
		Integer vacuum = observation.activity().getOrDefault(table, TableActivity.NONE).wraparound();
		if (vacuum != null) {
			return "guard: pid " + vacuum + " vacuums the table to prevent wraparound, and does not give way";
		}
		if (pressing) {
			return null;
		}
		if (recorded.runNow()) {
			return null;
		}
		String held = this.context.policy().guards().hold(observation.now(), observation.load(), this.context.worked());
		return (held != null) ? held : this.context.held();
	}

	/**
	 * Whether an operation may start at this hour.
	 */
	boolean isWindowOpen(Recorded recorded) {
		Window window = this.context.policy().guards().window();
		return window == null || recorded.runNow() || window.openSince(this.context.observation().now()) != null;
	}

	/**
	 * Whether our running session may go on.
	 */
	Decision watch(IndexOperation operation, Recorded recorded, Decision.Watch watch) {
		// a half-dropped index serves nobody, and a rename takes no time
		if (!builds(operation)) {
			return watch;
		}
		Instant now = this.context.observation().now();
		Duration limit = (operation.options().maxDuration() != null) ? operation.options().maxDuration()
				: this.context.policy().maxDuration();
		if (limit != null && recorded.startedAt() != null && now.isAfter(recorded.startedAt().plus(limit))) {
			return new Decision.Stop(watch.pid(), "max-duration: the attempt took longer than " + limit
					+ ". Raise max-duration or choose a calmer time, then retry.", true);
		}
		Duration heldUp = this.context.observation().heldUp().get(watch.pid());
		if (heldUp != null && this.context.policy().givesWay(heldUp)) {
			return new Decision.Stop(watch.pid(), "gave way: reads or writes queued for " + heldUp.toMillis()
					+ " ms behind a statement that waits for the build", false);
		}
		String stop = recorded.runNow() ? null : stopping();
		return (stop != null) ? new Decision.Stop(watch.pid(), "stopped, " + stop, false) : watch;
	}

	/**
	 * Whether the operation's work may take hours, and may be stopped without harm.
	 */
	static boolean builds(IndexOperation operation) {
		return operation instanceof CreateIndex || operation instanceof RebuildIndex;
	}

	/**
	 * Why running builds must stop, or {@code null} if they may go on.
	 */
	@Nullable String stopping() {
		Guards guards = this.context.policy().guards();
		if (guards.stopRunning() && this.context.held() != null) {
			return this.context.held();
		}
		Observation observation = this.context.observation();
		return guards.stop(observation.now(), observation.load(), this.context.worked());
	}

}
