package io.github.heavyindex.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers that do not wait for each other: each write has its time, and its latency
 * counts from then on, so that nobody is forgotten while all stand still.
 */
final class WriteLoad implements AutoCloseable {

	static final int WRITERS = 4;

	static final int A_SECOND = 200;

	private static final long GAP = TimeUnit.MILLISECONDS.toNanos(100);

	private final List<long[]> writes = Collections.synchronizedList(new ArrayList<>());

	private final List<CompletableFuture<Void>> threads = new ArrayList<>();

	private final CountDownLatch connected = new CountDownLatch(WRITERS);

	private volatile long end = Long.MAX_VALUE;

	WriteLoad(Database database) throws InterruptedException {
		for (int writer = 0; writer < WRITERS; writer++) {
			int number = writer;
			this.threads.add(CompletableFuture.runAsync(() -> write(database, number),
					(task) -> new Thread(task, "writer " + number).start()));
		}
		if (!this.connected.await(1, TimeUnit.MINUTES)) {
			throw new IllegalStateException("The writers cannot connect");
		}
	}

	private void write(Database database, int number) {
		SplittableRandom random = new SplittableRandom(number);
		long interval = TimeUnit.SECONDS.toNanos(WRITERS) / A_SECOND;
		try (Connection connection = database.server().connectAsOwner(database.name());
				PreparedStatement update = connection.prepareStatement("update big set a = a + 1 where id = ?")) {
			this.connected.countDown();
			long due = System.nanoTime() + number * interval / WRITERS;
			// whatever was due is written, also when that is late
			while (due < this.end) {
				LockSupport.parkNanos(due - System.nanoTime());
				update.setLong(1, random.nextInt(Settings.ROWS) + 1);
				update.executeUpdate();
				this.writes.add(new long[] { due, System.nanoTime() });
				due += interval;
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What it was like for those who were to write between two moments, once all have
	 * done so.
	 */
	Latency between(long begin, long end) {
		List<long[]> all = List.copyOf(this.writes)
			.stream()
			.filter((write) -> write[0] >= begin && write[0] < end)
			.toList();
		List<Double> millis = all.stream().map((write) -> (write[1] - write[0]) / 1e6).sorted().toList();
		long blocked = 0;
		long previous = begin;
		for (long[] write : all.stream().sorted((one, other) -> Long.compare(one[1], other[1])).toList()) {
			blocked += (write[1] - previous > GAP) ? write[1] - previous : 0;
			previous = write[1];
		}
		return new Latency(millis.get(millis.size() / 2), millis.get(millis.size() * 99 / 100),
				millis.get(millis.size() - 1), blocked / 1e9, (end - begin) / 1e9);
	}

	@Override
	public void close() {
		this.end = Math.min(this.end, System.nanoTime());
		this.threads.forEach(CompletableFuture::join);
	}

	/**
	 * Milliseconds; and the seconds in which no write ended for more than 100 ms, of all
	 * seconds.
	 */
	record Latency(double half, double most, double maximum, double blocked, double seconds) {

	}

}
