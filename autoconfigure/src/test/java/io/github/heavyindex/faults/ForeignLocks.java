package io.github.heavyindex.faults;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * When the suite itself stood in the way of the application's statements: locks of its
 * own, a server that is down, slots that are full. What the load waits for then is
 * counted apart.
 */
final class ForeignLocks {

	private final Queue<Interval> intervals = new ConcurrentLinkedQueue<>();

	Interval begin() {
		Interval interval = new Interval();
		this.intervals.add(interval);
		return interval;
	}

	boolean overlap(long from, long to) {
		return this.intervals.stream().anyMatch((interval) -> interval.from <= to && interval.to >= from);
	}

	/**
	 * The time between its creation and its end.
	 */
	static final class Interval implements AutoCloseable {

		private final long from = System.nanoTime();

		private volatile long to = Long.MAX_VALUE;

		@Override
		public void close() {
			this.to = System.nanoTime();
		}

	}

}
