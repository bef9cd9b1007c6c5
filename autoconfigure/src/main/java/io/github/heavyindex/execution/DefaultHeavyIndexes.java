package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.UnknownOperationException;
import io.github.heavyindex.history.History;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.SqlFailure;

import org.springframework.util.ClassUtils;

/**
 * Answers from memory and records orders. Thread-safe.
 *
 * @since 0.1.0
 */
public final class DefaultHeavyIndexes implements HeavyIndexes {

	private final DeclaredOperations declared;

	private final Reconciler reconciler;

	private final Board board;

	/**
	 * Creates a new instance.
	 * @param declared the operations
	 * @param reconciler who observes, and carries orders out
	 */
	public DefaultHeavyIndexes(DeclaredOperations declared, Reconciler reconciler) {
		this.declared = declared;
		this.reconciler = reconciler;
		this.board = reconciler.board();
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
	public CompletableFuture<OperationStatus> whenCompleted(String name) {
		require(name);
		return this.reconciler.waiters().await(name, () -> require(name));
	}

	@Override
	public void retry(String name) {
		OperationStatus operation = require(name);
		boolean retryable = operation.state() == OperationState.FAILED || operation.state() == OperationState.CANCELLED
				|| operation.drift() != null
				|| (operation.state() == OperationState.PENDING && operation.lastError() != null);
		if (!retryable) {
			throw new ActionRefusedException(
					name + " is " + operation.state() + ", there is nothing to retry. Only failed, cancelled or drifted"
							+ " operations, and those that wait for their next attempt, can be retried.");
		}
		order(name, (history, declared) -> history.reset(name, declared.sql()));
	}

	@Override
	public void cancel(String name) {
		OperationStatus operation = require(name);
		if (operation.state() != OperationState.PENDING && operation.state() != OperationState.RUNNING) {
			throw new ActionRefusedException(name + " is " + operation.state()
					+ ", there is nothing to cancel. Only pending and running" + " operations can be cancelled.");
		}
		if (operation.state() == OperationState.RUNNING && operation.type() != OperationType.CREATE
				&& operation.type() != OperationType.REBUILD) {
			throw new ActionRefusedException(name + " has started and is not cancelled: a half-dropped index serves"
					+ " nobody, and a rename or a constraint takes no time. It ends by itself; see blockedBy for what holds it up.");
		}
		order(name, (history, declared) -> history.cancel(name, declared.sql(), Attempt.CANCELLED_BY_REQUEST));
	}

	@Override
	public void runNow(String name) {
		OperationStatus operation = require(name);
		if (operation.state() != OperationState.PENDING) {
			throw new ActionRefusedException(name + " is " + operation.state()
					+ "; only a pending operation can be run now. A failed or cancelled one needs 'retry' first.");
		}
		order(name, (history, declared) -> history.runNow(name, declared.sql()));
	}

	private void order(String name, Order order) {
		String idle = this.reconciler.settings().idle();
		if (idle != null) {
			throw new ActionRefusedException(idle);
		}
		IndexOperation operation = this.declared.find(name).orElseThrow(() -> unknown(name));
		try {
			this.reconciler.engine().history((history) -> {
				order.give(history, operation);
				return true;
			});
		}
		catch (SQLException ex) {
			throw new ActionRefusedException("The order for " + name + " could not be recorded: "
					+ SqlFailure.of(ex).message() + ". Try again when the database can be reached.");
		}
		this.reconciler.changed();
	}

	private OperationStatus require(String name) {
		return find(name).orElseThrow(() -> unknown(name));
	}

	private UnknownOperationException unknown(String name) {
		String known = this.declared.operations().stream().limit(10).map(IndexOperation::name).toList().toString();
		return new UnknownOperationException("No operation is named '" + name + "'. Declared are " + known
				+ ((this.declared.operations().size() > 10) ? " and more." : "."));
	}

	@FunctionalInterface
	private interface Order {

		void give(History history, IndexOperation operation);

	}

}
