package io.github.heavyindex;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Goes along with each attempt that this instance makes, as tracing does. A bean of this
 * type is told of them on the thread that makes the attempt. An attempt that outlives its
 * application, and is adopted by another instance, is not told again there.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface AttemptObserver {

	/**
	 * Takes no notice.
	 */
	AttemptObserver NONE = (operation, details) -> (outcome, error) -> {
	};

	/**
	 * An attempt has begun.
	 * @param operation the operation; where it is being undone, the one that undoes it
	 * @param details what else is known of it: {@code table}, {@code pid} of the server
	 * session, {@code instance}
	 * @return is told the end, on the same thread, whatever that is
	 */
	Attempt begin(IndexOperation operation, Map<String, String> details);

	/**
	 * An attempt under way.
	 */
	@FunctionalInterface
	interface Attempt {

		/**
		 * The attempt has ended.
		 * @param outcome how; {@code LOST} if its connection was lost
		 * @param error the error, or {@code null} if there was none
		 */
		void end(OperationAttempt.Outcome outcome, @Nullable String error);

	}

}
