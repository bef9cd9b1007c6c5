package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Observation;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.History;
import io.github.heavyindex.history.HistoryTables;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.OrderNews;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.history.Records;
import io.github.heavyindex.postgres.ActivityReader;
import io.github.heavyindex.postgres.ActivityReader.Activity;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.CatalogReader;
import io.github.heavyindex.postgres.CatalogReader.Catalog;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.Definitions;
import io.github.heavyindex.postgres.IndexSwap;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.ProgressReader;
import io.github.heavyindex.postgres.ProgressReader.Progress;
import io.github.heavyindex.postgres.RoleLimits;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The connection that looks, and keeps our tables. It is opened when first needed and
 * again whenever it was lost. Thread-safe: one statement at a time, by whoever comes.
 */
final class Database implements AutoCloseable {

	private final ConnectionSource source;

	private final Settings settings;

	private final Instance instance;

	private final Collection<IndexOperation> operations;

	private final DefinitionMemory definitions = new DefinitionMemory();

	private @Nullable Session session;

	private volatile @Nullable String limits;

	private boolean closed;

	private Records remembered = Records.NONE;

	private Past past = Past.NONE;

	Database(ConnectionSource source, Settings settings, Instance instance, Collection<IndexOperation> operations) {
		this.source = source;
		this.settings = settings;
		this.instance = instance;
		this.operations = operations;
	}

	Collection<IndexOperation> operations() {
		return this.operations;
	}

	DefinitionMemory definitions() {
		return this.definitions;
	}

	/**
	 * Looks at the database, in at most six statements.
	 * @param anew whether all definitions are read anew
	 * @return what was seen
	 * @throws SQLException if there is no connection, or it was lost
	 */
	synchronized Look look(boolean anew) throws SQLException {
		return withSession((session) -> {
			Records remembered = remembered(session.history);
			Map<String, OperationRecord> records = remembered.operations();
			if (session.history != null && (!remembered.equals(this.remembered) || hasOpenAttempt(records))) {
				this.past = session.history.past();
				this.remembered = remembered;
			}
			Undos undos = Undos.of(this.operations, remembered);
			Catalog catalog = CatalogReader.read(session.jdbc, undos.lookedUp(this.operations), session.searchPath);
			Activity activity = ActivityReader.read(session.jdbc, tables(catalog.seen().values()),
					this.settings.policy().guards().askForLoad());
			Map<Integer, Progress> progress = ProgressReader.read(session.jdbc,
					workers(records, activity, catalog.seen()), this.settings.showQueries());
			this.definitions.remembered(records, session.majorVersion);
			readDefinitions(session, catalog.seen().values(), anew);
			findTables(session);
			Observation observation = new Observation(catalog.now(), session.serverVersion, catalog.readOnly(),
					session.searchPath, withoutOthers(catalog.seen()), activity.tables(), activity.slots(),
					activity.load(), heldUp(progress), activity.instances());
			return new Look(observation, remembered, this.past, undos, progress);
		});
	}

	/**
	 * Looks at one operation's names only.
	 */
	synchronized Seen seen(IndexOperation operation) throws SQLException {
		return withSession((session) -> seen(session, operation));
	}

	/**
	 * Looks at one operation in the order index, locks, index.
	 */
	synchronized Sighting sighting(IndexOperation operation) throws SQLException {
		return withSession((session) -> {
			Seen before = seen(session, operation);
			Long table = before.tableOid();
			Activity activity = ActivityReader.read(session.jdbc, (table != null) ? List.of(table) : List.of(), false);
			Seen after = seen(session, operation);
			return new Sighting(operation, before, activity, after);
		});
	}

	/**
	 * Whether somebody has told of an order since the last time. Reads what has arrived,
	 * and sends nothing.
	 */
	synchronized boolean hasNews() {
		Session session = this.session;
		return session != null && OrderNews.arrived(session.connection.jdbc(), this.settings.application());
	}

	/**
	 * Does something else with the connection that looks.
	 */
	synchronized <T> T with(Work<JdbcTemplate, T> work) throws SQLException {
		return withSession((session) -> work.apply(session.jdbc));
	}

	synchronized <T> T withHistory(Work<History, T> work) throws SQLException {
		return withSession((session) -> {
			if (session.history == null) {
				throw new SQLException("The tables of Heavy Index are missing", "42P01");
			}
			return work.apply(session.history);
		});
	}

	synchronized boolean cancelBackend(int pid) throws SQLException {
		return withSession((session) -> AdvisoryLock.cancelHolder(session.jdbc, pid));
	}

	synchronized void markBuild(int pid, CatalogRelation side, RelationName index) throws SQLException {
		withSession((session) -> {
			IndexSwap.markBuild(session.jdbc, pid, side, index);
			return true;
		});
	}

	/**
	 * What the role does not see or cannot do, for people, or {@code null}.
	 */
	@Nullable String limits() {
		return this.limits;
	}

	int majorVersion() {
		Session session = this.session;
		return (session != null) ? session.majorVersion : 0;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.session != null) {
			this.session.connection.close();
			this.session = null;
		}
	}

	private Seen seen(Session session, IndexOperation operation) {
		Seen seen = CatalogReader.read(session.jdbc, List.of(operation), session.searchPath)
			.seen()
			.getOrDefault(operation.name(), Seen.NOTHING);
		// here somebody is about to remove them
		return seen.withLeftovers(seen.leftovers()
			.stream()
			.filter((leftover) -> Boolean.TRUE.equals(this.definitions.isCopy(leftover, seen.index())))
			.toList());
	}

	/**
	 * An index with the name of a leftover but another definition is somebody else's.
	 */
	private Map<String, Seen> withoutOthers(Map<String, Seen> all) {
		Map<String, Seen> own = new HashMap<>(all);
		own.replaceAll((name, seen) -> seen.leftovers().isEmpty() ? seen
				: seen.withLeftovers(seen.leftovers()
					.stream()
					.filter((leftover) -> !Boolean.FALSE.equals(this.definitions.isCopy(leftover, seen.index())))
					.toList()));
		return own;
	}

	private void readDefinitions(Session session, Collection<Seen> seen, boolean anew) {
		Set<Long> unread = this.definitions.unread(seen, anew);
		if (unread.isEmpty()) {
			return;
		}
		try {
			this.definitions.learn(seen, Definitions.read(session.jdbc, unread));
		}
		catch (DataAccessException ex) {
			// a queued ALTER TABLE holds even this up; what is known stays known
			this.definitions.unreadable(SqlFailure.of(ex).toString());
		}
	}

	private static Map<Integer, Duration> heldUp(Map<Integer, Progress> progress) {
		Map<Integer, Duration> heldUp = new HashMap<>();
		progress.forEach((pid, worker) -> heldUp.put(pid, worker.heldUp()));
		return heldUp;
	}

	private Records remembered(@Nullable History history) {
		if (history == null) {
			return Records.NONE;
		}
		Records records = history.records();
		OperationOrder pause = this.remembered.application();
		if (records.application() == null && pause != null && pause.paused() && this.settings.executes()) {
			// our tables were lost, and nobody has resumed
			history.orders().pause(pause.actor());
			return history.records();
		}
		return records;
	}

	/**
	 * Who only observes may have been there before the tables; the next look reads them.
	 */
	private void findTables(Session session) {
		if (session.history == null && HistoryTables.exist(session.jdbc, session.schema)) {
			session.history = new History(session.jdbc, session.schema, this.settings.application());
		}
	}

	// a cancelled operation's attempt ends later than the operation itself
	private boolean hasOpenAttempt(Map<String, OperationRecord> records) {
		return this.past.attempts().entrySet().stream().anyMatch((entry) -> {
			OperationRecord record = records.get(entry.getKey());
			return (record == null || record.state() != OperationState.RUNNING) && entry.getValue()
				.stream()
				.anyMatch((attempt) -> attempt.outcome() == OperationAttempt.Outcome.RUNNING);
		});
	}

	private static Set<Long> tables(Collection<Seen> all) {
		Set<Long> tables = new HashSet<>();
		for (Seen seen : all) {
			Long table = seen.tableOid();
			if (table != null) {
				tables.add(table);
			}
			for (Partition partition : seen.partitions()) {
				if (!partition.invalid().isEmpty()) {
					tables.add(partition.oid());
				}
			}
		}
		return tables;
	}

	private static Set<Integer> workers(Map<String, OperationRecord> records, Activity activity,
			Map<String, Seen> seen) {
		Set<Integer> holders = new HashSet<>();
		activity.tables().values().forEach((table) -> {
			if (table.lockHolder() != null) {
				holders.add(table.lockHolder().pid());
			}
		});
		Set<Integer> workers = new HashSet<>();
		for (OperationRecord record : records.values()) {
			if (record.state() == OperationState.RUNNING && record.pid() != null && holders.contains(record.pid())) {
				workers.add(record.pid());
				if (!seen.getOrDefault(record.name(), Seen.NOTHING).partitions().isEmpty()) {
					// others build further partitions
					workers.addAll(activity.slots());
				}
			}
		}
		return workers;
	}

	private <T> T withSession(Work<Session, T> work) throws SQLException {
		if (this.closed) {
			// nothing may begin any more, and nobody would close a new session
			throw new SQLException("The application has closed", "08003");
		}
		Session session = this.session;
		if (session == null || session.connection.jdbc().isClosed()) {
			session = open();
			this.session = session;
		}
		try {
			return work.apply(session);
		}
		catch (DataAccessException ex) {
			reopenNextTime(session, ex);
			throw sqlException(ex);
		}
		catch (SQLException ex) {
			reopenNextTime(session, ex);
			throw ex;
		}
	}

	// below the driver's exception there may be one of the network
	private static SQLException sqlException(DataAccessException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception) {
				return exception;
			}
		}
		return new SQLException(ex);
	}

	// a timeout leaves a sound connection; anything else is best begun anew, tables
	// included
	private void reopenNextTime(Session session, Exception ex) {
		String sqlState = SqlFailure.of(ex).sqlState();
		if (!sqlState.equals("57014") && !sqlState.equals("55P03")) {
			session.connection.close();
			this.session = null;
		}
	}

	private Session open() throws SQLException {
		PhysicalConnection connection = this.source.open(ConnectionPurpose.OBSERVER, this.instance.name());
		try {
			return prepare(connection);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	private Session prepare(PhysicalConnection connection) throws SQLException {
		JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
		List<String> searchPath = connection.server().searchPath();
		String schema = (this.settings.schema() != null) ? this.settings.schema() : firstOf(searchPath);
		try {
			AdvisoryLock.announceInstance(jdbc, this.instance.key());
			boolean exist = HistoryTables.exist(jdbc, schema);
			if (!exist && this.settings.executes() && this.settings.createTables()) {
				HistoryTables.create(jdbc, schema);
				exist = true;
			}
			if (!exist && this.settings.executes()) {
				throw new SQLException(missingTables(schema), "42P01");
			}
			OrderNews.listen(jdbc);
			this.limits = RoleLimits.of(jdbc);
			return new Session(connection, jdbc, schema,
					exist ? new History(jdbc, schema, this.settings.application()) : null, searchPath);
		}
		catch (DataAccessException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.sqlState().equals("25006")) {
				throw new SQLException("The server is read-only (a standby?) and has no tables of Heavy Index yet."
						+ " Operations wait until it takes writes.", failure.sqlState(), ex);
			}
			throw new SQLException("The tables of Heavy Index cannot be created or completed in schema " + schema + ": "
					+ failure.message()
					+ ". Grant the role CREATE on it, let their owner run io/github/heavyindex/history/schema.sql,"
					+ " or set heavy-index.history.schema.", failure.sqlState(), ex);
		}
	}

	static String missingTables(String schema) {
		return "Of the tables heavy_index_operation, heavy_index_attempt, heavy_index_order and heavy_index_action some are missing in schema "
				+ schema
				+ ", or of an earlier version. Create or complete them with io/github/heavyindex/history/schema.sql,"
				+ " or set heavy-index.history.initialize-schema=always.";
	}

	static String firstOf(List<String> searchPath) throws SQLException {
		return searchPath.stream()
			.filter((schema) -> !schema.startsWith("pg_"))
			.findFirst()
			.orElseThrow(() -> new SQLException("The search path of the connection names no schema that exists."
					+ " Set heavy-index.history.schema.", "3F000"));
	}

	/**
	 * Something to do with a connection.
	 *
	 * @param <A> with what
	 * @param <T> what comes of it
	 */
	@FunctionalInterface
	interface Work<A, T> {

		T apply(A argument) throws SQLException;

	}

	private static final class Session {

		private final PhysicalConnection connection;

		private final JdbcTemplate jdbc;

		private final String schema;

		private @Nullable History history;

		private final List<String> searchPath;

		private final int serverVersion;

		private final int majorVersion;

		Session(PhysicalConnection connection, JdbcTemplate jdbc, String schema, @Nullable History history,
				List<String> searchPath) {
			this.connection = connection;
			this.jdbc = jdbc;
			this.schema = schema;
			this.history = history;
			this.searchPath = searchPath;
			this.serverVersion = connection.server().serverVersion();
			this.majorVersion = connection.server().majorVersion();
		}

	}

}
