package io.github.heavyindex.sample.demo;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.sample.DemoProperties;
import io.github.heavyindex.sample.demo.RequestLane.Sample;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes to large_email and reads from it, twenty times a second each, as long as
 * somebody watches.
 */
@Component
class RequestLoad implements DisposableBean {

	private static final int PERIOD_MILLIS = 50;

	private static final long WATCHED_FOR = TimeUnit.SECONDS.toNanos(15);

	// with the demo's other work this leaves connections of the pool to the application
	private static final int WRITERS = 4;

	private static final int READERS = 2;

	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "demo-load");
		thread.setDaemon(true);
		return thread;
	});

	private final RequestLane writes;

	private final RequestLane reads;

	private volatile long watched = System.nanoTime() - WATCHED_FOR;

	RequestLoad(JdbcClient jdbc, DemoProperties properties) {
		this.writes = new RequestLane("demo-write", WRITERS,
				() -> jdbc.sql("UPDATE large_email SET is_read = NOT is_read WHERE id = :id")
					.param("id", random(properties))
					.update());
		this.reads = new RequestLane("demo-read", READERS,
				() -> jdbc.sql("SELECT subject FROM large_email WHERE id = :id")
					.param("id", random(properties))
					.query(String.class)
					.list());
		this.clock.scheduleAtFixedRate(this::tick, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void tick() {
		if (System.nanoTime() - this.watched < WATCHED_FOR) {
			this.writes.request();
			this.reads.request();
		}
	}

	/**
	 * What became of the requests; keeps them going.
	 * @param lastWrite the number of the last write that is known, or 0
	 * @param lastRead the number of the last read that is known, or 0
	 */
	Report watch(long lastWrite, long lastRead) {
		this.watched = System.nanoTime();
		return new Report(this.writes.after(lastWrite), this.reads.after(lastRead), this.writes.blocked(),
				this.reads.blocked(), this.writes.longestOpen(), this.reads.longestOpen());
	}

	@Override
	public void destroy() {
		this.clock.shutdownNow();
		this.writes.close();
		this.reads.close();
	}

	private static int random(DemoProperties properties) {
		return ThreadLocalRandom.current().nextInt(1, properties.rows() + 1);
	}

	/**
	 * How the requests fare.
	 *
	 * @param writes the writes that ended
	 * @param reads the reads that ended
	 * @param blockedWrites number of writes that have been waiting for long
	 * @param blockedReads number of reads that have been waiting for long
	 * @param longestOpenWrite how long the write has been waiting that has waited
	 * longest, in milliseconds
	 * @param longestOpenRead the same of the reads
	 */
	record Report(List<Sample> writes, List<Sample> reads, long blockedWrites, long blockedReads, long longestOpenWrite,
			long longestOpenRead) {

	}

}
