package io.github.heavyindex.execution;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.decision.Guards.Span;
import io.github.heavyindex.decision.Observation;
import io.github.heavyindex.decision.Recorded;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.postgres.ProgressReader.Progress;

/**
 * One look at the database, with what is remembered.
 *
 * @param observation what was seen
 * @param records what is remembered, by operation
 * @param attempts the attempts, by operation, latest first
 * @param progress how far running operations are, by server session
 */
record Look(Observation observation, Map<String, OperationRecord> records, Map<String, List<OperationAttempt>> attempts,
		Map<Integer, Progress> progress) {

	Map<String, Recorded> recorded() {
		Map<String, Recorded> recorded = new HashMap<>();
		this.records.forEach((name, record) -> recorded.put(name,
				new Recorded(record.state(), record.sql(), record.attempts(), record.nextAttemptAt(),
						record.startedAt(), record.runNow(), record.pid(), record.sessionStartedAt(),
						record.instanceKey(), record.indexOid(), record.freshBloat())));
		return recorded;
	}

	/**
	 * When operations of the application ran.
	 */
	List<Span> worked() {
		return this.attempts.values()
			.stream()
			.flatMap(List::stream)
			.map((attempt) -> new Span(attempt.startedAt(), attempt.finishedAt()))
			.toList();
	}

}
