package io.github.heavyindex.decision;

import io.github.heavyindex.Drift;
import org.jspecify.annotations.Nullable;

/**
 * What the settings let become of drift. Only what a build or a rebuild brings back is
 * ever repaired without a person: an index that is back after its drop, or under its old
 * name, was put there by somebody who may have had a reason.
 */
final class Repairs {

	private final Policy policy;

	Repairs(Policy policy) {
		this.policy = policy;
	}

	/**
	 * Why drift is not repaired, or {@code null} if it may be.
	 */
	Decision.@Nullable Drifted none(Drift drift, Recorded recorded) {
		if (!this.policy.upkeep().repairsDrift()) {
			return new Decision.Drifted(drift);
		}
		// somebody takes it away again and again
		if (recorded.attempts() > this.policy.retry().maxAttempts()) {
			return byHand(drift, "not repaired any more after " + recorded.attempts()
					+ " attempts (see what keeps changing the index; 'retry' starts counting anew)");
		}
		return null;
	}

	/**
	 * Drift that nothing is done about without a person.
	 */
	static Decision.Drifted byHand(Drift drift, String reason) {
		return new Decision.Drifted(drift, null, reason);
	}

	/**
	 * Drift that is repaired as the operation would be carried out.
	 */
	static Decision by(Drift drift, Decision decision) {
		// nothing is known before the comparison is made
		if (decision instanceof Decision.Compare) {
			return decision;
		}
		if (decision instanceof Decision.Run run) {
			return new Decision.Drifted(drift, run, null);
		}
		if (decision instanceof Decision.Wait wait) {
			return byHand(drift, wait.reason());
		}
		if (decision instanceof Decision.Fail fail) {
			return byHand(drift,
					(drift == Drift.DEFINITION_CHANGED)
							? "not repaired: another definition is replaced only with onMismatch = REPLACE"
							: "not repaired: " + fail.error());
		}
		return new Decision.Drifted(drift);
	}

}
