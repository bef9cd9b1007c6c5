package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.history.History;
import io.github.heavyindex.history.HistoryTables;
import io.github.heavyindex.history.OrderNews;
import io.github.heavyindex.history.SharedSnapshots;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.RoleLimits;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The server session that looks, and keeps our tables. It shows that this instance is
 * alive and hears of orders, as long as it lasts. Not thread-safe.
 */
final class ObserverSession implements AutoCloseable {

	private static final Set<String> TIMEOUTS = Set.of("57014", "55P03");

	private static final Log logger = LogFactory.getLog(ObserverSession.class);

	private final PhysicalConnection connection;

	private final JdbcTemplate jdbc;

	private final Settings settings;

	private final String schema;

	private final @Nullable String limits;

	private @Nullable History history;

	private @Nullable SharedSnapshots snapshots;

	private boolean leads;

	private ObserverSession(PhysicalConnection connection, Settings settings, Instance instance) throws SQLException {
		this.connection = connection;
		this.settings = settings;
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
		this.schema = (settings.schema() != null) ? settings.schema() : firstOf(searchPath());
		try {
			AdvisoryLock.announceInstance(this.jdbc, instance.key());
			prepareTables();
			OrderNews.listen(this.jdbc);
			this.limits = RoleLimits.of(this.jdbc);
		}
		catch (DataAccessException ex) {
			throw unprepared(SqlFailure.of(ex), ex);
		}
	}

	/**
	 * Opens a session, and creates our tables where they are missing and may be created.
	 * @throws SQLException if there is no connection, or our tables cannot be had
	 */
	static ObserverSession open(ConnectionSource source, Settings settings, Instance instance) throws SQLException {
		PhysicalConnection connection = source.open(ConnectionPurpose.OBSERVER, instance.name());
		try {
			return new ObserverSession(connection, settings, instance);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	private void prepareTables() throws SQLException {
		boolean mayCreate = this.settings.executes() && this.settings.createTables();
		if (mayCreate ? createTables() : HistoryTables.exist(this.jdbc, this.schema)) {
			useTables();
		}
		else if (this.settings.executes()) {
			throw new SQLException(missingTables(this.schema), "42P01");
		}
	}

	private boolean createTables() {
		try {
			HistoryTables.create(this.jdbc, this.schema);
		}
		catch (DataAccessException ex) {
			// what is needed may be there all the same
			if (!HistoryTables.exist(this.jdbc, this.schema)) {
				throw ex;
			}
		}
		return true;
	}

	private void useTables() {
		this.history = new History(this.jdbc, this.schema, this.settings.application());
		this.snapshots = new SharedSnapshots(this.jdbc, this.schema, this.settings.application());
	}

	private SQLException unprepared(SqlFailure failure, DataAccessException cause) {
		if (failure.sqlState().equals("25006")) {
			return new SQLException("The server is read-only (a standby?) and has no tables of Heavy Index yet."
					+ " Operations wait until it takes writes.", failure.sqlState(), cause);
		}
		return new SQLException("The tables of Heavy Index cannot be created or completed in schema " + this.schema
				+ ": " + failure.message()
				+ ". Grant the role CREATE on it, let their owner run io/github/heavyindex/history/schema.sql,"
				+ " or set heavy-index.history.schema.", failure.sqlState(), cause);
	}

	/**
	 * Who only observes may have been there before the tables; the next look reads them.
	 */
	void findTables() {
		if (this.history == null && HistoryTables.exist(this.jdbc, this.schema)) {
			useTables();
		}
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	/**
	 * Our tables, or {@code null} while there are none.
	 */
	@Nullable History history() {
		return this.history;
	}

	/**
	 * Does something with what instances share. Where the table for it is missing or may
	 * not be used, each instance looks for itself, as long as this session lasts.
	 * @return what came of it, or {@code null} if nothing could be done
	 * @throws DataAccessException if the session is lost
	 */
	<T> @Nullable T share(Function<SharedSnapshots, T> work) throws SQLException {
		SharedSnapshots snapshots = this.snapshots;
		if (snapshots == null) {
			return null;
		}
		try {
			return work.apply(snapshots);
		}
		catch (DataAccessException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(false) == ErrorClass.CONNECTION_LOST || isClosed()) {
				throw ex;
			}
			// a timeout says nothing of the next time
			if (!TIMEOUTS.contains(failure.sqlState())) {
				logger.info("Each instance looks at the database for itself, as they cannot share what one sees: "
						+ failure);
				this.snapshots = null;
			}
			return null;
		}
	}

	/**
	 * What tells instances apart that declare other operations, decide by other settings
	 * or see other tables.
	 */
	String key(Declarations declarations) {
		return declarations.key(this.schema, searchPath());
	}

	/**
	 * What the role does not see or cannot do, for people, or {@code null}.
	 */
	@Nullable String limits() {
		return this.limits;
	}

	List<String> searchPath() {
		return this.connection.server().searchPath();
	}

	int serverVersion() {
		return this.connection.server().serverVersion();
	}

	int majorVersion() {
		return this.connection.server().majorVersion();
	}

	/**
	 * Whether this session holds the lock of the instance that looks for all.
	 */
	boolean leads() {
		return this.leads;
	}

	void lead() {
		this.leads = true;
	}

	boolean hasNews() {
		return OrderNews.arrived(this.connection.jdbc(), this.connection.pid(), this.settings.application());
	}

	boolean isClosed() throws SQLException {
		return this.connection.jdbc().isClosed();
	}

	@Override
	public void close() {
		this.connection.close();
	}

	static String missingTables(String schema) {
		return "Of the tables " + String.join(", ", HistoryTables.NAMES) + " some are missing in schema " + schema
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

}
