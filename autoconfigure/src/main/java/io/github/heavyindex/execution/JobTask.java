package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.HeavyIndexesStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the loops have carried out what can be carried out, and says how far it
 * got. The work itself is the loops', as in the background: other instances, jobs among
 * them, may work beside.
 *
 * @since 0.1.0
 */
public final class JobTask implements ExitingTask {

	private static final Duration SETTLING = Duration.ofMinutes(1);

	private static final Log logger = LogFactory.getLog(JobTask.class);

	private final Reconcilers reconcilers;

	private final JobRules rules;

	private final BlockingQueue<Map.Entry<Reconciler, Turn>> turns = new LinkedBlockingQueue<>();

	// used by the thread that runs only
	private final Map<Reconciler, Turn> last = new HashMap<>();

	// each by its database's clock
	private final Map<@Nullable String, Instant> since = new HashMap<>();

	private long settlingSince;

	/**
	 * Creates a job.
	 * @param reconcilers who do the work
	 * @param rules how the job ends
	 */
	public JobTask(Reconcilers reconcilers, JobRules rules) {
		this.reconcilers = reconcilers;
		this.rules = rules;
		reconcilers.onTurn((reconciler, turn) -> this.turns.add(Map.entry(reconciler, turn)));
	}

	@Override
	public int run() throws InterruptedException {
		long begin = System.nanoTime();
		HeavyIndexesStatus initial = this.reconcilers.board().status();
		if (!this.reconcilers.settings().enabled() || initial.operations().isEmpty()) {
			logger.info((initial.problem() != null) ? initial.problem() : "No index operation is declared");
			return HeavyIndexExit.DONE;
		}
		Terminal terminal = Terminal.standard();
		JobProgress progress = new JobProgress(terminal);
		try {
			boolean inTime = await(begin, progress);
			int code = JobOutlook.exitCode(lastTurns(), this.rules);
			progress.end();
			terminal.print(summary(begin, inTime ? null : "heavy-index.job.timeout is over", code).text());
			return code;
		}
		catch (InterruptedException ex) {
			progress.end();
			terminal.print(summary(begin, stopped(), null).text());
			throw ex;
		}
	}

	private String stopped() {
		boolean seen = lastTurns().stream().allMatch((turn) -> turn != null && turn.failure() == null);
		if (!seen) {
			return "stopped; what becomes of its builds is not known";
		}
		return this.reconcilers.settings().cancelOnClose() ? "stopped; its builds are being cancelled"
				: "stopped; its builds go on in their server sessions";
	}

	/**
	 * Waits until nothing more happens by itself.
	 * @return whether that was so before the timeout
	 */
	private boolean await(long begin, JobProgress progress) throws InterruptedException {
		Duration timeout = this.rules.timeout();
		while (true) {
			Map.Entry<Reconciler, Turn> next = (timeout == null) ? this.turns.take()
					: this.turns.poll(begin + timeout.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
			if (next == null) {
				return false;
			}
			Instant observed = next.getValue().status().lastObserved();
			if (observed != null) {
				this.since.putIfAbsent(next.getKey().board().dataSource(), observed);
			}
			this.last.put(next.getKey(), next.getValue());
			progress.show(this.reconcilers.board().status());
			if (isOver(JobOutlook.of(lastTurns(), timeout != null))) {
				return true;
			}
		}
	}

	private List<@Nullable Turn> lastTurns() {
		List<@Nullable Turn> turns = new ArrayList<>();
		this.reconcilers.all().forEach((reconciler) -> turns.add(this.last.get(reconciler)));
		return turns;
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
		return new JobSummary(this.reconcilers.board().status(), this.since::get,
				Duration.ofNanos(System.nanoTime() - begin), end, this.rules, code);
	}

}
