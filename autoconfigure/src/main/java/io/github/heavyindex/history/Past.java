package io.github.heavyindex.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;

/**
 * What happened, latest first.
 *
 * @param attempts the attempts, by operation
 * @param actions the orders that took effect, by operation
 * @since 0.1.0
 */
public record Past(Map<String, List<OperationAttempt>> attempts, Map<String, List<OperationAction>> actions) {

	/**
	 * Nothing happened.
	 */
	public static final Past NONE = new Past(Map.of(), Map.of());

	/**
	 * What happened.
	 * @param attempts the attempts, by operation
	 * @param actions the orders that took effect, by operation
	 * @param onAll the orders that concern all operations
	 * @return all of it
	 */
	public static Past of(Map<String, List<OperationAttempt>> attempts, Map<String, List<OperationAction>> actions,
			List<OperationAction> onAll) {
		Map<String, List<OperationAction>> all = new HashMap<>(actions);
		all.put(Records.APPLICATION, onAll);
		return new Past(attempts, all);
	}

	/**
	 * The orders of one operation.
	 * @param name the operation's name
	 * @return the orders, latest first
	 */
	public List<OperationAction> actions(String name) {
		return this.actions.getOrDefault(name, List.of());
	}

	/**
	 * The orders that concern all operations.
	 * @return the orders, latest first
	 */
	public List<OperationAction> actionsOnAll() {
		return actions(Records.APPLICATION);
	}

}
