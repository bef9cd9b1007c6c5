package io.github.heavyindex.execution;

import java.sql.SQLException;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.decision.Decider;
import io.github.heavyindex.history.History;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Records;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a build at any time, and anything else only before it has begun: a half-dropped
 * index serves nobody, and a rename or a constraint takes no time.
 *
 * @param engine of the operation's database
 * @param actor who cancels, or {@code null}
 */
record Cancellation(Engine engine, @Nullable String actor) {

	private static final String STARTED = " has started and is not cancelled: a half-dropped index serves nobody, and"
			+ " a rename or a constraint takes no time. It ends by itself; see blockedBy for what holds it up.";

	/**
	 * Why what is known in memory refuses it, or {@code null}.
	 */
	static @Nullable String refusal(OperationStatus operation) {
		if (operation.state() != OperationState.PENDING && operation.state() != OperationState.RUNNING) {
			return operation.name() + " is " + operation.state()
					+ ", there is nothing to cancel. Only pending and running operations can be cancelled.";
		}
		return (operation.state() == OperationState.RUNNING && !builds(operation.type(), operation.rollingBack()))
				? operation.name() + STARTED : null;
	}

	/**
	 * Whether what runs may be ended at any time. The way back of a drop is a build.
	 */
	private static boolean builds(OperationType type, boolean back) {
		return switch (type) {
			case CREATE -> !back;
			case DROP -> back;
			case RENAME, CONSTRAINT -> false;
			case REBUILD -> true;
		};
	}

	/**
	 * Records the order, unless the operation has gone too far meanwhile.
	 * @return whether anything changed
	 */
	boolean give(History history, IndexOperation operation) throws SQLException {
		if (isHalfDropped(history.records(), operation)) {
			throw new ActionRefusedException(operation.name() + STARTED);
		}
		return history.orders()
			.cancel(operation.name(), operation.sql(), builds(operation.type(), false), builds(operation.type(), true),
					AttemptEnd.CANCELLED_BY_REQUEST, this.actor)
				|| OrderDesk.tooLate(history, operation, "was not cancelled",
						(state, back) -> state == OperationState.CANCELLED);
	}

	/**
	 * Whether the index is being dropped, or an attempt to do so has failed halfway: then
	 * there will be another one.
	 */
	private boolean isHalfDropped(Records records, IndexOperation operation) throws SQLException {
		OperationRecord record = records.operations().get(operation.name());
		OperationOrder order = records.orders().get(operation.name());
		boolean back = order != null && order.rollback() && order.sql().equals(operation.sql());
		boolean drops = (operation.type() == OperationType.DROP) ? !back
				: operation.type() == OperationType.CREATE && back;
		return drops && record != null && record.state() != OperationState.CANCELLED
				&& record.sql().equals(operation.sql())
				&& Decider.isHalfDropped(this.engine.seen(operation), record.attempts());
	}

}
