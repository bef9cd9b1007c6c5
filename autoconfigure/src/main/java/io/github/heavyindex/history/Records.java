package io.github.heavyindex.history;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is recorded of an application.
 *
 * @param operations the records, by operation
 * @param orders the orders that stand, by operation; the application's own under
 * {@value #APPLICATION}
 * @since 0.1.0
 */
public record Records(Map<String, OperationRecord> operations, Map<String, OperationOrder> orders) {

	/**
	 * The name of the application's own order, which no operation can have.
	 */
	static final String APPLICATION = "*";

	/**
	 * Nothing is recorded.
	 */
	public static final Records NONE = new Records(Map.of(), Map.of());

	/**
	 * The application's own order.
	 * @return whether it is paused, by whom and since when, or {@code null} if nobody
	 * ever ordered that
	 */
	public @Nullable OperationOrder application() {
		return this.orders.get(APPLICATION);
	}

}
