package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.scheduling.TaskScheduler;

/**
 * One turn of the loop: observe, decide, act, record, show. Each turn observes everything
 * anew, so that a missed event costs nothing and a crash needs no path of its own. One
 * turn at a time. The loop of one database; of others it knows what it asks for.
 */
final class Reconciler implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Reconciler.class);

	private final Settings settings;

	private final List<IndexOperation> operations;

	private final Engine engine;

	private final Workers workers;

	private final LateAnalyses lateAnalyses;

	private final Actions actions;

	private final BoardSection board;

	private final StatusWriter writer;

	private final Announcer announcer;

	private final Follower follower;

	private final Leader leader;

	private final Waiters waiters = new Waiters();

	private final TaskScheduler scheduler;

	private volatile Runnable changed = () -> {
	};

	private final Consumer<Turn> turned;

	private Instant lastDeepLook = Instant.MIN;

	// the orders given here that the last look of our own has seen
	private long ordersSeen;

	// something has happened here that only a look of our own shows
	private volatile boolean mustLook;

	// news was told that what was published does not show yet
	private volatile boolean awaitsNews;

	/**
	 * Creates a reconciler.
	 * @param declared the operations on the database
	 * @param source where connections come from
	 * @param settings how to work
	 * @param instance this application instance
	 * @param scheduler where the operations run
	 * @param announcer tells people what changes
	 * @param observer goes along with the attempts
	 * @param elsewhere tells of operations on other databases
	 * @param turned is told what each turn has found out
	 */
	Reconciler(DeclaredOperations declared, ConnectionSource source, Settings settings, Instance instance,
			TaskScheduler scheduler, Announcer announcer, AttemptObserver observer, Elsewhere elsewhere,
			Consumer<Turn> turned) {
		this.settings = settings;
		this.operations = declared.operations();
		this.engine = new Engine(declared, source, settings, instance, observer, elsewhere);
		this.workers = new Workers(this.engine, scheduler, this::worked);
		this.lateAnalyses = new LateAnalyses(this.engine, scheduler);
		this.actions = new Actions(this.operations, this.engine, this.workers, this.lateAnalyses);
		HeavyIndexesStatus initial = StatusWriter.initial(this.operations, instance, settings.idle());
		this.board = new BoardSection(declared, initial);
		Declarations declarations = Declarations.of(this.operations, settings);
		this.follower = new Follower(this.engine, declarations, initial);
		this.leader = new Leader(this.engine, declarations);
		this.writer = new StatusWriter(instance, settings);
		this.announcer = announcer;
		this.turned = turned;
		this.scheduler = scheduler;
	}

	List<IndexOperation> operations() {
		return this.operations;
	}

	Settings settings() {
		return this.settings;
	}

	BoardSection board() {
		return this.board;
	}

	Engine engine() {
		return this.engine;
	}

	Waiters waiters() {
		return this.waiters;
	}

	/**
	 * Sets what to do when another turn is due at once.
	 */
	void onChange(Runnable changed) {
		this.changed = changed;
	}

	void changed() {
		this.changed.run();
	}

	private void worked() {
		this.mustLook = true;
		changed();
	}

	/**
	 * Whether an order has been given since the last turn, here or elsewhere. Sends
	 * nothing.
	 */
	boolean hasNews() {
		this.awaitsNews |= this.engine.hasNews();
		return this.awaitsNews;
	}

	/**
	 * Does one turn: looks and acts, or shows what the leader has seen.
	 * @return the time until the next one is due
	 */
	Duration reconcile() {
		if (this.operations.isEmpty()) {
			return this.settings.driftInterval();
		}
		HeavyIndexesStatus before = this.board.status();
		try {
			SharedView view = mayFollow() ? this.follower.read(before) : null;
			return (view != null) ? show(before, view) : look(before);
		}
		catch (SQLException ex) {
			return fail(before, ex);
		}
	}

	/**
	 * Whether what another instance has seen will do. It does not while operations run
	 * here, and it may not have seen what was done or ordered here.
	 */
	private boolean mayFollow() {
		return this.settings.shares() && !this.mustLook && this.workers.isEmpty() && this.lateAnalyses.isEmpty()
				&& this.waiters.orders() == this.ordersSeen;
	}

	private Duration show(HeavyIndexesStatus before, SharedView view) {
		this.board.publish(view.status(), view.past(), view.partitions());
		this.engine.paused(view.status().paused(), view.pausedBy());
		this.announcer.announce(before, view.status(), true);
		this.waiters.tell(view.status(), this.ordersSeen);
		// whoever published before the news was told is about to do so again, or is gone
		boolean old = Objects.equals(before.lastObserved(), view.status().lastObserved());
		boolean soon = this.awaitsNews && old || !isFinished(view.status());
		this.mustLook = this.awaitsNews && old;
		this.awaitsNews = false;
		Duration interval = jitter(soon ? this.settings.pollInterval() : this.settings.driftInterval());
		return (interval.compareTo(view.validity()) < 0) ? interval : view.validity();
	}

	/**
	 * Many instances that were started together need not ask together for ever.
	 */
	private static Duration jitter(Duration interval) {
		return interval.multipliedBy(ThreadLocalRandom.current().nextInt(900, 1101)).dividedBy(1000);
	}

	private Duration look(HeavyIndexesStatus before) throws SQLException {
		this.mustLook = false;
		this.awaitsNews = false;
		long orders = this.waiters.orders();
		Judgement judgement = observe();
		// a standby takes no writes, our own neither
		if (this.settings.executes() && !judgement.look().observation().readOnly()) {
			judgement = this.actions.carryOut(judgement);
		}
		boolean busy = judgement.leavesWork() || !this.lateAnalyses.isEmpty();
		HeavyIndexesStatus after = this.writer.write(this.operations, judgement, this.workers.working(),
				this.engine.limits(), this.engine.survey().undeclared());
		Map<String, List<PartitionStatus>> partitions = StatusWriter.partitions(judgement.look());
		this.board.publish(after, judgement.look().past(), partitions);
		Duration next = (busy || !isFinished(after)) ? this.settings.pollInterval() : this.settings.driftInterval();
		this.announcer.announce(before, after, true);
		this.waiters.tell(after, orders);
		this.ordersSeen = orders;
		this.turned.accept(Turn.observed(after, judgement, busy));
		publish(after, judgement.look(), partitions, next);
		// who looks in step with the leader, and a little later, would never find it
		// newer
		return (this.settings.shares() && !this.engine.leads()) ? jitter(next) : next;
	}

	private void publish(HeavyIndexesStatus status, Look look, Map<String, List<PartitionStatus>> partitions,
			Duration next) {
		// where something does not work here, others must find out whether it does there
		boolean others = look.observation().instances().size() > 1 && !this.workers.hasRefusals()
				&& !this.engine.isImpaired();
		if (this.settings.shares() && !look.observation().readOnly()) {
			this.leader.publish(status, look.past(), partitions, look.since(), others, next);
		}
	}

	private Duration fail(HeavyIndexesStatus before, SQLException ex) {
		if (!this.engine.closed()) {
			logger.debug("The database cannot be observed", ex);
			HeavyIndexesStatus after = new HeavyIndexesStatus(before.summary(), before.paused(), before.instance(),
					before.lastObserved(), SqlFailure.of(ex).message(), before.operations(),
					before.undeclaredInvalidIndexes());
			this.board.publish(after);
			this.announcer.announce(before, after, false);
			this.turned.accept(Turn.failed(after, ex));
		}
		return this.settings.pollInterval();
	}

	/**
	 * Observes, decides and shows, but does nothing: for operations of other databases
	 * that depend on what is found.
	 */
	void preview() throws SQLException {
		Judgement judgement = this.engine.judge(false);
		HeavyIndexesStatus status = this.writer.write(this.operations, judgement, Map.of(), this.settings.idle(),
				this.engine.survey().undeclared());
		this.board.publish(status, judgement.look().past(), StatusWriter.partitions(judgement.look()));
		this.turned.accept(Turn.observed(status, judgement, judgement.leavesWork()));
	}

	private Judgement observe() throws SQLException {
		Instant now = this.scheduler.getClock().instant();
		boolean deep = !now.isBefore(this.lastDeepLook.plus(this.settings.driftInterval()));
		Judgement judgement = this.engine.judge(deep);
		if (deep) {
			this.lastDeepLook = now;
		}
		return judgement;
	}

	private static boolean isFinished(HeavyIndexesStatus status) {
		Summary summary = status.summary();
		return summary.pending() + summary.running() == 0;
	}

	/**
	 * Cancels the builds of this instance and waits until they have cleaned up.
	 */
	void cancelBuilds() {
		this.engine.cancelBuilds();
		this.workers.cancelBuilds();
	}

	@Override
	public void close() {
		this.engine.close();
		this.workers.close();
		this.lateAnalyses.close();
		this.waiters.close();
	}

}
