package io.github.heavyindex.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The traffic that must not notice anything: two writers and a reader, each on a
 * connection of its own, which measure how long each statement takes.
 */
final class WriteLoad implements AutoCloseable {

	private static final Duration PAUSE = Duration.ofMillis(15);

	private final FaultServer server;

	private final String database;

	private final ForeignLocks foreign;

	private final List<Thread> threads;

	private final AtomicLong statements = new AtomicLong();

	private final AtomicLong longest = new AtomicLong();

	private final AtomicLong longestBehindForeign = new AtomicLong();

	private final AtomicLong brokenByFault = new AtomicLong();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private volatile boolean stopped;

	WriteLoad(FaultServer server, String database, ForeignLocks foreign) {
		this.server = server;
		this.database = database;
		this.foreign = foreign;
		this.threads = List.of(
				new Thread(
						() -> work("insert into logs (a, b) values (floor(random() * 1000), 'new')",
								"update logs set a = a + 1 where id = 1 + floor(random() * 500)::int",
								"delete from logs where id = (select max(id) from logs where id > 1000)"),
						"writer of logs"),
				new Thread(
						() -> work("insert into events (kind, b) values (floor(random() * 1000), 'new')",
								"update events set b = 'changed' where id = 1 + floor(random() * 500)::int",
								"delete from events where id = (select max(id) from events where id > 1000)"),
						"writer of events"),
				// as long as an honest report: what builds wait for
				new Thread(() -> work("select count(*), pg_sleep(0.1) from logs where a > 10",
						"select count(*), pg_sleep(0.1) from events where kind > 10"), "reader"));
		this.threads.forEach(Thread::start);
	}

	private void work(String... statements) {
		while (!this.stopped) {
			try (Connection connection = this.server.connect(this.database)) {
				for (long turn = 0; !this.stopped; turn++) {
					run(connection, statements[(int) (turn % statements.length)]);
					LockSupport.parkNanos(PAUSE.toNanos());
				}
			}
			catch (SQLException ex) {
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}
	}

	// what dies because the suite stopped the server is counted apart
	private void run(Connection connection, String sql) throws SQLException {
		long from = System.nanoTime();
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.execute();
		}
		catch (SQLException ex) {
			if (isConnectionLoss(ex) && this.foreign.overlap(from, System.nanoTime())) {
				this.brokenByFault.incrementAndGet();
			}
			else {
				this.failures.add(sql + ": [" + ex.getSQLState() + "] " + ex.getMessage());
			}
			throw ex;
		}
		long to = System.nanoTime();
		this.statements.incrementAndGet();
		(this.foreign.overlap(from, to) ? this.longestBehindForeign : this.longest).accumulateAndGet(to - from,
				Math::max);
	}

	private static boolean isConnectionLoss(SQLException ex) {
		String sqlState = String.valueOf(ex.getSQLState());
		return sqlState.startsWith("08") || sqlState.startsWith("57P");
	}

	long statements() {
		return this.statements.get();
	}

	Duration longest() {
		return Duration.ofNanos(this.longest.get());
	}

	Duration longestBehindForeign() {
		return Duration.ofNanos(this.longestBehindForeign.get());
	}

	long brokenByFault() {
		return this.brokenByFault.get();
	}

	List<String> failures() {
		return List.copyOf(this.failures);
	}

	@Override
	public void close() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(Duration.ofSeconds(30).toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
