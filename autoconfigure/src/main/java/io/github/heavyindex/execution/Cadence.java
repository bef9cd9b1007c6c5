package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;

/**
 * When the loop of one database turns: one turn at a time, the next one when it is due,
 * or at once when something has changed. Thread-safe.
 */
final class Cadence {

	private static final Log logger = LogFactory.getLog(Cadence.class);

	private static final Duration AFTER_AN_ERROR = Duration.ofMinutes(1);

	private final TaskScheduler scheduler;

	private final Reconciler reconciler;

	private final Object schedule = new Object();

	private @Nullable ScheduledFuture<?> next;

	private Instant due = Instant.MIN;

	private boolean running;

	private boolean turning;

	private boolean again;

	Cadence(TaskScheduler scheduler, Reconciler reconciler) {
		this.scheduler = scheduler;
		this.reconciler = reconciler;
		reconciler.onChange(this::turnNow);
	}

	/**
	 * Begins, with a turn at once.
	 */
	void start() {
		synchronized (this.schedule) {
			this.running = true;
		}
		turnNow();
	}

	/**
	 * Ends, but for a turn that is under way.
	 */
	void stop() {
		synchronized (this.schedule) {
			this.running = false;
			if (this.next != null) {
				this.next.cancel(false);
				this.next = null;
			}
		}
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
		if (!this.running) {
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
