package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;

/**
 * When the loop turns. Thread-safe.
 * <p>
 * {@link #start()} only arms it: the first turn comes once the application is ready, or,
 * where no {@code SpringApplication} runs, on the first turn of the scheduler.
 * {@link #stop()} ends the turns and leaves running operations alone; closing the context
 * lets go of their connections, and the server sessions go on (or, where builds are to
 * end with the application, cancels them).
 *
 * @since 0.1.0
 */
public final class HeavyIndexLoop implements SmartLifecycle, ApplicationListener<ApplicationEvent>, DisposableBean {

	private static final Log logger = LogFactory.getLog(HeavyIndexLoop.class);

	private static final Duration AFTER_AN_ERROR = Duration.ofMinutes(1);

	static final String SPRING_APPLICATION_BEAN = "springApplicationArguments";

	private final ApplicationContext context;

	private final TaskScheduler scheduler;

	private final Reconciler reconciler;

	private final Object schedule = new Object();

	private @Nullable ScheduledFuture<?> next;

	private Instant due = Instant.MIN;

	private boolean running;

	private boolean ready;

	private volatile boolean closing;

	private boolean turning;

	private boolean again;

	/**
	 * Creates a loop.
	 * @param context the root context
	 * @param scheduler where the loop and the operations run
	 * @param reconciler what one turn does
	 */
	public HeavyIndexLoop(ApplicationContext context, TaskScheduler scheduler, Reconciler reconciler) {
		this.context = context;
		this.scheduler = scheduler;
		this.reconciler = reconciler;
		reconciler.onChange(this::turnNow);
	}

	@Override
	public boolean isAutoStartup() {
		return this.reconciler.settings().enabled();
	}

	@Override
	public void start() {
		// who starts a context by hand starts also what does not start by itself
		if (!isAutoStartup()) {
			return;
		}
		synchronized (this.schedule) {
			this.running = true;
			this.ready |= !this.context.containsBean(SPRING_APPLICATION_BEAN);
		}
		turnNow();
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationReadyEvent readiness && readiness.getApplicationContext() == this.context) {
			synchronized (this.schedule) {
				this.ready = true;
			}
			turnNow();
		}
		else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == this.context) {
			this.closing = true;
		}
	}

	/**
	 * Ends the turns. Where the context is closing and builds are to end with it, this
	 * waits until they are cancelled and have cleaned up.
	 */
	@Override
	public void stop(Runnable callback) {
		stop();
		if (this.closing && this.reconciler.settings().cancelOnClose()) {
			// the life cycle's own time limit applies to the callback, not to this thread
			new Thread(() -> {
				try {
					this.reconciler.cancelBuilds();
				}
				finally {
					callback.run();
				}
			}, "heavy-index-close").start();
		}
		else {
			callback.run();
		}
	}

	@Override
	public void stop() {
		synchronized (this.schedule) {
			this.running = false;
			if (this.next != null) {
				this.next.cancel(false);
				this.next = null;
			}
		}
	}

	@Override
	public boolean isRunning() {
		synchronized (this.schedule) {
			return this.running;
		}
	}

	@Override
	public void destroy() {
		stop();
		this.reconciler.close();
	}

	/**
	 * Makes another turn due at once, after the one that is under way: what changed may
	 * have come too late for that.
	 */
	private void turnNow() {
		synchronized (this.schedule) {
			this.again = true;
			if (!this.turning) {
				scheduleIn(Duration.ZERO);
			}
		}
	}

	private void scheduleIn(Duration delay) {
		this.due = this.scheduler.getClock().instant().plus(delay);
		schedule();
	}

	private void schedule() {
		if (!this.running || !this.ready) {
			return;
		}
		if (this.next != null) {
			this.next.cancel(false);
		}
		Instant soon = this.scheduler.getClock().instant().plus(this.reconciler.settings().pollInterval());
		try {
			this.next = this.scheduler.schedule(this::wake, this.due.isBefore(soon) ? this.due : soon);
		}
		catch (TaskRejectedException ex) {
			logger.debug("The scheduler is shut down: the loop ends", ex);
		}
	}

	/**
	 * Turns if that is due, or an order has come from elsewhere: to listen for one sends
	 * nothing.
	 */
	private void wake() {
		boolean due;
		synchronized (this.schedule) {
			due = !this.scheduler.getClock().instant().isBefore(this.due);
		}
		if (due || this.reconciler.hasNews()) {
			turn();
			return;
		}
		synchronized (this.schedule) {
			if (!this.turning) {
				schedule();
			}
		}
	}

	private void turn() {
		synchronized (this.schedule) {
			if (!this.running || this.turning) {
				return;
			}
			this.turning = true;
			this.again = false;
		}
		Duration delay = AFTER_AN_ERROR;
		try {
			delay = this.reconciler.reconcile();
		}
		catch (TaskRejectedException ex) {
			logger.debug("The scheduler is shut down: the loop ends", ex);
		}
		catch (RuntimeException ex) {
			logger.error("A turn of the loop failed; the next one begins anew", ex);
		}
		finally {
			synchronized (this.schedule) {
				this.turning = false;
				scheduleIn(this.again ? Duration.ZERO : delay);
			}
		}
	}

}
