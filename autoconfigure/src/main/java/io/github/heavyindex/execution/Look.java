package io.github.heavyindex.execution;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.decision.Guards.Span;
import io.github.heavyindex.decision.Observation;
import io.github.heavyindex.decision.Recorded;
import io.github.heavyindex.decision.StandingOrders;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.history.Records;
import io.github.heavyindex.postgres.ProgressReader.Progress;

/**
 * One look at the database, with what is remembered.
 *
 * @param observation what was seen
 * @param remembered what is remembered
 * @param past what happened
 * @param undos how operations are undone that are to be
 * @param progress how far running operations are, by server session
 * @param since when the look began, by the database's clock
 */
record Look(Observation observation, Records remembered, Past past, Undos undos, Map<Integer, Progress> progress,
		Instant since) {

	Map<String, OperationRecord> records() {
		return this.remembered.operations();
	}

	Map<String, List<OperationAttempt>> attempts() {
		return this.past.attempts();
	}

	boolean paused() {
		OperationOrder order = this.remembered.application();
		return order != null && order.paused();
	}

	/**
	 * The orders that stand, for decisions.
	 */
	StandingOrders orders() {
		Map<String, String> approved = new HashMap<>();
		this.remembered.orders().forEach((name, order) -> {
			if (order.approved()) {
				approved.put(name, order.sql());
			}
		});
		OperationOrder application = this.remembered.application();
		String paused = (application == null || !application.paused()) ? null
				: (application.actor() != null) ? "paused by " + application.actor() : "paused";
		return new StandingOrders(paused, approved, this.undos.all());
	}

	Map<String, Recorded> recorded() {
		Map<String, Recorded> recorded = new HashMap<>();
		records().forEach((name, record) -> recorded.put(name,
				new Recorded(record.state(), record.sql(), record.attempts(), record.nextAttemptAt(),
						record.startedAt(), record.runNow(), record.pid(), record.sessionStartedAt(),
						record.instanceKey(), record.indexOid(), record.freshBloat())));
		return recorded;
	}

	/**
	 * When operations of the application ran.
	 */
	List<Span> worked() {
		return attempts().values()
			.stream()
			.flatMap(List::stream)
			.map((attempt) -> new Span(attempt.startedAt(), attempt.finishedAt()))
			.toList();
	}

}
