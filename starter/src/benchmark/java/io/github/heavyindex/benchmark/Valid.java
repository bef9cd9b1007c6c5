package io.github.heavyindex.benchmark;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks all the time whether the index is there.
 */
final class Valid implements AutoCloseable {

	private static final long INTERVAL = 20_000_000;

	private final CompletableFuture<Void> looking;

	private volatile double since = Double.NaN;

	private volatile boolean ended;

	Valid(Database database) {
		this.looking = CompletableFuture.runAsync(() -> look(database), (task) -> new Thread(task, "valid").start());
	}

	private void look(Database database) {
		try (Database own = new Database(database.server(), database.name())) {
			while (!this.ended) {
				if (!own.isValid("big_idx")) {
					this.since = Double.NaN;
				}
				else if (Double.isNaN(this.since)) {
					this.since = KillBenchmark.now();
				}
				LockSupport.parkNanos(INTERVAL);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Since when it has been valid, in seconds since 1970.
	 */
	double since() {
		return this.since;
	}

	@Override
	public void close() {
		this.ended = true;
		this.looking.join();
	}

}
