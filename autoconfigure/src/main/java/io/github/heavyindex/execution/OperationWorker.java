package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * One operation on a physical connection of its own, which holds a slot and the table's
 * lock. Whatever happens here, the loop finds out from the database; a worker that dies
 * costs nothing but time.
 */
final class OperationWorker {

	private static final int CLOSE_TIMEOUT_SECONDS = 25;

	private static final Log logger = LogFactory.getLog(OperationWorker.class);

	private final IndexOperation operation;

	private final long table;

	private final Engine engine;

	private final Runnable started;

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile @Nullable Attempt attempt;

	private volatile @Nullable Connection connection;

	private volatile @Nullable String refusal;

	private volatile boolean cancelled;

	// used by the loop only
	private boolean missing;

	OperationWorker(IndexOperation operation, long table, Engine engine, Runnable started) {
		this.operation = operation;
		this.table = table;
		this.engine = engine;
		this.started = started;
	}

	long table() {
		return this.table;
	}

	/**
	 * What the worker does, for people.
	 */
	String work() {
		Attempt attempt = this.attempt;
		return (attempt != null) ? attempt.work() : "its turn";
	}

	/**
	 * Why the worker could not begin, for people, or {@code null}.
	 */
	@Nullable String refusal() {
		return this.refusal;
	}

	/**
	 * Carries the operation out, if that is still to be done.
	 * @return whether anything was done
	 */
	boolean run() {
		try (PhysicalConnection connection = this.engine.source().open(ConnectionPurpose.DDL, this.operation.name())) {
			this.connection = connection.jdbc();
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
			if (!AdvisoryLock.trySlot(jdbc, this.engine.settings().slots())
					|| !AdvisoryLock.tryTable(jdbc, this.table)) {
				return false;
			}
			Attempt attempt = new Attempt(this.operation, this.table, this.engine, connection);
			this.attempt = attempt;
			boolean done = attempt.run(this.started);
			// the session ends some time after its connection; nobody need wait for that
			if (!connection.jdbc().isClosed()) {
				AdvisoryLock.releaseAll(jdbc);
			}
			return done;
		}
		catch (SQLException | RuntimeException ex) {
			if (!this.engine.closed()) {
				this.refusal = "a connection that lasts: " + SqlFailure.of(ex);
				logger.debug("The error in full", ex);
			}
			return false;
		}
		finally {
			this.ended.countDown();
		}
	}

	/**
	 * Cancels a build because the application closes; a drop or a rename goes on.
	 */
	void cancelBuild() {
		Attempt attempt = this.attempt;
		if (attempt != null && attempt.builds()) {
			this.cancelled = true;
			try {
				attempt.stop();
			}
			catch (SQLException ex) {
				logger.warn(this.operation.name() + " could not be cancelled while the application closes: "
						+ SqlFailure.of(ex));
			}
		}
		else if (attempt != null && attempt.analyzes()) {
			this.cancelled = true;
			cancelAgain();
		}
	}

	/**
	 * The server session that gathers statistics about an index that is complete, or
	 * {@code null} if none does.
	 */
	@Nullable Integer analyzing() {
		Attempt attempt = this.attempt;
		return (attempt != null && attempt.analyzes()) ? attempt.pid() : null;
	}

	/**
	 * Waits until a build that is being cancelled has removed what it leaves.
	 */
	void awaitEnd() {
		if (!this.cancelled) {
			return;
		}
		try {
			for (int second = 0; second < CLOSE_TIMEOUT_SECONDS; second++) {
				if (this.ended.await(1, TimeUnit.SECONDS)) {
					return;
				}
				cancelAgain();
			}
			logger.warn(this.operation.name() + " has not ended in time; its server session goes on");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// a request to cancel that came just before the statement has no effect
	private void cancelAgain() {
		Attempt attempt = this.attempt;
		try {
			if (attempt != null && (attempt.builds() || attempt.analyzes())) {
				this.engine.cancelBackend(attempt.pid());
			}
		}
		catch (SQLException ex) {
			logger.debug(this.operation.name() + " could not be cancelled again", ex);
		}
	}

	/**
	 * Lets go of a connection whose session is gone, though the driver has not noticed:
	 * it would wait for an answer that nobody sends. Of two looks in a row the second one
	 * began when the session was known to hold its slot.
	 * @param slots the sessions that hold a slot, as seen by one look
	 */
	void abandonIfLost(Set<Integer> slots) {
		Attempt attempt = this.attempt;
		boolean missing = attempt != null && !slots.contains(attempt.pid());
		if (missing && this.missing) {
			abandon();
		}
		this.missing = missing;
	}

	/**
	 * Lets go of the connection without ending its statement: the server session goes on.
	 */
	void abandon() {
		Connection connection = this.connection;
		if (connection != null) {
			try {
				connection.abort(Runnable::run);
			}
			catch (SQLException ex) {
				logger.debug("The connection of " + this.operation.name() + " could not be abandoned", ex);
			}
		}
	}

}
