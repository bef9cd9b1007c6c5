package io.github.heavyindex.execution;

import java.util.List;

import io.github.heavyindex.HeavyIndexGuard;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application's own guards, once a turn. The loop asks, everybody reads.
 */
final class GuardCheck {

	private final List<HeavyIndexGuard> guards;

	private final boolean holdOnUnknown;

	private volatile boolean failed;

	private volatile @Nullable String held;

	GuardCheck(List<HeavyIndexGuard> guards, boolean holdOnUnknown) {
		this.guards = List.copyOf(guards);
		this.holdOnUnknown = holdOnUnknown;
	}

	void ask() {
		String held = null;
		this.failed = false;
		for (HeavyIndexGuard guard : this.guards) {
			held = (held != null) ? held : reason(guard);
		}
		this.held = held;
	}

	/**
	 * Why operations are held back, or {@code null}.
	 */
	@Nullable String held() {
		return this.held;
	}

	/**
	 * Whether a guard failed to answer.
	 */
	boolean failed() {
		return this.failed;
	}

	private @Nullable String reason(HeavyIndexGuard guard) {
		try {
			String reason = guard.reasonToHold();
			return (reason != null) ? "guard: " + reason : null;
		}
		catch (RuntimeException ex) {
			this.failed = true;
			return this.holdOnUnknown ? "guard: " + guard.getClass().getSimpleName() + " failed: " + ex : null;
		}
	}

}
