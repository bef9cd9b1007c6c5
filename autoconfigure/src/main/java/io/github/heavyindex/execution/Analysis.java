package io.github.heavyindex.execution;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.execution.BuildPolicy.AnalyzePolicy;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

/**
 * Analyzes a table after an index was built on it, by the session that holds the table's
 * lock. An expression has no statistics before, and the planner guesses. The index is
 * complete without them, so that whatever goes wrong here is a warning.
 * <p>
 * The table is analyzed as a whole: {@code ANALYZE} with a list of columns leaves the
 * expressions of indexes out ({@code do_analyze_rel} in PostgreSQL's source). It never
 * queues for the table's lock ({@code SKIP_LOCKED}): a session that waits for that would
 * end in a deadlock with somebody else's concurrent build, and throw an autovacuum out.
 */
final class Analysis {

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private static final Duration PAUSE = Duration.ofMillis(200);

	private final AnalyzePolicy policy;

	private final Duration lockTimeout;

	private final PhysicalConnection connection;

	Analysis(Settings settings, PhysicalConnection connection) {
		this.policy = settings.build().analyze();
		this.lockTimeout = settings.lockTimeout();
		this.connection = connection;
	}

	/**
	 * Analyzes the table of an index that was built, where that is wanted.
	 * @param index the index
	 * @param begins told before it begins
	 * @return what went wrong, with its mend, or {@code null}
	 * @throws SQLException if the connection was lost
	 */
	@Nullable String run(CatalogRelation index, Runnable begins) throws SQLException {
		IndexState state = index.index();
		if (state == null || this.policy == AnalyzePolicy.NEVER) {
			return null;
		}
		RelationName table = state.tableName();
		try {
			if (this.policy == AnalyzePolicy.EXPRESSION_ONLY && !hasExpressions(index)) {
				return null;
			}
			begins.run();
			// what SKIP_LOCKED leaves: locks on indexes, and on tables that inherit
			this.connection.execute("set lock_timeout = " + this.lockTimeout.toMillis());
			this.connection.execute("set client_min_messages = warning");
			long start = System.nanoTime();
			SQLWarning warning = analyze(table);
			while (warning != null && LOCK_NOT_AVAILABLE.equals(warning.getSQLState())
					&& Duration.ofNanos(System.nanoTime() - start).compareTo(this.lockTimeout) < 0 && pause()) {
				warning = analyze(table);
			}
			return (warning != null) ? text(table, "[" + warning.getSQLState() + "] " + warning.getMessage()) : null;
		}
		catch (SQLException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			return text(table, failure.toString());
		}
	}

	private boolean hasExpressions(CatalogRelation index) throws SQLException {
		try (PreparedStatement statement = this.connection.jdbc()
			.prepareStatement("select indexprs is not null from pg_index where indexrelid = ?::oid")) {
			statement.setLong(1, index.oid());
			try (ResultSet rows = statement.executeQuery()) {
				return rows.next() && rows.getBoolean(1);
			}
		}
	}

	private @Nullable SQLWarning analyze(RelationName table) throws SQLException {
		try (Statement statement = this.connection.jdbc().createStatement()) {
			statement.setEscapeProcessing(false);
			statement.execute("analyze (skip_locked) " + table.quoted());
			return statement.getWarnings();
		}
	}

	private static String text(RelationName table, String reason) {
		return "The index is complete, but ANALYZE " + table + " is not: " + reason
				+ ". Run it by hand, or leave it to autovacuum.";
	}

	private static boolean pause() {
		try {
			Thread.sleep(PAUSE.toMillis());
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
