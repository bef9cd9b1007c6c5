package io.github.heavyindex;

import java.time.Duration;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A session of the database server that blocks an operation, or that waits for it.
 *
 * @param pid the process id of the server session; 0 is a prepared transaction
 * @param user the role, or {@code null} if unknown
 * @param application the {@code application_name}, or {@code null} if unknown; for a
 * prepared transaction its identifier
 * @param state the session's state, as in {@code idle in transaction}, or {@code null} if
 * the role may not see it
 * @param since how long it has been in its transaction or has waited, or {@code null} if
 * unknown
 * @param query the session's statement, or {@code null} unless
 * {@code heavy-index.show-queries} is set
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DatabaseSession(int pid, @Nullable String user, @Nullable String application, @Nullable String state,
		@Nullable Duration since, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String query) {

}
