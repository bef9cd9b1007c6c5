package io.github.heavyindex.decision;

import java.time.Duration;

import io.github.heavyindex.OnMismatch;
import org.jspecify.annotations.Nullable;

/**
 * The settings that decisions depend on.
 *
 * @param maxConcurrentOperations how many operations may run at once, over all instances
 * @param guards what holds operations back
 * @param maxDuration the longest time an attempt may take, or {@code null}; an operation
 * may set its own
 * @param yieldAfter how long reads or writes may queue behind a statement that waits for
 * a build before the build gives way, or {@code null} for ever
 * @param retry how often and when an attempt is repeated
 * @param upkeep how completed operations are looked after
 * @param onMismatch what to do about an index of another definition, where the operation
 * does not say
 * @since 0.1.0
 */
public record Policy(int maxConcurrentOperations, Guards guards, @Nullable Duration maxDuration,
		@Nullable Duration yieldAfter, RetryPolicy retry, Upkeep upkeep, OnMismatch onMismatch) {

	/**
	 * Whether reads or writes have queued too long behind a statement that waits for one
	 * of our builds.
	 * @param heldUp how long they have queued, or {@code null} if nobody does
	 * @return whether the build must give way
	 */
	public boolean givesWay(@Nullable Duration heldUp) {
		return heldUp != null && this.yieldAfter != null && heldUp.compareTo(this.yieldAfter) > 0;
	}

}
