package io.github.heavyindex.execution;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;

/**
 * All that is shown of one operation.
 *
 * @param status how it is
 * @param details what is shown of it beside, and seldom changes
 */
record Shown(OperationStatus status, Details details) {

	static Shown of(OperationStatus status, Map<String, List<PartitionStatus>> partitions, Past past) {
		return new Shown(status, new Details(partitions.getOrDefault(status.name(), List.of()),
				past.attempts().getOrDefault(status.name(), List.of()), past.actions(status.name())));
	}

	/**
	 * Whether this is worth a word to those that seldom read.
	 */
	boolean isNewsAfter(Shown before) {
		return this.status.state() != before.status.state() || this.status.drift() != before.status.drift()
				|| !this.details.actions.equals(before.details.actions);
	}

	/**
	 * The partitions of all operations that have any.
	 */
	static Map<String, List<PartitionStatus>> partitions(Iterable<Shown> all) {
		Map<String, List<PartitionStatus>> partitions = new HashMap<>();
		for (Shown shown : all) {
			if (!shown.details.partitions.isEmpty()) {
				partitions.put(shown.status.name(), shown.details.partitions);
			}
		}
		return partitions;
	}

	/**
	 * What happened to all operations.
	 * @param onAll the orders that concern all of them
	 */
	static Past past(Iterable<Shown> all, List<OperationAction> onAll) {
		Map<String, List<OperationAttempt>> attempts = new HashMap<>();
		Map<String, List<OperationAction>> actions = new HashMap<>();
		for (Shown shown : all) {
			attempts.put(shown.status.name(), shown.details.attempts);
			actions.put(shown.status.name(), shown.details.actions);
		}
		return Past.of(attempts, actions, onAll);
	}

	/**
	 * What is shown of an operation when it is looked at alone.
	 *
	 * @param partitions the partitions of its table
	 * @param attempts what was tried, latest first
	 * @param actions what people ordered, latest first
	 */
	record Details(List<PartitionStatus> partitions, List<OperationAttempt> attempts, List<OperationAction> actions) {

	}

}
