package io.github.heavyindex;

import org.jspecify.annotations.Nullable;

/**
 * Holds index operations back for a reason of the application's own, as a nightly import.
 * Any bean of this type is asked, on the background thread, about once per
 * {@code heavy-index.poll-interval} while something is unfinished; it should be quick. Of
 * several instances that declare the same, the one that looks at the database for all
 * asks, and all where it throws there. Where operations are on several databases, the
 * loop of each asks it, and it must be thread-safe; what it holds back, it holds back on
 * all of them. Where {@code heavy-index.guard.stop-running} is set, a guard that holds
 * also cancels running builds. What it throws counts as unknown:
 * {@code heavy-index.guard.on-unknown}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HeavyIndexGuard {

	/**
	 * Why no operation may start now.
	 * @return a short reason with its figure, or {@code null} if nothing holds
	 */
	@Nullable String reasonToHold();

}
