package io.github.heavyindex.execution;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.github.heavyindex.HeavyIndexOperationException;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;

/**
 * Futures of those who wait for an operation. Thread-safe. They complete on the common
 * pool, so that what hangs on them never holds the loop up.
 */
final class Waiters implements AutoCloseable {

	private final Map<String, Queue<CompletableFuture<OperationStatus>>> waiting = new ConcurrentHashMap<>();

	private final AtomicLong orders = new AtomicLong();

	private volatile long ordersSeen;

	private volatile boolean closed;

	/**
	 * An order was recorded: what was observed before it is old, as the failure that a
	 * retry undoes.
	 */
	void ordered() {
		this.orders.incrementAndGet();
	}

	/**
	 * How many orders were recorded so far.
	 */
	long orders() {
		return this.orders.get();
	}

	/**
	 * A future of one operation.
	 * @param name the operation's name
	 * @param current tells its state; asked after the future is registered, so that no
	 * change is missed
	 */
	CompletableFuture<OperationStatus> await(String name, Supplier<OperationStatus> current) {
		CompletableFuture<OperationStatus> future = new CompletableFuture<>();
		Queue<CompletableFuture<OperationStatus>> futures = this.waiting.computeIfAbsent(name,
				(key) -> new ConcurrentLinkedQueue<>());
		futures.add(future);
		if (this.orders.get() == this.ordersSeen && tell(future, current.get())) {
			futures.remove(future);
		}
		else if (this.closed) {
			close(future);
		}
		return future;
	}

	/**
	 * Tells what was observed, unless an order has come since; then another look is due.
	 * @param orders how many orders had been recorded when the look began
	 */
	void tell(HeavyIndexesStatus status, long orders) {
		this.ordersSeen = orders;
		if (orders != this.orders.get()) {
			return;
		}
		for (OperationStatus operation : status.operations()) {
			Queue<CompletableFuture<OperationStatus>> futures = this.waiting.get(operation.name());
			if (futures != null) {
				futures.removeIf((future) -> future.isDone() || tell(future, operation));
			}
		}
	}

	private static boolean tell(CompletableFuture<OperationStatus> future, OperationStatus operation) {
		if (operation.completed() || operation.state() == OperationState.SKIPPED) {
			ForkJoinPool.commonPool().execute(() -> future.complete(operation));
			return true;
		}
		if (operation.state() == OperationState.FAILED || operation.state() == OperationState.CANCELLED) {
			ForkJoinPool.commonPool()
				.execute(() -> future.completeExceptionally(new HeavyIndexOperationException(
						operation.name() + " is " + operation.state() + ": " + operation.lastError())));
			return true;
		}
		return false;
	}

	@Override
	public void close() {
		this.closed = true;
		this.waiting.values().forEach((futures) -> futures.forEach(Waiters::close));
		this.waiting.clear();
	}

	private static void close(CompletableFuture<OperationStatus> future) {
		ForkJoinPool.commonPool()
			.execute(() -> future.completeExceptionally(
					new HeavyIndexOperationException("The application closed before the operation ended")));
	}

}
