package io.github.heavyindex.actuate;

import java.util.Map;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * {@link Observation.Context} of one attempt to carry an operation out. Used by the
 * thread that makes the attempt.
 *
 * @since 0.1.0
 */
public class HeavyIndexAttemptContext extends Observation.Context {

	private final IndexOperation operation;

	private final Map<String, String> details;

	private @Nullable Outcome outcome;

	/**
	 * Creates a new instance.
	 * @param operation the operation
	 * @param details the table, the server session's pid and the application instance
	 */
	public HeavyIndexAttemptContext(IndexOperation operation, Map<String, String> details) {
		this.operation = operation;
		this.details = Map.copyOf(details);
	}

	/**
	 * The operation; where it is being undone, the one that undoes it.
	 * @return the operation
	 */
	public IndexOperation getOperation() {
		return this.operation;
	}

	/**
	 * What else is known of the attempt.
	 * @return {@code table}, {@code pid} and {@code instance}
	 */
	public Map<String, String> getDetails() {
		return this.details;
	}

	/**
	 * How the attempt ended.
	 * @return the outcome, or {@code null} while it runs
	 */
	public @Nullable Outcome getOutcome() {
		return this.outcome;
	}

	void setOutcome(Outcome outcome) {
		this.outcome = outcome;
	}

}
