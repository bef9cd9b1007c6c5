package io.github.heavyindex.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of the rows of our tables.
 */
final class HistoryRows {

	private HistoryRows() {
	}

	static OperationOrder order(ResultSet row) throws SQLException {
		return new OperationOrder(row.getString("order_sql"), row.getBoolean("paused"), row.getBoolean("approved"),
				row.getBoolean("rollback"), row.getObject("own_index", Long.class), row.getString("dropped"),
				row.getObject("properties_of", Long.class), row.getString("properties"), row.getString("actor"),
				row.getTimestamp("ordered_at").toInstant());
	}

	static OperationRecord operation(ResultSet row) throws SQLException {
		return new OperationRecord(row.getString("name"), row.getString("sql"),
				OperationState.valueOf(row.getString("state")), row.getBoolean("adopted"), row.getInt("attempts"),
				instant(row, "started_at"), instant(row, "finished_at"), instant(row, "next_attempt_at"),
				row.getString("instance"), row.getObject("instance_key", Integer.class),
				row.getObject("pid", Integer.class), instant(row, "session_started_at"), row.getBoolean("run_now"),
				row.getString("last_error"), row.getString("definition"),
				row.getObject("definition_version", Integer.class), row.getTimestamp("updated_at").toInstant(),
				row.getObject("index_oid", Long.class), row.getObject("index_bloat", Double.class));
	}

	static OperationAttempt attempt(ResultSet row) throws SQLException {
		Instant startedAt = row.getTimestamp("started_at").toInstant();
		Instant finishedAt = instant(row, "finished_at");
		return new OperationAttempt(row.getInt("attempt"), startedAt, finishedAt,
				(finishedAt != null) ? Duration.between(startedAt, finishedAt) : null, row.getString("instance"),
				row.getInt("pid"), Outcome.valueOf(row.getString("outcome")), row.getString("sql_state"),
				row.getString("error"), row.getObject("size_before", Long.class),
				row.getObject("size_after", Long.class));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		Timestamp timestamp = row.getTimestamp(column);
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

}
