package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.HeavyIndexesStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the loop has carried out what can be carried out, and says how far it got.
 * The work itself is the loop's, as in the background: other instances, jobs among them,
 * may work beside.
 *
 * @since 0.1.0
 */
public final class JobTask implements ExitingTask {

	private static final Duration SETTLING = Duration.ofMinutes(1);

	private static final Log logger = LogFactory.getLog(JobTask.class);

	private final Reconciler reconciler;

	private final JobRules rules;

	private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>();

	// used by the thread that runs only
	private @Nullable Turn last;

	private @Nullable Instant since;

	private long settlingSince;

	/**
	 * Creates a job.
	 * @param reconciler who does the work
	 * @param rules how the job ends
	 */
	public JobTask(Reconciler reconciler, JobRules rules) {
		this.reconciler = reconciler;
		this.rules = rules;
		reconciler.onTurn(this.turns::add);
	}

	@Override
	public int run() throws InterruptedException {
		long begin = System.nanoTime();
		HeavyIndexesStatus initial = this.reconciler.board().status();
		if (!this.reconciler.settings().enabled() || initial.operations().isEmpty()) {
			logger.info((initial.problem() != null) ? initial.problem() : "No index operation is declared");
			return HeavyIndexExit.DONE;
		}
		Terminal terminal = Terminal.standard();
		JobProgress progress = new JobProgress(terminal);
		try {
			boolean inTime = await(begin, progress);
			int code = JobOutlook.exitCode(this.last, this.rules);
			progress.end();
			terminal.print(summary(begin, inTime ? null : "heavy-index.job.timeout is over", code).text());
			return code;
		}
		catch (InterruptedException ex) {
			progress.end();
			terminal
				.print(summary(begin, this.reconciler.settings().cancelOnClose() ? "stopped; its builds are cancelled"
						: "stopped; its builds go on in their server sessions", null)
					.text());
			throw ex;
		}
	}

	/**
	 * Waits until nothing more happens by itself.
	 * @return whether that was so before the timeout
	 */
	private boolean await(long begin, JobProgress progress) throws InterruptedException {
		Duration timeout = this.rules.timeout();
		while (true) {
			Turn turn = (timeout == null) ? this.turns.take()
					: this.turns.poll(begin + timeout.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
			if (turn == null) {
				return false;
			}
			this.last = turn;
			if (this.since == null) {
				this.since = turn.status().lastObserved();
			}
			progress.show(turn.status());
			if (isOver(JobOutlook.of(turn, timeout != null))) {
				return true;
			}
		}
	}

	private boolean isOver(JobOutlook outlook) {
		if (outlook != JobOutlook.SETTLING) {
			this.settlingSince = 0;
			return outlook == JobOutlook.SETTLED;
		}
		if (this.settlingSince == 0) {
			this.settlingSince = System.nanoTime();
		}
		return System.nanoTime() - this.settlingSince > SETTLING.toNanos();
	}

	private JobSummary summary(long begin, @Nullable String end, @Nullable Integer code) {
		HeavyIndexesStatus status = (this.last != null) ? this.last.status() : this.reconciler.board().status();
		return new JobSummary(status, this.since, Duration.ofNanos(System.nanoTime() - begin), end, this.rules, code);
	}

}
