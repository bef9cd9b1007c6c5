package io.github.heavyindex.execution;

import io.github.heavyindex.decision.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Tells of operations of other databases. Answers from memory. Thread-safe.
 */
@FunctionalInterface
interface Elsewhere {

	/**
	 * What those wait for that depend on an operation, or {@code null} if they need not.
	 * @param operation the name of an operation of another database
	 */
	Decision.@Nullable Wait waitFor(String operation);

}
