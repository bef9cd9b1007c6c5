package io.github.heavyindex.actuate;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.heavyindex.OperationStatus;

/**
 * Tells attempts that have just ended from those that were counted before. Events repeat
 * after a restart, and without this each restart would count yesterday's builds again.
 * Thread-safe.
 */
class FinishedAttempts {

	private final Instant since;

	private final Map<String, Instant> lastStarts = new ConcurrentHashMap<>();

	/**
	 * Creates a new instance.
	 * @param since attempts of operations that ended earlier are history; the database's
	 * clock wrote their end, so that an attempt which ends as soon after the start as the
	 * clocks differ may be missed
	 */
	FinishedAttempts(Instant since) {
		this.since = since;
	}

	/**
	 * Adds the last attempt of an operation.
	 * @param operation an operation whose attempt has ended
	 * @return whether there was an attempt at all, while this instance ran, and it is
	 * told for the first time
	 */
	boolean add(OperationStatus operation) {
		Instant startedAt = operation.startedAt();
		if (startedAt == null || isFoundDone(operation) || endedBefore(operation)) {
			return false;
		}
		return !startedAt.equals(this.lastStarts.put(operation.name(), startedAt));
	}

	private static boolean isFoundDone(OperationStatus operation) {
		return operation.adopted() && operation.attempts() == 0;
	}

	private boolean endedBefore(OperationStatus operation) {
		Instant finishedAt = operation.finishedAt();
		return finishedAt != null && finishedAt.isBefore(this.since);
	}

}
