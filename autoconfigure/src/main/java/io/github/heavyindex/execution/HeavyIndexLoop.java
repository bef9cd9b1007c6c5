package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;

/**
 * When the loop turns. Thread-safe.
 * <p>
 * {@link #start()} only arms it: the first turn comes once the application is ready, or,
 * where no {@code SpringApplication} runs, on the first turn of the scheduler.
 * {@link #stop()} ends the turns and leaves running operations alone; closing the context
 * lets go of their connections, and the server sessions go on.
 */
public final class HeavyIndexLoop
		implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent>, DisposableBean {

	private static final Log logger = LogFactory.getLog(HeavyIndexLoop.class);

	private static final String SPRING_APPLICATION_BEAN = "springApplicationArguments";

	private final ApplicationContext context;

	private final TaskScheduler scheduler;

	private final Reconciler reconciler;

	private final ReentrantLock turning = new ReentrantLock();

	private final Object schedule = new Object();

	private @Nullable ScheduledFuture<?> next;

	private boolean running;

	private boolean ready;

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
		reconciler.onChange(() -> scheduleIn(Duration.ZERO));
	}

	@Override
	public boolean isAutoStartup() {
		return this.reconciler.settings().enabled();
	}

	@Override
	public void start() {
		synchronized (this.schedule) {
			this.running = true;
			this.ready |= !this.context.containsBean(SPRING_APPLICATION_BEAN);
		}
		scheduleIn(Duration.ZERO);
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context) {
			synchronized (this.schedule) {
				this.ready = true;
			}
			scheduleIn(Duration.ZERO);
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

	private void scheduleIn(Duration delay) {
		synchronized (this.schedule) {
			if (!this.running || !this.ready) {
				return;
			}
			if (this.next != null) {
				this.next.cancel(false);
			}
			try {
				this.next = this.scheduler.schedule(this::turn, this.scheduler.getClock().instant().plus(delay));
			}
			catch (TaskRejectedException ex) {
				// the scheduler hears of the application's end before we do
				logger.debug("No more turns", ex);
			}
		}
	}

	private void turn() {
		this.turning.lock();
		try {
			if (isRunning()) {
				scheduleIn(this.reconciler.reconcile());
			}
		}
		catch (TaskRejectedException ex) {
			logger.debug("No operation can be started, as the application ends", ex);
		}
		catch (RuntimeException ex) {
			logger.error("A turn of the loop failed; the next one begins anew", ex);
			scheduleIn(Duration.ofMinutes(1));
		}
		finally {
			this.turning.unlock();
		}
	}

}
