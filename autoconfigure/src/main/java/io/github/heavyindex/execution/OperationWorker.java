package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.decision.Mends;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Transition;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.DefinitionComparer;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Carries out one operation on a physical connection of its own. It takes a slot and the
 * table's lock on that very connection, and decides again before it does anything.
 * Whatever happens here, the loop finds out from the database; a worker that dies costs
 * nothing but time.
 */
final class OperationWorker {

	private static final Log logger = LogFactory.getLog(OperationWorker.class);

	static final String CANCELLED_BY_REQUEST = "Cancelled by request";

	private final IndexOperation operation;

	private final long table;

	private final Engine engine;

	private final Runnable started;

	private volatile @Nullable String refusal;

	private volatile @Nullable String work;

	private volatile @Nullable Connection connection;

	private @Nullable Judgement judgement;

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
	 * Why the worker could not begin, for people, or {@code null}.
	 */
	@Nullable String refusal() {
		return this.refusal;
	}

	/**
	 * What the worker does, for people.
	 */
	String work() {
		String work = this.work;
		return (work != null) ? work : "its turn";
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

	/**
	 * Carries the operation out, if that is still to be done.
	 * @return whether anything was done
	 */
	boolean run() {
		try (PhysicalConnection connection = this.engine.source().open(ConnectionPurpose.DDL, this.operation.name())) {
			this.connection = connection.jdbc();
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
			return AdvisoryLock.trySlot(jdbc, this.engine.settings().slots()) && AdvisoryLock.tryTable(jdbc, this.table)
					&& underLock(connection);
		}
		catch (SQLException | RuntimeException ex) {
			if (!this.engine.closed()) {
				this.refusal = "a connection that lasts: " + SqlFailure.of(ex);
				logger.warn(this.operation.name() + ": the connection was lost or could not be had ("
						+ SqlFailure.of(ex) + "); the next observation tells what became of it");
				logger.debug("The error in full", ex);
			}
			return false;
		}
	}

	private boolean underLock(PhysicalConnection connection) throws SQLException {
		Decision decision = decide(connection);
		boolean removed = isRun(decision, Step.DROP_LEFTOVER) && removeLeftover(connection);
		if (removed) {
			decision = decide(connection);
		}
		if (!(decision instanceof Decision.Run run) || run.table() != this.table || run.step() == Step.DROP_LEFTOVER
				|| !this.engine.history((history) -> history.start(this.operation.name(), this.operation.sql(),
						connection.pid(), this.engine.instance().name(), this.engine.instance().key()))) {
			return removed;
		}
		this.work = null;
		this.started.run();
		finish(connection, carryOut(connection, run.step()));
		return true;
	}

	private static boolean isRun(Decision decision, Step step) {
		return decision instanceof Decision.Run run && run.step() == step;
	}

	private Decision decide(PhysicalConnection connection) throws SQLException {
		this.judgement = this.engine.judge(connection);
		return this.judgement.decision(this.operation);
	}

	private Seen seen() {
		Judgement judgement = this.judgement;
		return (judgement != null) ? judgement.look().observation().seen(this.operation.name()) : Seen.NOTHING;
	}

	private @Nullable SqlFailure carryOut(PhysicalConnection connection, Step step) throws SQLException {
		if (this.operation instanceof CreateIndex create) {
			SqlFailure refused = validate(connection, create);
			if (refused != null) {
				return refused;
			}
		}
		try {
			if (step == Step.RENAME) {
				execute(connection, "set lock_timeout = " + this.engine.settings().lockTimeout().toMillis());
			}
			execute(connection, ResolvedStatement.of(this.operation, seen()));
			return null;
		}
		catch (SQLException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			return failure;
		}
	}

	private @Nullable SqlFailure validate(PhysicalConnection connection, CreateIndex create) throws SQLException {
		CatalogRelation table = seen().table();
		Answer answer = new DefinitionComparer(connection.jdbc()).ask(create,
				(table != null) ? table.name() : create.table(), null);
		if (answer instanceof Answer.Refused refused) {
			return refused.failure();
		}
		if (answer instanceof Answer.Defined defined) {
			this.engine.definitions().declared(create, defined.definition());
		}
		return null;
	}

	private void finish(PhysicalConnection connection, @Nullable SqlFailure failure) throws SQLException {
		Seen before = seen();
		if (failure == null && this.operation instanceof CreateIndex create) {
			this.engine.built(create);
		}
		Decision decision = decide(connection);
		if (decision instanceof Decision.Complete complete && this.judgement != null) {
			this.engine.complete(this.operation, this.judgement, complete.adopted());
			return;
		}
		if (failure == null) {
			record(Transition.retry("XX000",
					"The statement ended without error, but the catalog does not show its goal met", delay(1)));
			return;
		}
		OperationRecord record = this.engine.history((history) -> history.operations()).get(this.operation.name());
		boolean requested = record != null && record.state() == OperationState.CANCELLED;
		record(requested ? Transition.cancelled(CANCELLED_BY_REQUEST)
				: transition(failure, before, (record != null) ? record.attempts() : 1));
		if (leavesOwn(failure)) {
			dropOwnLeftover(connection);
		}
	}

	private Transition transition(SqlFailure failure, Seen before, int attempts) {
		CatalogRelation table = (before.table() != null) ? before.table() : before.index();
		String error = failure + ". "
				+ Mends.of(failure.sqlState(), this.operation, (table != null) ? table.name().toString() : null);
		// 42704 is a missing index, or a missing type or operator class
		boolean existed = failure.sqlState().equals("42704") ? before.index() != null : table != null;
		return switch (failure.classify(existed)) {
			case CANCELLED -> Transition.cancelled(failure
					+ ". Somebody cancelled the statement on the server; it is not started again against their will");
			case WAIT -> Transition.postponed(failure.sqlState(), error, delay(1));
			case FAIL -> Transition.failed(failure.sqlState(), error);
			case RETRY, CONNECTION_LOST -> this.engine.settings().retry().allows(attempts)
					? Transition.retry(failure.sqlState(), error, delay(attempts))
					: Transition.failed(failure.sqlState(), error + " Given up after " + attempts + " attempts.");
		};
	}

	private Duration delay(int attempts) {
		return this.engine.settings().retry().delay(attempts, ThreadLocalRandom.current().nextDouble());
	}

	/**
	 * Whether an invalid index that is there now is what our own failed statement left;
	 * where the name was taken, it is somebody else's.
	 */
	private boolean leavesOwn(SqlFailure failure) {
		return this.operation instanceof CreateIndex && !failure.sqlState().equals("42P07")
				&& !(failure.sqlState().equals("23505") && failure.onCatalog());
	}

	private void dropOwnLeftover(PhysicalConnection connection) throws SQLException {
		if (this.engine.sighting(this.operation).leftover(connection.pid()) != null) {
			drop(connection);
		}
	}

	/**
	 * Removes what an earlier attempt left: only what two sightings a poll interval apart
	 * show to be the same index, invalid, and nobody's work.
	 */
	private boolean removeLeftover(PhysicalConnection connection) throws SQLException {
		this.work = "an invalid index of an earlier attempt is being removed";
		Long first = this.engine.sighting(this.operation).leftover(connection.pid());
		if (first == null || !pause(this.engine.settings().pollInterval())) {
			return false;
		}
		Long second = this.engine.sighting(this.operation).leftover(connection.pid());
		return first.equals(second) && drop(connection);
	}

	private boolean drop(PhysicalConnection connection) throws SQLException {
		CatalogRelation index = this.engine.sighting(this.operation).after().index();
		if (index == null) {
			return true;
		}
		try {
			execute(connection, "drop index concurrently if exists " + index.name().quoted());
			logger.info(this.operation.name() + ": removed the invalid index " + index.name()
					+ " that an earlier attempt left behind");
			return true;
		}
		catch (SQLException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			logger.warn(this.operation.name() + ": the invalid index " + index.name()
					+ " that an earlier attempt left behind could not be removed: " + failure);
			return false;
		}
	}

	private static boolean pause(Duration duration) {
		try {
			Thread.sleep(duration.toMillis());
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private void record(Transition transition) throws SQLException {
		this.engine.record(this.operation, transition);
	}

	private static void execute(PhysicalConnection connection, String sql) throws SQLException {
		try (Statement statement = connection.jdbc().createStatement()) {
			statement.setEscapeProcessing(false);
			statement.execute(sql);
		}
	}

}
