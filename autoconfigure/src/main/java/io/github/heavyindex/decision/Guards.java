package io.github.heavyindex.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What holds operations back, whichever it is, and what stops running builds.
 *
 * @param window the hours in which operations may start, or {@code null} for all
 * @param maxActiveConnections the most active connections, or {@code null} for any number
 * @param maxTransactionAge the age of the oldest transaction, or {@code null} for any
 * @param maxReplicationLag the longest replication lag, or {@code null} for any
 * @param stopRunning whether a guard that holds also stops running builds
 * @param holdOnUnknown whether a guard that cannot tell holds
 * @since 0.1.0
 */
public record Guards(@Nullable Window window, @Nullable Integer maxActiveConnections,
		@Nullable Duration maxTransactionAge, @Nullable Duration maxReplicationLag, boolean stopRunning,
		boolean holdOnUnknown) {

	/**
	 * Nothing holds.
	 */
	public static final Guards NONE = new Guards(null, null, null, null, false, true);

	/**
	 * Whether the server's load must be read.
	 * @return whether any guard asks for it
	 */
	public boolean askForLoad() {
		return this.maxActiveConnections != null || this.maxTransactionAge != null || this.maxReplicationLag != null;
	}

	/**
	 * Why no operation may start.
	 * @param now the database's time
	 * @param load how busy the server is
	 * @param worked when operations ran
	 * @return the reason with its figure, or {@code null} if nothing holds
	 */
	@Nullable String hold(Instant now, Load load, Collection<Span> worked) {
		String closed = closed(now, worked);
		if (closed != null) {
			return closed;
		}
		String busy = busy(load);
		return (busy != null) ? busy : oldTransaction(load);
	}

	/**
	 * Why a running build must stop.
	 * @param now the database's time
	 * @param load how busy the server is
	 * @param worked when operations ran
	 * @return the reason with its figure, or {@code null} if it may go on
	 */
	@Nullable String stop(Instant now, Load load, Collection<Span> worked) {
		if (this.window != null && this.window.stopRunning()) {
			String closed = closed(now, worked);
			if (closed != null) {
				return closed;
			}
		}
		// an old transaction harms nobody but the build, which waits for it
		return this.stopRunning ? busy(load) : null;
	}

	private @Nullable String closed(Instant now, Collection<Span> worked) {
		if (this.window == null) {
			return null;
		}
		Instant since = this.window.openSince(now);
		if (since == null) {
			return "window opens " + this.window.nextOpening(now);
		}
		Duration limit = this.window.maxDuration();
		if (limit == null) {
			return null;
		}
		Duration used = Span.covered(worked, since, now);
		return (used.compareTo(limit) < 0) ? null
				: "window: " + text(used) + " of " + text(limit) + " used, opens " + this.window.nextOpening(now);
	}

	private @Nullable String busy(Load load) {
		if (this.maxActiveConnections != null) {
			if (load.activeConnections() == null) {
				return unknown("active connections");
			}
			if (load.activeConnections() > this.maxActiveConnections) {
				return "guard: " + load.activeConnections() + " active connections > " + this.maxActiveConnections;
			}
		}
		if (this.maxReplicationLag != null) {
			if (load.replicationLag() == null) {
				return unknown("replication lag");
			}
			if (load.replicationLag().compareTo(this.maxReplicationLag) > 0) {
				return "guard: replication lag " + load.replicationLag().toMillis() + " ms > "
						+ this.maxReplicationLag.toMillis() + " ms";
			}
		}
		return null;
	}

	private @Nullable String oldTransaction(Load load) {
		if (this.maxTransactionAge == null) {
			return null;
		}
		Load.OldTransaction oldest = load.oldest();
		if (oldest != null && oldest.age().compareTo(this.maxTransactionAge) > 0) {
			return "guard: transaction of pid " + oldest.pid() + " (" + oldest.description() + ") open for "
					+ oldest.age().toSeconds() + " s > " + this.maxTransactionAge.toSeconds() + " s";
		}
		return load.hiddenTransactions() ? unknown("age of other roles' transactions") : null;
	}

	private @Nullable String unknown(String what) {
		return this.holdOnUnknown ? "guard: " + what + " unknown (grant pg_read_all_stats, or set"
				+ " heavy-index.guard.on-unknown=ignore)" : null;
	}

	private static String text(Duration duration) {
		return (duration.toMinutes() > 0) ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
	}

	/**
	 * A span of time.
	 *
	 * @param from its begin
	 * @param to its end, or {@code null} while it lasts
	 */
	public record Span(Instant from, @Nullable Instant to) {

		/**
		 * How much of a time is covered by spans, overlaps counted once.
		 */
		static Duration covered(Collection<Span> spans, Instant from, Instant to) {
			List<Span> sorted = new ArrayList<>(spans);
			sorted.sort(Comparator.comparing(Span::from));
			Duration covered = Duration.ZERO;
			Instant reached = from;
			for (Span span : sorted) {
				Instant begin = span.from.isAfter(reached) ? span.from : reached;
				Instant end = (span.to != null && span.to.isBefore(to)) ? span.to : to;
				if (end.isAfter(begin)) {
					covered = covered.plus(Duration.between(begin, end));
					reached = end;
				}
			}
			return covered;
		}

	}

}
