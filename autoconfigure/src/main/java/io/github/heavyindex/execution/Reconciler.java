package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.history.Transition;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.TaskScheduler;

/**
 * One turn of the loop: observe, decide, act, record, show. Each turn observes everything
 * anew, so that a missed event costs nothing and a crash needs no path of its own. One
 * turn at a time.
 *
 * @since 0.1.0
 */
public final class Reconciler implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Reconciler.class);

	private final Settings settings;

	private final List<IndexOperation> operations;

	private final Engine engine;

	private final Workers workers;

	private final LateAnalyses lateAnalyses;

	private final Board board;

	private final StatusWriter writer;

	private final Announcer announcer;

	private final Follower follower;

	private final Leader leader;

	private final Waiters waiters = new Waiters();

	private final TaskScheduler scheduler;

	private volatile Runnable changed = () -> {
	};

	private volatile Consumer<Turn> turned = (turn) -> {
	};

	private Instant lastDeepLook = Instant.MIN;

	// the orders given here that the last look of our own has seen
	private long ordersSeen;

	/**
	 * Creates a reconciler.
	 * @param declared the operations
	 * @param source where connections come from
	 * @param settings how to work
	 * @param instance this application instance
	 * @param scheduler where the operations run
	 * @param publisher where events go
	 * @param observer goes along with the attempts
	 */
	public Reconciler(DeclaredOperations declared, ConnectionSource source, Settings settings, Instance instance,
			TaskScheduler scheduler, ApplicationEventPublisher publisher, AttemptObserver observer) {
		this.settings = settings;
		this.operations = declared.operations();
		this.engine = new Engine(declared, source, settings, instance, observer);
		this.workers = new Workers(this.engine, scheduler, this::changed);
		this.lateAnalyses = new LateAnalyses(this.engine, scheduler);
		HeavyIndexesStatus initial = StatusWriter.initial(this.operations, instance, settings.idle());
		this.board = new Board(declared, initial);
		Declarations declarations = Declarations.of(this.operations);
		this.follower = new Follower(this.engine, declarations, initial);
		this.leader = new Leader(this.engine, declarations);
		this.writer = new StatusWriter(instance, settings);
		this.announcer = new Announcer(publisher, settings.policy().yieldAfter());
		this.scheduler = scheduler;
	}

	Settings settings() {
		return this.settings;
	}

	Board board() {
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

	/**
	 * Sets who is told what each turn has found out.
	 */
	void onTurn(Consumer<Turn> turned) {
		this.turned = turned;
	}

	/**
	 * Whether an order has been given since the last turn, here or elsewhere. Sends
	 * nothing.
	 */
	boolean hasNews() {
		return this.engine.hasNews();
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
			Follower.View view = mayFollow() ? this.follower.read(before) : null;
			return (view != null) ? show(before, view) : look(before);
		}
		catch (SQLException ex) {
			return fail(before, ex);
		}
	}

	/**
	 * Whether what another instance has seen will do. It does not while operations run
	 * here, and it may not have seen what was ordered here.
	 */
	private boolean mayFollow() {
		return this.settings.shares() && this.workers.isEmpty() && this.lateAnalyses.isEmpty()
				&& this.waiters.orders() == this.ordersSeen;
	}

	private Duration show(HeavyIndexesStatus before, Follower.View view) {
		this.board.publish(view.status(), view.past(), view.partitions());
		this.announcer.announce(before, view.status(), true);
		this.waiters.tell(view.status(), this.ordersSeen);
		Duration interval = isFinished(view.status()) ? this.settings.driftInterval() : this.settings.pollInterval();
		// many instances that were started together need not ask together for ever
		return interval
			.plus(interval.dividedBy(10).multipliedBy(ThreadLocalRandom.current().nextInt(-100, 101)).dividedBy(100));
	}

	private Duration look(HeavyIndexesStatus before) throws SQLException {
		long orders = this.waiters.orders();
		Judgement judgement = observe();
		// a standby takes no writes, our own neither
		boolean readOnly = judgement.look().observation().readOnly();
		if (this.settings.executes() && !readOnly) {
			judgement = act(judgement);
		}
		boolean busy = judgement.leavesWork() || !this.lateAnalyses.isEmpty();
		HeavyIndexesStatus after = this.writer.write(this.operations, judgement, this.workers.working(),
				this.engine.limits(), this.engine.survey().undeclared());
		Map<String, List<PartitionStatus>> partitions = StatusWriter.partitions(judgement.look());
		this.board.publish(after, judgement.look().past(), partitions);
		Duration next = (busy || !isFinished(after)) ? this.settings.pollInterval() : this.settings.driftInterval();
		if (!readOnly) {
			this.leader.publish(after, judgement.look().past(), partitions,
					judgement.look().observation().instances().size() > 1, next);
		}
		this.announcer.announce(before, after, true);
		this.waiters.tell(after, orders);
		this.ordersSeen = orders;
		this.turned.accept(Turn.observed(after, judgement, busy));
		return next;
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

	private Judgement observe() throws SQLException {
		Instant now = this.scheduler.getClock().instant();
		boolean deep = !now.isBefore(this.lastDeepLook.plus(this.settings.driftInterval()));
		Judgement judgement = this.engine.judge(deep);
		if (deep) {
			this.lastDeepLook = now;
		}
		return judgement;
	}

	private Judgement act(Judgement judgement) throws SQLException {
		this.workers.abandonLost(judgement.look().observation());
		this.workers.endAnalyses(judgement.look());
		boolean recorded = false;
		for (IndexOperation operation : this.operations) {
			Decision decision = judgement.decision(operation);
			if (decision instanceof Decision.CancelBackend cancel) {
				this.engine.cancelBackend(cancel.pid());
			}
			else if (decision instanceof Decision.Stop stop) {
				this.engine.stop(operation, stop, judgement.look());
				recorded = true;
			}
			else if (decision instanceof Decision.Watch watch) {
				this.engine.wayBack().builds(operation, watch.pid(), judgement.look());
				markBuild(operation, watch, judgement);
			}
			else if (this.workers.has(operation)) {
				continue;
			}
			else if (decision instanceof Decision.RolledBack rolledBack) {
				this.engine.wayBack().ended(operation, rolledBack);
				recorded = true;
			}
			else if (decision instanceof Decision.Complete complete) {
				if (this.engine.record(operation, this.engine.completion(operation, judgement, complete.adopted()),
						judgement.look())) {
					this.lateAnalyses.ended(operation, complete, judgement.look());
				}
				recorded = true;
			}
			else if (decision instanceof Decision.Fail fail) {
				this.engine.record(operation, Transition.failed(fail.sqlState(), StatusWriter.error(fail)),
						judgement.look());
				recorded = true;
			}
		}
		this.workers.start(this.operations, judgement);
		this.lateAnalyses.start(judgement.look());
		return recorded ? judgement.with(this.engine.history((history) -> history.records()),
				this.engine.history((history) -> history.past())) : judgement;
	}

	private void markBuild(IndexOperation operation, Decision.Watch watch, Judgement judgement) {
		try {
			this.engine.markBuild(operation, watch, judgement.look());
		}
		catch (SQLException ex) {
			// the next turn tries again, and so does who builds it
			logger.debug("The index that " + operation.name() + " builds could not be marked", ex);
		}
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
