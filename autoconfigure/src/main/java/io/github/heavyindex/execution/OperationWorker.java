package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
 * One task on a physical connection of its own, which holds a slot and, for an operation,
 * the table's lock. Whatever happens here, the loop finds out from the database; a worker
 * that dies costs nothing but time.
 */
final class OperationWorker {

	private static final int CLOSE_TIMEOUT_SECONDS = 25;

	private static final Log logger = LogFactory.getLog(OperationWorker.class);

	private final String name;

	private final @Nullable Long table;

	private final Engine engine;

	private final Runnable started;

	private final Task.Factory factory;

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile @Nullable Task task;

	private volatile @Nullable Connection connection;

	private volatile @Nullable String refusal;

	private volatile boolean cancelled;

	// used by the loop only
	private boolean missing;

	/**
	 * Creates a worker.
	 * @param name the operation's name
	 * @param table the table to lock, or {@code null} where the task locks what it needs
	 */
	OperationWorker(String name, @Nullable Long table, Engine engine, Runnable started, Task.Factory factory) {
		this.name = name;
		this.table = table;
		this.engine = engine;
		this.started = started;
		this.factory = factory;
	}

	boolean isOn(long table) {
		return this.table != null && this.table == table;
	}

	/**
	 * The server session, 0 before there is one.
	 */
	int pid() {
		Task task = this.task;
		return (task != null) ? task.pid() : 0;
	}

	/**
	 * What the worker does, for people.
	 */
	String work() {
		Task task = this.task;
		return (task != null) ? task.work() : "its turn";
	}

	/**
	 * Why the worker could not begin, for people, or {@code null}.
	 */
	@Nullable String refusal() {
		return this.refusal;
	}

	/**
	 * Carries the task out, if that is still to be done.
	 * @return whether anything was done
	 */
	boolean run() {
		try (PhysicalConnection connection = this.engine.source().open(ConnectionPurpose.DDL, this.name)) {
			this.connection = connection.jdbc();
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
			if (!AdvisoryLock.trySlot(jdbc, this.engine.settings().slots())
					|| (this.table != null && !AdvisoryLock.tryTable(jdbc, this.table))) {
				return false;
			}
			Task task = this.factory.on(connection);
			this.task = task;
			boolean done = task.run(this.started);
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
		Task task = this.task;
		if (task != null && task.builds()) {
			this.cancelled = true;
			try {
				task.stop();
			}
			catch (SQLException ex) {
				logger.warn(this.name + " could not be cancelled while the application closes: " + SqlFailure.of(ex));
			}
		}
		else if (task != null && task.analyzes()) {
			this.cancelled = true;
			cancelAgain();
		}
	}

	/**
	 * Lets an assistant end, once its partition is done or at once.
	 */
	void dismiss(boolean now) {
		if (this.task instanceof PartitionAssistant assistant) {
			assistant.leave();
			try {
				if (now) {
					assistant.stop();
				}
			}
			catch (SQLException ex) {
				logger.debug("An assistant of " + this.name + " could not be cancelled", ex);
			}
		}
	}

	/**
	 * The server session that gathers statistics about an index that is complete, or
	 * {@code null} if none does.
	 */
	@Nullable Integer analyzing() {
		Task task = this.task;
		return (task != null && task.analyzes()) ? task.pid() : null;
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
			logger.warn(this.name + " has not ended in time; its server session goes on");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// a request to cancel that came just before the statement has no effect
	private void cancelAgain() {
		Task task = this.task;
		try {
			if (task != null && (task.builds() || task.analyzes())) {
				this.engine.cancelBackend(task.pid());
			}
		}
		catch (SQLException ex) {
			logger.debug(this.name + " could not be cancelled again", ex);
		}
	}

	/**
	 * Lets go of a connection whose session is gone, though the driver has not noticed:
	 * it would wait for an answer that nobody sends. Of two looks in a row the second one
	 * began when the session was known to hold its slot.
	 * @param slots the sessions that hold a slot, as seen by one look
	 */
	void abandonIfLost(Set<Integer> slots) {
		Task task = this.task;
		boolean missing = task != null && !slots.contains(task.pid());
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
				logger.debug("The connection of " + this.name + " could not be abandoned", ex);
			}
		}
	}

}
