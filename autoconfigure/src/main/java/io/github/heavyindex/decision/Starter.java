package io.github.heavyindex.decision;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * Lets steps start, unless the server, an earlier attempt, a person, the settings or the
 * limit of operations at once hold them back.
 */
final class Starter {

	/**
	 * How the reason of an operation begins that waits for a slot.
	 */
	static final String SLOT = "slot: ";

	private final Context context;

	private final Restraints restraints;

	Starter(Context context, Restraints restraints) {
		this.context = context;
		this.restraints = restraints;
	}

	/**
	 * A decision as it is, unless it is to run a step that something holds back.
	 */
	Decision start(IndexOperation operation, Recorded recorded, Decision next) {
		return (next instanceof Decision.Run run) ? start(operation, recorded, run) : next;
	}

	/**
	 * The same for what is done after an operation has ended: as long as that cannot be,
	 * the recorded state stands.
	 */
	Decision startOrKeep(IndexOperation operation, Recorded recorded, Decision next) {
		Decision start = start(operation, recorded, next);
		return (start instanceof Decision.Run) ? start : new Decision.Keep();
	}

	private Decision start(IndexOperation operation, Recorded recorded, Decision.Run run) {
		if (this.context.observation().readOnly()) {
			return new Decision.Wait("the server is read-only (a standby)");
		}
		if (goesOn(operation, recorded)) {
			return run;
		}
		// what every write maintains, or unique checks, may not wait for the next attempt
		boolean pressing = run.step().cleansUp() && run.urgency() > 0;
		Decision delayed = pressing ? null : delayed(operation, recorded);
		if (delayed != null) {
			return delayed;
		}
		Decision lost = lost(operation, recorded);
		if (lost != null) {
			return lost;
		}
		// if an attempt of ours left it, it waits for no calmer time either
		boolean ours = recorded.startedAt() != null && !recorded.is(OperationState.COMPLETED, operation);
		Decision restrained = restrained(recorded, run.table(), pressing && ours);
		return (restrained != null) ? restrained : run;
	}

	/**
	 * Whether the session that asks has begun its attempt, which needs no leave to go on;
	 * but one that builds partition after partition asks before each.
	 */
	private boolean goesOn(IndexOperation operation, Recorded recorded) {
		return !this.context.seen(operation).partitioned() && isAskedBySessionOf(recorded)
				&& recorded.state() == OperationState.RUNNING;
	}

	private boolean isAskedBySessionOf(Recorded recorded) {
		Integer self = this.context.self();
		return self != null && self.equals(recorded.pid());
	}

	private @Nullable Decision delayed(IndexOperation operation, Recorded recorded) {
		Instant due = recorded.nextAttemptAt();
		return (due != null && recorded.isOf(operation)) ? waitUntil(due) : null;
	}

	/**
	 * What follows from attempts whose sessions ended and left no word: the first one
	 * costs no time, but they are not repeated for ever.
	 */
	private @Nullable Decision lost(IndexOperation operation, Recorded recorded) {
		if (!recorded.is(OperationState.RUNNING, operation) || recorded.startedAt() == null
				|| isAskedBySessionOf(recorded)) {
			return null;
		}
		RetryPolicy retry = this.context.policy().retry();
		if (!retry.allows(recorded.attempts())) {
			return Failures.lost(recorded.attempts());
		}
		return (recorded.attempts() > 1) ? waitUntil(recorded.startedAt().plus(retry.delay(recorded.attempts(), 0.5)))
				: null;
	}

	private Decision.@Nullable Wait waitUntil(Instant due) {
		return this.context.observation().now().isBefore(due)
				? new Decision.Wait("retry at " + due.truncatedTo(ChronoUnit.SECONDS)) : null;
	}

	private Decision.@Nullable Wait restrained(Recorded recorded, long table, boolean pressing) {
		Decision.Wait paused = this.restraints.paused(pressing);
		if (paused != null) {
			return paused;
		}
		String held = this.restraints.hold(recorded, table, pressing);
		return (held != null) ? new Decision.Wait(held) : slotless();
	}

	private Decision.@Nullable Wait slotless() {
		int slots = this.context.policy().maxConcurrentOperations();
		int used = this.context.observation().slots().size();
		Integer self = this.context.self();
		boolean has = self != null && this.context.observation().slots().contains(self);
		return (!has && used >= slots) ? new Decision.Wait(SLOT + used + " of " + slots + " in use") : null;
	}

}
