package io.github.heavyindex.decision;

import java.util.HashMap;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;

/**
 * Whether free slots may help to build the index of a partitioned table: one session
 * carries the operation out, and assistants build further partitions at the same time.
 *
 * @since 0.1.0
 */
public enum Assistance {

	/**
	 * An assistant may begin, or go on with another partition.
	 */
	JOIN,

	/**
	 * An assistant ends once its partition is done.
	 */
	LEAVE,

	/**
	 * An assistant ends now.
	 */
	STOP;

	/**
	 * Decides for all operations on partitioned tables.
	 * @param chains the declared operations
	 * @param context what the decisions depend on
	 * @param decisions what was decided about the operations themselves
	 * @return the assistance, by operation
	 */
	public static Map<String, Assistance> decide(Chains chains, Context context, Map<String, Decision> decisions) {
		Map<String, Assistance> assistance = new HashMap<>();
		boolean others = decisions.values().stream().anyMatch(Assistance::wantsSlot);
		for (IndexOperation operation : chains.operations()) {
			Decision decision = decisions.get(operation.name());
			Undo undo = context.orders().undos().get(operation.name());
			IndexOperation carriedOut = (undo != null) ? undo.operation() : operation;
			if (carriedOut instanceof CreateIndex && decision != null && context.seen(operation).partitioned()) {
				Recorded recorded = context.recorded(operation);
				assistance.put(operation.name(), decide(carriedOut,
						(undo != null) ? recorded.undoing(carriedOut) : recorded, context, decision, others));
			}
		}
		return assistance;
	}

	private static Assistance decide(IndexOperation operation, Recorded recorded, Context context, Decision decision,
			boolean others) {
		Restraints restraints = new Restraints(context);
		boolean ended = recorded.is(OperationState.FAILED, operation)
				|| recorded.is(OperationState.CANCELLED, operation) || recorded.is(OperationState.SKIPPED, operation);
		if (ended || (!recorded.runNow() && restraints.stopping() != null)) {
			return STOP;
		}
		Seen seen = context.seen(operation);
		boolean held = seen.table() == null || restraints.hold(recorded, seen.table().oid(), false) != null;
		return (decision instanceof Decision.Watch && !held && !others) ? JOIN : LEAVE;
	}

	// whoever waits for a slot comes before a second session of the same operation
	private static boolean wantsSlot(Decision decision) {
		return decision instanceof Decision.Run
				|| (decision instanceof Decision.Wait wait && wait.reason().startsWith(Starter.SLOT));
	}

}
