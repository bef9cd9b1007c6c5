package io.github.heavyindex.execution;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.UnknownOperationException;
import io.github.heavyindex.operation.DeclaredOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Answers from memory and hands orders on. Thread-safe.
 *
 * @since 0.1.0
 */
public final class DefaultHeavyIndexes implements HeavyIndexes {

	private final DeclaredOperations declared;

	private final Reconcilers reconcilers;

	private final Board board;

	private final OrderDesk desk;

	/**
	 * Creates a new instance.
	 * @param declared the operations
	 * @param reconcilers who observe, and carry orders out
	 */
	public DefaultHeavyIndexes(DeclaredOperations declared, Reconcilers reconcilers) {
		this(declared, reconcilers, null);
	}

	private DefaultHeavyIndexes(DeclaredOperations declared, Reconcilers reconcilers, @Nullable String actor) {
		this.declared = declared;
		this.reconcilers = reconcilers;
		this.board = reconcilers.board();
		this.desk = new OrderDesk(declared, reconcilers, actor);
	}

	@Override
	public boolean isCompleted(String name) {
		Boolean completed = this.board.completed(name);
		if (completed == null) {
			throw unknown(name);
		}
		return completed;
	}

	@Override
	public boolean isCompleted(Class<?> operationClass) {
		Boolean completed = this.board.completed(operationClass);
		if (completed == null) {
			completed = this.board.completed(ClassUtils.getUserClass(operationClass));
		}
		if (completed == null) {
			throw new UnknownOperationException("The class " + operationClass.getName()
					+ " declares no operation; is it annotated with @HeavyIndexOperation, and a bean?");
		}
		return completed;
	}

	@Override
	public HeavyIndexesStatus status() {
		return this.board.status();
	}

	@Override
	public Optional<OperationStatus> find(String name) {
		return Optional.ofNullable(this.board.find(name));
	}

	@Override
	public List<OperationAttempt> history(String name) {
		require(name);
		return this.board.attempts(name);
	}

	@Override
	public List<PartitionStatus> partitions(String name) {
		require(name);
		return this.board.partitions(name);
	}

	@Override
	public CompletableFuture<OperationStatus> whenCompleted(String name) {
		require(name);
		return this.reconcilers.of(name).waiters().await(name, () -> require(name));
	}

	@Override
	public List<OperationAction> actions(String name) {
		require(name);
		return this.board.actions(name);
	}

	@Override
	public List<OperationAction> actions() {
		return this.board.actions();
	}

	@Override
	public HeavyIndexes onBehalfOf(String actor) {
		return new DefaultHeavyIndexes(this.declared, this.reconcilers, actor);
	}

	@Override
	public void retry(String name) {
		this.desk.retry(require(name));
	}

	@Override
	public void retryFailed() {
		this.desk.retryFailed();
	}

	@Override
	public void cancel(String name) {
		this.desk.cancel(require(name));
	}

	@Override
	public void runNow(String name) {
		this.desk.runNow(require(name));
	}

	@Override
	public void skip(String name) {
		this.desk.skip(require(name));
	}

	@Override
	public void approve(String name) {
		this.desk.approve(require(name));
	}

	@Override
	public void rollback(String name) {
		this.desk.rollback(require(name));
	}

	@Override
	public void pause() {
		this.desk.pause();
	}

	@Override
	public void resume() {
		this.desk.resume();
	}

	private OperationStatus require(String name) {
		return find(name).orElseThrow(() -> unknown(name));
	}

	private UnknownOperationException unknown(String name) {
		String known = this.declared.operations().stream().limit(10).map(IndexOperation::name).toList().toString();
		return new UnknownOperationException("No operation is named '" + name + "'. Declared are " + known
				+ ((this.declared.operations().size() > 10) ? " and more." : "."));
	}

}
