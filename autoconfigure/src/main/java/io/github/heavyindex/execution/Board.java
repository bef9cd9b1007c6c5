package io.github.heavyindex.execution;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.operation.DeclaredOperation;
import io.github.heavyindex.operation.DeclaredOperations;
import org.jspecify.annotations.Nullable;

/**
 * What everybody reads: the last snapshot in memory. Thread-safe; written by the loop
 * only.
 */
final class Board {

	private final DeclaredOperations declared;

	private volatile Page page;

	Board(DeclaredOperations declared, HeavyIndexesStatus initial) {
		this.declared = declared;
		this.page = page(initial, Past.NONE, Map.of());
	}

	void publish(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions) {
		this.page = page(status, past, partitions);
	}

	/**
	 * Publishes a status that comes without news of what happened.
	 */
	void publish(HeavyIndexesStatus status) {
		publish(status, this.page.past(), this.page.partitions());
	}

	HeavyIndexesStatus status() {
		return this.page.status();
	}

	List<PartitionStatus> partitions(String name) {
		return this.page.partitions().getOrDefault(name, List.of());
	}

	@Nullable OperationStatus find(String name) {
		return this.page.operations().get(name);
	}

	List<OperationAttempt> attempts(String name) {
		return this.page.past().attempts().getOrDefault(name, List.of());
	}

	List<OperationAction> actions(String name) {
		return this.page.past().actions(name);
	}

	List<OperationAction> actions() {
		return this.page.past().actionsOnAll();
	}

	/**
	 * Whether an operation is completed.
	 * @param key its name or its class
	 * @return whether it is, or {@code null} if none is declared so
	 */
	@Nullable Boolean completed(Object key) {
		return this.page.completed().get(key);
	}

	private Page page(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions) {
		Map<String, OperationStatus> operations = new LinkedHashMap<>();
		Map<Object, Boolean> completed = new HashMap<>();
		for (OperationStatus operation : status.operations()) {
			operations.put(operation.name(), operation);
			completed.put(operation.name(), operation.completed());
		}
		for (DeclaredOperation operation : this.declared.declared()) {
			if (operation.type() != null) {
				completed.put(operation.type(), completed.getOrDefault(operation.name(), false));
			}
		}
		return new Page(status, operations, past, partitions, completed);
	}

	private record Page(HeavyIndexesStatus status, Map<String, OperationStatus> operations, Past past,
			Map<String, List<PartitionStatus>> partitions, Map<Object, Boolean> completed) {
	}

}
