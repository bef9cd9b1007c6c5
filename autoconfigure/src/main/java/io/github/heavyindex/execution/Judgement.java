package io.github.heavyindex.execution;

import java.util.Map;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.Assistance;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.history.Records;

/**
 * What was seen, and what was decided on it.
 *
 * @param look what was seen
 * @param decisions a decision for each operation, in dependency order
 * @param assistance who may help with operations on partitioned tables, by operation
 */
record Judgement(Look look, Map<String, Decision> decisions, Map<String, Assistance> assistance) {

	Judgement with(Records remembered, Past past) {
		return new Judgement(new Look(this.look.observation(), remembered, past, this.look.undos().still(remembered),
				this.look.progress(), this.look.since()), this.decisions, this.assistance);
	}

	/**
	 * Whether anything is still to be done, be it to clean up after an operation that has
	 * ended.
	 */
	boolean leavesWork() {
		return this.decisions.values()
			.stream()
			.anyMatch((decision) -> decision.toDo() instanceof Decision.Run || decision instanceof Decision.Stop
					|| decision instanceof Decision.CancelBackend);
	}

	Decision decision(IndexOperation operation) {
		return this.decisions.getOrDefault(operation.name(), new Decision.Keep());
	}

	/**
	 * What is to be carried out of an operation.
	 */
	Decision toDo(IndexOperation operation) {
		return decision(operation).toDo();
	}

}
