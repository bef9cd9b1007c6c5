package io.github.heavyindex;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tells how far the declared operations are, and takes orders. Thread-safe. All but
 * {@link #retry}, {@link #cancel} and {@link #runNow} answer from memory and never wait
 * for the database; what they tell is as old as the last observation.
 *
 * @since 0.1.0
 */
public interface HeavyIndexes {

	/**
	 * Whether the operation is completed without drift: one hash look-up in memory.
	 * @param name the operation's name
	 * @return whether queries may count on the operation
	 * @throws UnknownOperationException if no operation of that name is declared
	 */
	boolean isCompleted(String name);

	/**
	 * Whether the operation that the class declares is completed without drift.
	 * @param operationClass a class that is annotated with {@code @HeavyIndexOperation}
	 * @return whether queries may count on the operation
	 * @throws UnknownOperationException if the class declares no operation
	 */
	boolean isCompleted(Class<?> operationClass);

	/**
	 * The state of everything, as of the last observation.
	 * @return an immutable snapshot
	 */
	HeavyIndexesStatus status();

	/**
	 * All operations in dependency order, as of the last observation.
	 * @return an immutable list
	 */
	default List<OperationStatus> list() {
		return status().operations();
	}

	/**
	 * One operation, as of the last observation.
	 * @param name the operation's name
	 * @return the operation, empty if no operation of that name is declared
	 */
	Optional<OperationStatus> find(String name);

	/**
	 * The attempts of one operation, latest first, as of the last observation.
	 * @param name the operation's name
	 * @return at most the last 20 attempts
	 * @throws UnknownOperationException if no operation of that name is declared
	 */
	List<OperationAttempt> history(String name);

	/**
	 * A future that completes with the operation's state once it is
	 * {@link OperationState#COMPLETED} (without drift) or {@link OperationState#SKIPPED}.
	 * It completes exceptionally with a {@link HeavyIndexOperationException} when the
	 * operation fails or is cancelled, and when the application closes before. It
	 * completes on a thread of its own, never on the loop's.
	 * @param name the operation's name
	 * @return a new future
	 * @throws UnknownOperationException if no operation of that name is declared
	 */
	CompletableFuture<OperationStatus> whenCompleted(String name);

	/**
	 * Starts a failed or cancelled operation again with its attempts reset, or repairs
	 * one that has drifted. The order is recorded in the database.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if there is nothing to retry, or the order could not
	 * be recorded
	 */
	void retry(String name);

	/**
	 * Cancels a pending or running operation, on whichever instance it runs, and removes
	 * what it leaves behind. A drop or a rename that has started is not cancelled. The
	 * order is recorded in the database.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if there is nothing to cancel, or the order could
	 * not be recorded
	 */
	void cancel(String name);

	/**
	 * Starts a pending operation past window, guards and the delay of a retry, but never
	 * past locks, slots or dependencies. The order is recorded in the database.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if the operation is not pending, or the order could
	 * not be recorded
	 */
	void runNow(String name);

}
