package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.TableActivity;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.scheduling.TaskScheduler;

/**
 * Analyzes tables of builds that outlived their application: the server session ends the
 * build, and nobody is left to send the {@code ANALYZE}. The instance that records the
 * end does. The index is complete meanwhile; if this instance ends too before it came to
 * it, autovacuum analyzes the table some day. Thread-safe.
 */
final class LateAnalyses implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(LateAnalyses.class);

	private final Engine engine;

	private final TaskScheduler scheduler;

	private final Map<String, Late> open = new ConcurrentHashMap<>();

	LateAnalyses(Engine engine, TaskScheduler scheduler) {
		this.engine = engine;
		this.scheduler = scheduler;
	}

	boolean isEmpty() {
		return this.open.isEmpty();
	}

	/**
	 * Remembers an operation whose end this instance has just recorded, if that was the
	 * end of a build that no worker is left of.
	 */
	void ended(IndexOperation operation, Decision.Complete complete, Look look) {
		OperationRecord record = look.records().get(operation.name());
		CatalogRelation index = look.observation().seen(operation.name()).index();
		if (!(operation instanceof CreateIndex) || record == null || record.state() != OperationState.RUNNING
				|| index == null || index.index() == null) {
			return;
		}
		boolean own = Integer.valueOf(this.engine.instance().key()).equals(record.instanceKey());
		if (complete.adopted() || own) {
			this.open.put(operation.name(),
					new Late(operation.name(), index, index.index().table(), record.startedAt()));
		}
	}

	/**
	 * Starts what can be done now.
	 */
	void start(Look look) {
		for (Late late : this.open.values()) {
			boolean free = look.observation()
				.activity()
				.getOrDefault(late.table, TableActivity.NONE)
				.lockHolder() == null && look.observation().slots().size() < this.engine.settings().slots();
			if (free && late.running.compareAndSet(false, true)) {
				this.scheduler.schedule(() -> run(late), this.scheduler.getClock().instant());
			}
		}
	}

	private void run(Late late) {
		try (PhysicalConnection connection = this.engine.source().open(ConnectionPurpose.DDL, late.name)) {
			late.connection = connection;
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
			if (!this.engine.closed() && AdvisoryLock.trySlot(jdbc, this.engine.settings().slots())
					&& AdvisoryLock.tryTable(jdbc, late.table)) {
				if (!isDone(jdbc, late)) {
					analyze(connection, late);
				}
				this.open.remove(late.name);
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("The table of " + late.name + " could not be analyzed now: " + SqlFailure.of(ex));
		}
		finally {
			late.connection = null;
			late.running.set(false);
		}
	}

	private void analyze(PhysicalConnection connection, Late late) throws SQLException {
		Analysis analysis = new Analysis(this.engine.settings(), connection);
		String warning = analysis.run(late.index, () -> logger
			.info(late.name + ": the table is analyzed now, as the build ended without its application"));
		if (warning != null) {
			logger.warn(late.name + ": " + warning);
		}
	}

	/**
	 * A build and an {@code ANALYZE} shut each other out: one that is later than the
	 * build's begin is later than its end.
	 */
	private static boolean isDone(JdbcTemplate jdbc, Late late) {
		return late.startedAt != null && jdbc
			.queryForList(
					"""
							select coalesce(greatest(pg_stat_get_last_analyze_time(?::oid), pg_stat_get_last_autoanalyze_time(?::oid))
								> ?, false)""",
					Boolean.class, late.table, late.table, Timestamp.from(late.startedAt))
			.contains(true);
	}

	/**
	 * Lets go of all connections; the server sessions go on.
	 */
	@Override
	public void close() {
		for (Late late : this.open.values()) {
			PhysicalConnection connection = late.connection;
			if (connection != null) {
				try {
					connection.jdbc().abort(Runnable::run);
				}
				catch (SQLException ex) {
					logger.debug("The connection of " + late.name + " could not be abandoned", ex);
				}
			}
		}
	}

	private static final class Late {

		private final String name;

		private final CatalogRelation index;

		private final long table;

		private final @Nullable Instant startedAt;

		private final AtomicBoolean running = new AtomicBoolean();

		private volatile @Nullable PhysicalConnection connection;

		Late(String name, CatalogRelation index, long table, @Nullable Instant startedAt) {
			this.name = name;
			this.index = index;
			this.table = table;
			this.startedAt = startedAt;
		}

	}

}
