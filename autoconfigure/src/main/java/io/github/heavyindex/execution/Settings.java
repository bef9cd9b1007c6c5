package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;

import io.github.heavyindex.HeavyIndexGuard;
import io.github.heavyindex.decision.Policy;
import io.github.heavyindex.decision.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How the loop works.
 *
 * @param idle why the loop does not turn at all, or {@code null} if it does
 * @param application whose operations; several applications may share a database
 * @param executes whether operations are carried out, or only observed
 * @param shares whether one instance looks at the database for all that declare the same
 * @param pollInterval the time between two observations while something is unfinished
 * @param driftInterval the time between two observations when nothing is
 * @param policy what decisions depend on
 * @param userGuards the application's own guards
 * @param cancelOnClose whether closing the application cancels its builds
 * @param lockTimeout the longest wait for the short exclusive steps
 * @param createTables whether our own tables are created where missing
 * @param schema the schema of our tables, or {@code null} for the first of the search
 * path
 * @param showQueries whether the statements of other sessions are shown
 * @param build how indexes are built
 * @since 0.1.0
 */
public record Settings(@Nullable String idle, String application, boolean executes, boolean shares,
		Duration pollInterval, Duration driftInterval, Policy policy, List<HeavyIndexGuard> userGuards,
		boolean cancelOnClose, Duration lockTimeout, boolean createTables, @Nullable String schema, boolean showQueries,
		BuildPolicy build) {

	/**
	 * Whether the loop turns.
	 */
	boolean enabled() {
		return this.idle == null;
	}

	/**
	 * How failed attempts are repeated.
	 */
	RetryPolicy retry() {
		return this.policy.retry();
	}

	/**
	 * How many operations may run at once, over all instances.
	 */
	int slots() {
		return this.policy.maxConcurrentOperations();
	}

}
