package io.github.heavyindex.decision;

import java.time.Instant;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * What our own table remembers of an operation: history, never the truth.
 *
 * @param state the recorded state
 * @param sql the statement that was declared then
 * @param attempts attempts started since the operation was declared or retried
 * @param nextAttemptAt when the next attempt is due, or {@code null}
 * @param startedAt when the last attempt started, or {@code null}
 * @param runNow whether a person has ordered the operation past window and guards
 * @param pid the server session of the last attempt, or {@code null}
 * @param sessionStartedAt when that session began, or {@code null} if unknown
 * @param instanceKey the key of the application instance of the last attempt, or
 * {@code null}
 * @param indexOid the oid of the index when the last attempt started, or {@code null}
 * @param freshBloat the bloat that was estimated right after the last rebuild, or
 * {@code null}
 * @since 0.1.0
 */
public record Recorded(OperationState state, String sql, int attempts, @Nullable Instant nextAttemptAt,
		@Nullable Instant startedAt, boolean runNow, @Nullable Integer pid, @Nullable Instant sessionStartedAt,
		@Nullable Integer instanceKey, @Nullable Long indexOid, @Nullable Double freshBloat) {

	/**
	 * Whether a session is the one of the last attempt.
	 */
	boolean isSession(Holder holder) {
		return this.pid != null && this.pid == holder.pid() && (this.sessionStartedAt == null
				|| holder.startedAt() == null || this.sessionStartedAt.equals(holder.startedAt()));
	}

	/**
	 * The same attempts, as those of the operation that undoes the recorded one: a person
	 * has ordered it.
	 */
	Recorded undoing(IndexOperation undo) {
		return new Recorded(this.state, undo.sql(), this.attempts, this.nextAttemptAt, this.startedAt, true, this.pid,
				this.sessionStartedAt, this.instanceKey, this.indexOid, this.freshBloat);
	}

	/**
	 * Nothing is remembered.
	 * @param sql the declared statement
	 * @return a pending record
	 */
	static Recorded none(String sql) {
		return new Recorded(OperationState.PENDING, sql, 0, null, null, false, null, null, null, null, null);
	}

	/**
	 * Whether this is the recorded state of that very declaration. What was recorded of
	 * another statement under the same name says nothing about this one.
	 * @param state a state
	 * @param operation the operation as it is declared now
	 * @return whether both agree
	 */
	boolean is(OperationState state, IndexOperation operation) {
		return this.state == state && isOf(operation);
	}

	/**
	 * Whether the operation was declared then as it is now.
	 * @param operation the operation as it is declared now
	 * @return whether it was
	 */
	boolean isOf(IndexOperation operation) {
		return this.sql.equals(operation.sql());
	}

}
