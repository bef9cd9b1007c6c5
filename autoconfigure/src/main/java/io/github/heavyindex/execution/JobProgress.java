package io.github.heavyindex.execution;

import java.time.Duration;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How far a job is: a bar where the output is a terminal, else a line of the log each
 * tenth of the operations or minute; the log tells of each operation anyway. Not
 * thread-safe.
 */
final class JobProgress {

	static final int COLUMNS = 79;

	private static final int BAR = 20;

	private static final Duration REPEAT = Duration.ofMinutes(1);

	private static final Log logger = LogFactory.getLog("io.github.heavyindex");

	private final Terminal terminal;

	private int tenth;

	private long toldAt = System.nanoTime();

	JobProgress(Terminal terminal) {
		this.terminal = terminal;
	}

	void show(HeavyIndexesStatus status) {
		if (this.terminal.interactive()) {
			this.terminal.overwrite(bar(status));
			return;
		}
		Summary summary = status.summary();
		int tenth = 10 * ended(summary) / Math.max(1, summary.total());
		if (tenth > this.tenth || System.nanoTime() - this.toldAt > REPEAT.toNanos()) {
			this.tenth = tenth;
			this.toldAt = System.nanoTime();
			String text = text(status);
			logger.info(
					"Job: " + ended(summary) + " of " + summary.total() + " operations have ended, " + summary.running()
							+ " running, " + summary.pending() + " waiting" + (text.isEmpty() ? "" : ": " + text));
		}
	}

	void end() {
		if (this.terminal.interactive()) {
			this.terminal.overwrite("");
		}
	}

	/**
	 * All operations count alike, a running one by its percentage.
	 */
	static String bar(HeavyIndexesStatus status) {
		Summary summary = status.summary();
		double done = ended(summary);
		for (OperationStatus operation : status.operations()) {
			OperationProgress progress = operation.progress();
			done += (progress != null) ? progress.percent() / 100 : 0;
		}
		double percent = (summary.total() > 0) ? Math.floor(1000 * done / summary.total()) / 10 : 100;
		int filled = (int) (percent * BAR / 100);
		String line = "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] " + percent + " % " + ended(summary)
				+ "/" + summary.total() + " " + text(status);
		return (line.length() <= COLUMNS) ? line : line.substring(0, COLUMNS - 3) + "...";
	}

	private static int ended(Summary summary) {
		return summary.total() - summary.pending() - summary.running();
	}

	private static String text(HeavyIndexesStatus status) {
		OperationStatus running = first(status, OperationState.RUNNING);
		if (running == null && status.lastObserved() == null) {
			return (status.problem() != null) ? status.problem() : "";
		}
		if (running != null) {
			OperationProgress progress = running.progress();
			if (progress == null) {
				return running.name();
			}
			String left = (progress.remaining() != null && progress.remaining().toSeconds() > 0)
					? Figures.duration(progress.remaining()) + " left, " : "";
			String blocked = progress.blockedBy().isEmpty() ? ""
					: "blocked by pid " + progress.blockedBy().get(0).pid() + ", ";
			return left + blocked + running.name() + ((progress.phase() != null) ? ": " + progress.phase() : "");
		}
		OperationStatus waiting = first(status, OperationState.PENDING);
		return (waiting != null) ? waiting.name() + " waits: " + waiting.waitingFor() : "";
	}

	private static @Nullable OperationStatus first(HeavyIndexesStatus status, OperationState state) {
		return status.operations().stream().filter((operation) -> operation.state() == state).findFirst().orElse(null);
	}

}
