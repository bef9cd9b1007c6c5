package io.github.heavyindex.sample.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.springframework.dao.DataAccessException;

/**
 * Requests of one kind, made at an even pace whatever becomes of those before, and how
 * long each took from the moment it was due: a request that waits behind a blocked one
 * has waited, too. Thread-safe.
 */
final class RequestLane implements AutoCloseable {

	static final Duration BLOCKED_AFTER = Duration.ofMillis(250);

	/**
	 * Two minutes of twenty requests a second.
	 */
	private static final int SAMPLES_KEPT = 2400;

	private static final int MOST_OPEN = 1000;

	private final Runnable request;

	private final ExecutorService executor;

	private final Deque<Sample> samples = new ArrayDeque<>();

	private final Set<Long> open = new LinkedHashSet<>();

	private long number;

	/**
	 * Creates a lane.
	 * @param name the name of its threads
	 * @param threads how many requests may be under way at once
	 * @param request what one request does
	 */
	RequestLane(String name, int threads, Runnable request) {
		this.request = request;
		this.executor = Executors.newFixedThreadPool(threads, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Makes a request, unless too many are open already.
	 */
	void request() {
		long due = System.nanoTime();
		synchronized (this) {
			if (this.open.size() >= MOST_OPEN || !this.open.add(due)) {
				return;
			}
		}
		this.executor.execute(() -> carryOut(due));
	}

	private void carryOut(long due) {
		boolean failed = false;
		try {
			this.request.run();
		}
		catch (DataAccessException ex) {
			failed = true;
		}
		record(due, failed);
	}

	private synchronized void record(long due, boolean failed) {
		this.open.remove(due);
		double millis = Math.round((System.nanoTime() - due) / 10_000.0) / 100.0;
		this.samples.add(new Sample(++this.number, System.currentTimeMillis(), millis, failed));
		if (this.samples.size() > SAMPLES_KEPT) {
			this.samples.remove();
		}
	}

	/**
	 * The requests that ended since.
	 * @param number the number of the last one that is known
	 */
	synchronized List<Sample> after(long number) {
		return this.samples.stream().filter((sample) -> sample.number() > number).toList();
	}

	/**
	 * The number of requests that have been waiting for longer than
	 * {@link #BLOCKED_AFTER}.
	 */
	synchronized long blocked() {
		long now = System.nanoTime();
		return this.open.stream().filter((due) -> now - due > BLOCKED_AFTER.toNanos()).count();
	}

	/**
	 * How long the request has been waiting that has waited longest, in milliseconds; 0
	 * if none is open.
	 */
	synchronized long longestOpen() {
		long now = System.nanoTime();
		return this.open.stream().mapToLong((due) -> TimeUnit.NANOSECONDS.toMillis(now - due)).max().orElse(0);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * A request that ended.
	 *
	 * @param number its number, from 1
	 * @param at when it ended, in milliseconds since 1970
	 * @param millis how long it took, in milliseconds
	 * @param failed whether it failed
	 */
	record Sample(long number, long at, double millis, boolean failed) {

	}

}
