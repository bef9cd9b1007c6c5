package io.github.heavyindex.decision;

import java.util.Map;

import io.github.heavyindex.IndexOperation;
import org.jspecify.annotations.Nullable;

/**
 * What people have ordered that decisions depend on.
 *
 * @param paused why no operation may start, for people, or {@code null} if not paused
 * @param approved the statements that were approved, by operation
 * @param undos how operations are undone that are to be, by operation
 * @since 0.1.0
 */
public record StandingOrders(@Nullable String paused, Map<String, String> approved, Map<String, Undo> undos) {

	/**
	 * Nobody has ordered anything.
	 */
	public static final StandingOrders NONE = new StandingOrders(null, Map.of(), Map.of());

	/**
	 * Whether the operation may start as far as approval goes. An approval is of a
	 * statement: whoever changes that needs a new one.
	 */
	boolean isApproved(IndexOperation operation) {
		return !operation.options().requiresApproval() || operation.sql().equals(this.approved.get(operation.name()));
	}

}
