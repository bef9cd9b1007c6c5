package io.github.heavyindex;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tells how far the declared operations are, and takes orders. Thread-safe.
 * <p>
 * Whatever answers does so from memory and never waits for the database; what it tells is
 * as old as the last observation. Whatever returns nothing is an order: it is recorded in
 * the database, outlives restarts, takes effect on whichever instance carries the
 * operation out, and changes nothing where it stands already.
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
	 * The partitions of the table that an operation builds an index on, at all levels,
	 * those that are partitioned themselves left out; as of the last observation.
	 * @param name the operation's name
	 * @return the partitions, empty unless the table is partitioned
	 * @throws UnknownOperationException if no operation of that name is declared
	 */
	default List<PartitionStatus> partitions(String name) {
		return List.of();
	}

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
	 * Starts a failed, cancelled or skipped operation again with its attempts reset, or
	 * repairs one that has drifted. A rollback that has failed is given up by that; to go
	 * on with it, {@link #rollback} again.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if there is nothing to retry, or the order could not
	 * be recorded
	 */
	void retry(String name);

	/**
	 * Cancels a pending or running operation, on whichever instance it runs, and removes
	 * what it leaves behind. A drop, a rename or a constraint that has started is not
	 * cancelled, nor is a drop that has failed halfway and will be tried again.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if there is nothing to cancel, the operation has
	 * gone too far, or the order could not be recorded
	 */
	void cancel(String name);

	/**
	 * Starts a pending operation past window, guards and the delay of a retry, but never
	 * past locks, slots, dependencies, a missing approval or a pause.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if the operation is not pending, operations are
	 * paused, or the order could not be recorded
	 */
	void runNow(String name);

	/**
	 * Marks an operation as executed: those that depend on it may start, and
	 * {@link #isCompleted} stays {@code false}. {@link #retry} undoes it.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if the operation runs or is completed, or the order
	 * could not be recorded
	 */
	void skip(String name);

	/**
	 * Approves an operation that requires it, in the words of its declaration: once the
	 * statement is changed, it must be approved again.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if the operation needs no approval or is completed,
	 * or the order could not be recorded
	 */
	void approve(String name);

	/**
	 * Undoes a completed operation in the background: drops the index that it built,
	 * renames the one that it renamed back, or builds again what it dropped. Like
	 * {@link #runNow} this goes past window and guards, and past a pause and a missing
	 * approval, but never past locks and slots. The operation is not complete from now
	 * on, and {@link OperationState#CANCELLED} in the end, until {@link #retry};
	 * {@link #cancel} cancels the way back.
	 * <p>
	 * Only what the operation has done itself is undone: an index that was found, or that
	 * was built anew by somebody else, is left alone. The index of a partitioned table is
	 * built again partition by partition; those of the partitions went with it, and get
	 * the names that a build here gives them.
	 * @param name the operation's name
	 * @throws UnknownOperationException if no operation of that name is declared
	 * @throws ActionRefusedException if the operation is not completed, cannot be undone
	 * (another one that depends on it is completed, the index is not its own, it backs a
	 * constraint, what it dropped is not known), or the order could not be recorded
	 */
	void rollback(String name);

	/**
	 * Lets no operation of the application start any more, on any instance and database,
	 * until {@link #resume}. What runs goes on.
	 * @throws ActionRefusedException if the order could not be recorded, be it on one of
	 * several databases only: the message says where it was and where not
	 */
	void pause();

	/**
	 * Lets operations start again.
	 * @throws ActionRefusedException if the order could not be recorded
	 */
	void resume();

	/**
	 * Starts all failed operations again with their attempts reset. One whose rollback
	 * has failed is left as it is, as it did not fail as an operation: it is rolled back
	 * again, or the rollback given up, by an order of its own ({@link #rollback},
	 * {@link #retry}).
	 * @throws ActionRefusedException if the order could not be recorded
	 */
	void retryFailed();

	/**
	 * The orders to one operation that took effect, latest first, as of the last
	 * observation.
	 * @param name the operation's name
	 * @return at most the last 20 orders
	 * @throws UnknownOperationException if no operation of that name is declared
	 */
	List<OperationAction> actions(String name);

	/**
	 * The orders that concern all operations, latest first, as of the last observation.
	 * @return at most the last 20 orders
	 */
	List<OperationAction> actions();

	/**
	 * The same operations, with orders recorded in somebody's name.
	 * @param actor the name of a person or a program
	 * @return a view that answers as this one does
	 */
	HeavyIndexes onBehalfOf(String actor);

}
