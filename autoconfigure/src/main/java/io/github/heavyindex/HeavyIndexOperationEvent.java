package io.github.heavyindex;

/**
 * A change of an operation, published on every application instance when that instance
 * sees it, on the loop's thread; listeners should be quick or asynchronous. Events tell
 * what was seen, not what was done: they may repeat after a restart, and a change that
 * was over between two observations may be missed.
 *
 * @since 0.1.0
 */
public sealed interface HeavyIndexOperationEvent {

	/**
	 * The operation after the change.
	 * @return the operation
	 */
	OperationStatus operation();

	/**
	 * An attempt has started or was adopted.
	 *
	 * @param operation the operation after the change
	 */
	record Started(OperationStatus operation) implements HeavyIndexOperationEvent {
	}

	/**
	 * An attempt failed and will be repeated.
	 *
	 * @param operation the operation after the change
	 */
	record Retrying(OperationStatus operation) implements HeavyIndexOperationEvent {
	}

	/**
	 * The catalog shows that the goal is met.
	 *
	 * @param operation the operation after the change
	 */
	record Completed(OperationStatus operation) implements HeavyIndexOperationEvent {
	}

	/**
	 * The operation failed for good.
	 *
	 * @param operation the operation after the change
	 */
	record Failed(OperationStatus operation) implements HeavyIndexOperationEvent {
	}

	/**
	 * A person cancelled the operation.
	 *
	 * @param operation the operation after the change
	 */
	record Cancelled(OperationStatus operation) implements HeavyIndexOperationEvent {
	}

	/**
	 * A person marked the operation as executed.
	 *
	 * @param operation the operation after the change
	 */
	record Skipped(OperationStatus operation) implements HeavyIndexOperationEvent {
	}

	/**
	 * The catalog no longer agrees with a completed operation.
	 *
	 * @param operation the operation after the change
	 */
	record Drifted(OperationStatus operation) implements HeavyIndexOperationEvent {
	}

}
