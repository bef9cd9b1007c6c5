package io.github.heavyindex.history;

import java.time.Duration;

import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * A change of an operation's record. Where an attempt is under way, it ends with it.
 *
 * @param state the new state
 * @param outcome how the attempt under way ended
 * @param adopted whether the work was found done or under way
 * @param sqlState the SQLSTATE of the error, or {@code null}
 * @param error the error and the mend, or {@code null}
 * @param delay the time until the next attempt, or {@code null} for none
 * @param definition the index's definition in the catalog, or {@code null}
 * @param uncounted whether the attempt does not count
 * @param indexSize the size of the index after the attempt in bytes, or {@code null}
 * @param warning what went wrong beside, for the history of attempts, or {@code null}
 * @since 0.1.0
 */
public record Transition(OperationState state, Outcome outcome, boolean adopted, @Nullable String sqlState,
		@Nullable String error, @Nullable Duration delay, @Nullable String definition, boolean uncounted,
		@Nullable Long indexSize, @Nullable String warning) {

	private Transition(OperationState state, Outcome outcome, boolean adopted, @Nullable String sqlState,
			@Nullable String error, @Nullable Duration delay, @Nullable String definition, boolean uncounted) {
		this(state, outcome, adopted, sqlState, error, delay, definition, uncounted, null, null);
	}

	/**
	 * The goal is met.
	 * @param adopted whether the work was found done
	 * @param definition the index's definition in the catalog, or {@code null}
	 * @return a transition
	 */
	public static Transition completed(boolean adopted, @Nullable String definition) {
		return new Transition(OperationState.COMPLETED, Outcome.COMPLETED, adopted, null, null, null, definition,
				false);
	}

	/**
	 * The same, with the size of the index.
	 * @param bytes the size in bytes, or {@code null}
	 * @return a transition
	 */
	public Transition withIndexSize(@Nullable Long bytes) {
		return new Transition(this.state, this.outcome, this.adopted, this.sqlState, this.error, this.delay,
				this.definition, this.uncounted, bytes, this.warning);
	}

	/**
	 * The same, with a warning.
	 * @param warning what went wrong beside, or {@code null}
	 * @return a transition
	 */
	public Transition withWarning(@Nullable String warning) {
		return new Transition(this.state, this.outcome, this.adopted, this.sqlState, this.error, this.delay,
				this.definition, this.uncounted, this.indexSize, warning);
	}

	/**
	 * What the history of attempts says of the attempt.
	 * @return the error, or else the warning, or {@code null}
	 */
	@Nullable String attemptError() {
		return (this.error != null) ? this.error : this.warning;
	}

	/**
	 * The goal cannot be reached.
	 * @param sqlState the SQLSTATE, or {@code null}
	 * @param error the error and the mend
	 * @return a transition
	 */
	public static Transition failed(@Nullable String sqlState, String error) {
		return new Transition(OperationState.FAILED, Outcome.FAILED, false, sqlState, error, null, null, false);
	}

	/**
	 * A person cancelled the operation.
	 * @param error who or how
	 * @return a transition
	 */
	public static Transition cancelled(String error) {
		return new Transition(OperationState.CANCELLED, Outcome.CANCELLED, false, "57014", error, null, null, false);
	}

	/**
	 * The attempt failed, and another one follows.
	 * @param sqlState the SQLSTATE
	 * @param error the error and the mend
	 * @param delay the time until then
	 * @return a transition
	 */
	public static Transition retry(String sqlState, String error, Duration delay) {
		return new Transition(OperationState.PENDING, Outcome.RETRY, false, sqlState, error, delay, null, false);
	}

	/**
	 * The attempt could not be made now, which counts as none.
	 * @param sqlState the SQLSTATE
	 * @param error the error and the mend
	 * @param delay the time until the next one
	 * @return a transition
	 */
	public static Transition postponed(String sqlState, String error, Duration delay) {
		return new Transition(OperationState.PENDING, Outcome.RETRY, false, sqlState, error, delay, null, true);
	}

}
