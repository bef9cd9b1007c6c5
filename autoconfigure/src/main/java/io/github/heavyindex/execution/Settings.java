package io.github.heavyindex.execution;

import java.time.Duration;

import io.github.heavyindex.decision.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How the loop works.
 *
 * @param enabled whether anything is done at all
 * @param application whose operations; several applications may share a database
 * @param executes whether operations are carried out, or only observed
 * @param pollInterval the time between two observations while something is unfinished
 * @param driftInterval the time between two observations when nothing is
 * @param slots how many operations may run at once, over all instances
 * @param lockTimeout the longest wait for the short exclusive steps
 * @param retry how failed attempts are repeated
 * @param createTables whether our own tables are created where missing
 * @param schema the schema of our tables, or {@code null} for the first of the search
 * path
 * @param showQueries whether the statements of other sessions are shown
 */
public record Settings(boolean enabled, String application, boolean executes, Duration pollInterval,
		Duration driftInterval, int slots, Duration lockTimeout, RetryPolicy retry, boolean createTables,
		@Nullable String schema, boolean showQueries) {

}
