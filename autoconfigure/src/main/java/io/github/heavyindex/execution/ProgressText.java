package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.OperationProgress;
import org.jspecify.annotations.Nullable;

/**
 * Says how far a running operation is, and who is in whose way.
 */
final class ProgressText {

	private ProgressText() {
	}

	static String of(OperationProgress progress) {
		Duration remaining = progress.remaining();
		return done(progress)
				+ ((remaining != null && remaining.toSeconds() > 0) ? ", about " + Figures.duration(remaining) + " left"
						: "")
				+ sessions(", blocked by ", progress.blockedBy()) + sessions(", waited for by ", progress.blocking());
	}

	/**
	 * In short: how far, by which session, and the first that is in its way.
	 */
	static String brief(OperationProgress progress) {
		List<DatabaseSession> blockers = progress.blockedBy();
		String blocked = "";
		if (!blockers.isEmpty()) {
			DatabaseSession first = blockers.get(0);
			blocked = ", blocked by pid " + first.pid()
					+ ((first.application() != null && !first.application().isEmpty())
							? " (" + first.application() + ")" : "")
					+ ((blockers.size() > 1) ? " and " + (blockers.size() - 1) + " more" : "");
		}
		return done(progress) + ", server session " + progress.pid() + blocked;
	}

	// of a drop or a rename the server shows no phase
	private static String done(OperationProgress progress) {
		return progress.percent() + " %" + ((progress.phase() != null) ? ", " + progress.phase() : "");
	}

	/**
	 * Who waits for the build, what comes of that, and the mend. Nobody waits for a build
	 * but who asks for a lock that shuts it out, and those who queue behind that.
	 * @param yieldAfter how long traffic may queue before a build gives way, or
	 * {@code null} if it never does
	 */
	static String conflict(OperationProgress progress, @Nullable Duration yieldAfter) {
		List<DatabaseSession> waiting = progress.blocking();
		DatabaseSession first = waiting.get(0);
		if (progress.phase() != null && progress.phase().startsWith("analyzing")) {
			return session(first) + " waits for the table, which is being analyzed. The index is complete; the"
					+ " ANALYZE gives way once reads or writes have queued for heavy-index.lock-timeout.";
		}
		return session(first) + " waits for the build's lock"
				+ ((waiting.size() > 1) ? ", and " + (waiting.size() - 1) + " more" : "")
				+ ". Reads and writes queue behind an ALTER TABLE, and at its end the build dies of it (of ANALYZE and"
				+ " CREATE STATISTICS too, of VACUUM not). "
				+ ((yieldAfter != null)
						? "Once reads or writes have queued for " + yieldAfter.toMillis() + " ms, the build gives way."
						: "Let it give way (select pg_cancel_backend(" + first.pid()
								+ ")) and come back later, or set heavy-index.build.on-conflict=yield.");
	}

	private static String sessions(String what, List<DatabaseSession> sessions) {
		return sessions.isEmpty() ? ""
				: what + sessions.stream().map(ProgressText::session).collect(Collectors.joining("; "));
	}

	private static String session(DatabaseSession session) {
		return "pid " + session.pid() + " (" + session.user() + ", " + session.application() + ", " + session.state()
				+ ((session.since() != null) ? " since " + Figures.duration(session.since()) : "") + ")";
	}

}
