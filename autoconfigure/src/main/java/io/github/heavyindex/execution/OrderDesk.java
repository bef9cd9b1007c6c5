package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.history.History;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Records;
import io.github.heavyindex.operation.DeclaredOperations;
import org.jspecify.annotations.Nullable;

/**
 * Takes orders: refuses what does not fit, records the others in the database, where the
 * loop of every instance finds them, and makes another turn due here. Thread-safe.
 */
final class OrderDesk {

	private static final int ACTOR_LENGTH = 200;

	private final DeclaredOperations declared;

	private final Reconcilers reconcilers;

	private final @Nullable String actor;

	/**
	 * Creates a desk.
	 * @param actor in whose name orders are recorded, or {@code null}
	 */
	OrderDesk(DeclaredOperations declared, Reconcilers reconcilers, @Nullable String actor) {
		this.declared = declared;
		this.reconcilers = reconcilers;
		this.actor = (actor != null) ? clean(actor) : null;
	}

	private static @Nullable String clean(String actor) {
		String clean = actor.replaceAll("\\p{Cntrl}", " ").strip();
		return clean.isEmpty() ? null : clean.substring(0, Math.min(clean.length(), ACTOR_LENGTH));
	}

	void retry(OperationStatus operation) {
		boolean retryable = operation.state() == OperationState.FAILED || operation.state() == OperationState.CANCELLED
				|| operation.state() == OperationState.SKIPPED || operation.drift() != null
				|| (operation.state() == OperationState.PENDING && operation.lastError() != null);
		if (!retryable) {
			throw new ActionRefusedException(operation.name() + " is " + operation.state()
					+ ", there is nothing to retry. Only failed, cancelled, skipped or drifted"
					+ " operations, and those that wait for their next attempt, can be retried.");
		}
		order("retry", operation.name(),
				(history, declared) -> history.orders().retry(declared.name(), declared.sql(), this.actor)
						|| tooLate(history, declared, "is not tried again", (state, back) -> !back));
	}

	void retryFailed() {
		Map<String, String> all = this.declared.operations()
			.stream()
			.collect(Collectors.toMap(IndexOperation::name, IndexOperation::sql));
		orderAll("retry-failed", (history) -> history.orders().retryFailed(all, this.actor));
	}

	void cancel(OperationStatus operation) {
		if (operation.state() == OperationState.CANCELLED) {
			return;
		}
		String refusal = Cancellation.refusal(operation);
		if (refusal != null) {
			throw new ActionRefusedException(refusal);
		}
		Cancellation cancellation = new Cancellation(this.reconcilers.of(operation.name()).engine(), this.actor);
		order("cancel", operation.name(), cancellation::give);
	}

	void runNow(OperationStatus operation) {
		if (operation.state() != OperationState.PENDING) {
			throw new ActionRefusedException(operation.name() + " is " + operation.state()
					+ "; only a pending operation can be run now. A failed or cancelled one needs 'retry' first.");
		}
		if (this.reconcilers.of(operation.name()).board().status().paused()) {
			throw new ActionRefusedException(operation.name()
					+ " cannot be run now: the operations are paused. 'resume' lets all of them start again.");
		}
		order("run-now", operation.name(),
				(history, declared) -> history.orders().runNow(declared.name(), declared.sql(), this.actor)
						|| tooLate(history, declared, "is not run now",
								(state, back) -> state == OperationState.PENDING || state == OperationState.RUNNING));
	}

	void skip(OperationStatus operation) {
		boolean drifted = operation.state() == OperationState.COMPLETED && operation.drift() != null;
		boolean turning = operation.rollingBack() && operation.state() == OperationState.PENDING;
		if (operation.state() == OperationState.RUNNING || turning) {
			throw new ActionRefusedException(operation.name() + " is " + (turning ? "being rolled back" : "RUNNING")
					+ "; 'cancel' it first, then skip it.");
		}
		if (operation.state() == OperationState.COMPLETED && !drifted) {
			throw new ActionRefusedException(operation.name() + " is COMPLETED, there is nothing to skip.");
		}
		order("skip", operation.name(),
				(history, declared) -> history.orders().skip(declared.name(), declared.sql(), drifted, this.actor)
						|| tooLate(history, declared, "was not skipped",
								(state, back) -> state == OperationState.SKIPPED));
	}

	void approve(OperationStatus operation) {
		IndexOperation declared = require(operation.name());
		if (!declared.options().requiresApproval()) {
			throw new ActionRefusedException(operation.name()
					+ " needs no approval; only operations that are declared with requiresApproval do.");
		}
		if (operation.state() == OperationState.COMPLETED || operation.state() == OperationState.SKIPPED) {
			throw new ActionRefusedException(
					operation.name() + " is " + operation.state() + ", there is nothing to approve.");
		}
		order("approve", operation.name(),
				(history, ignored) -> history.orders().approve(declared.name(), declared.sql(), this.actor));
	}

	void rollback(OperationStatus operation) {
		boolean again = operation.rollingBack() && operation.state() == OperationState.FAILED;
		if (operation.rollingBack() && !again || isRolledBack(operation)) {
			return;
		}
		if (operation.state() != OperationState.COMPLETED && !again) {
			throw new ActionRefusedException(operation.name() + " is " + operation.state()
					+ ", there is nothing to roll back. Only completed operations can be rolled back; a running one can"
					+ " be cancelled.");
		}
		order("rollback", operation.name(), (history, declared) -> {
			String needed = neededElsewhere(declared);
			String refused = (needed != null) ? needed
					: this.reconcilers.of(declared.name()).engine().wayBack().refusal(declared);
			if (refused != null) {
				throw new ActionRefusedException(declared.name() + " cannot be rolled back: " + refused);
			}
			return history.orders().rollback(declared.name(), declared.sql(), this.actor) || tooLate(history, declared,
					"is not rolled back", (state, back) -> back || state == OperationState.CANCELLED);
		});
	}

	/**
	 * What an operation of another database needs, as far as is known in memory.
	 */
	private @Nullable String neededElsewhere(IndexOperation operation) {
		for (IndexOperation other : this.declared.operations()) {
			boolean elsewhere = !Objects.equals(other.options().dataSource(), operation.options().dataSource());
			if (!elsewhere || !this.declared.ancestorsOf(other.name()).contains(operation.name())) {
				continue;
			}
			OperationStatus status = this.reconcilers.board().find(other.name());
			String mend = (status == null) ? null : switch (status.state()) {
				case RUNNING -> "Wait until that one has ended.";
				case COMPLETED -> "Roll that one back first.";
				case SKIPPED -> "Pause, then 'retry' and 'cancel' that one first.";
				case PENDING, FAILED, CANCELLED -> null;
			};
			if (status != null && mend != null) {
				return other.name() + ", which depends on it, is " + status.state() + ". " + mend;
			}
		}
		return null;
	}

	private boolean isRolledBack(OperationStatus operation) {
		return operation.state() == OperationState.CANCELLED && this.reconcilers.board()
			.actions(operation.name())
			.stream()
			.findFirst()
			.filter((last) -> last.action().equals("rollback"))
			.isPresent();
	}

	void pause() {
		orderAll("pause", (history) -> history.orders().pause(this.actor));
	}

	void resume() {
		orderAll("resume", (history) -> history.orders().resume(this.actor));
	}

	/**
	 * Refuses an order that changed nothing, unless all is as it orders: somebody else
	 * was faster.
	 * @param outcome what became of the order, for people
	 * @param met whether all is as ordered, by the recorded state and whether the
	 * operation is being rolled back
	 * @return {@code false}, as nothing changed
	 */
	static boolean tooLate(History history, IndexOperation operation, String outcome,
			BiPredicate<OperationState, Boolean> met) {
		Records records = history.records();
		OperationRecord record = records.operations().get(operation.name());
		OperationOrder order = records.orders().get(operation.name());
		boolean back = order != null && order.rollback() && order.sql().equals(operation.sql());
		if (record != null && !met.test(record.state(), back)) {
			throw new ActionRefusedException(operation.name() + " is " + record.state()
					+ (back ? ", to be rolled back," : "") + " by now, and " + outcome + ". Look again.");
		}
		return false;
	}

	private void order(String action, String name, Order order) {
		IndexOperation operation = require(name);
		new OrderRounds(this.reconcilers.settings(), List.of(this.reconcilers.of(name))).give(action + " " + name,
				this.actor, (history) -> order.give(history, operation));
	}

	private void orderAll(String what, Database.Work<History, Boolean> order) {
		new OrderRounds(this.reconcilers.settings(), this.reconcilers.all()).give(what, this.actor, order);
	}

	private IndexOperation require(String name) {
		return this.declared.find(name).orElseThrow();
	}

	@FunctionalInterface
	private interface Order {

		boolean give(History history, IndexOperation operation) throws SQLException;

	}

}
