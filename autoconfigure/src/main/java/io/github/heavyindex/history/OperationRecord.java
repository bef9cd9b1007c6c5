package io.github.heavyindex.history;

import java.time.Instant;

import io.github.heavyindex.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * What we remember of one operation.
 *
 * @param name the operation's name
 * @param sql the statement that was declared then
 * @param state the state
 * @param adopted whether the work was found done or under way
 * @param attempts attempts started since the operation was declared or retried
 * @param startedAt when the last attempt started, by the database's clock, or
 * {@code null}
 * @param finishedAt when the operation ended, or {@code null}
 * @param nextAttemptAt when the next attempt is due, or {@code null}
 * @param instance the application instance of the last attempt, or {@code null}
 * @param instanceKey the key of that instance, or {@code null}
 * @param pid the server session of the last attempt, or {@code null}
 * @param sessionStartedAt when that session began, or {@code null}
 * @param runNow whether a person has ordered the operation past window and guards
 * @param lastError the last error and the mend, or {@code null}
 * @param definition the index's definition in the catalog when it was last verified, or
 * {@code null}
 * @param definitionVersion the major version of the server that printed the definition,
 * or {@code null}
 * @param updatedAt when the record changed last
 * @param indexOid the oid of the index when the last attempt started, or {@code null}
 * @param freshBloat the bloat in percent that was estimated after the last rebuild, or
 * {@code null}
 * @since 0.1.0
 */
public record OperationRecord(String name, String sql, OperationState state, boolean adopted, int attempts,
		@Nullable Instant startedAt, @Nullable Instant finishedAt, @Nullable Instant nextAttemptAt,
		@Nullable String instance, @Nullable Integer instanceKey, @Nullable Integer pid,
		@Nullable Instant sessionStartedAt, boolean runNow, @Nullable String lastError, @Nullable String definition,
		@Nullable Integer definitionVersion, Instant updatedAt, @Nullable Long indexOid, @Nullable Double freshBloat) {

}
