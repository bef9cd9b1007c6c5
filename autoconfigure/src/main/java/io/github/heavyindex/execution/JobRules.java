package io.github.heavyindex.execution;

import java.time.Duration;

import io.github.heavyindex.OperationStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a job ends.
 *
 * @param timeout the longest time that the job may take, or {@code null} for as long as
 * it takes
 * @param failOn which operations count for the exit code
 * @since 0.1.0
 */
public record JobRules(@Nullable Duration timeout, FailOn failOn) {

	boolean counts(OperationStatus operation) {
		return switch (this.failOn) {
			case ANY -> true;
			case CRITICAL -> operation.critical();
			case NEVER -> false;
		};
	}

	/**
	 * Which operations count for the exit code.
	 */
	public enum FailOn {

		/**
		 * Critical operations.
		 */
		CRITICAL,

		/**
		 * All operations.
		 */
		ANY,

		/**
		 * None: the job never fails.
		 */
		NEVER

	}

}
