package io.github.heavyindex.decision;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A server session that holds a lock.
 *
 * @param pid the process id; 0 is a prepared transaction
 * @param active whether it runs a statement now; {@code false} also where the role may
 * not see it
 * @param application its {@code application_name}, or {@code null} if unknown; for people
 * only
 * @param startedAt when the session began, which tells it from a later one of the same
 * pid, or {@code null} if the role may not see it
 * @since 0.1.0
 */
public record Holder(int pid, boolean active, @Nullable String application, @Nullable Instant startedAt) {

}
