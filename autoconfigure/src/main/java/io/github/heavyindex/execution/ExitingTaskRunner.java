package io.github.heavyindex.execution;

import java.util.concurrent.CountDownLatch;

import io.github.heavyindex.HeavyIndexExit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Runs a task once the application is ready, and then ends the application with its exit
 * code. Thread-safe.
 * <p>
 * The task has a thread of its own, which keeps the JVM alive. Until it is over
 * {@code SpringApplication.run} does not return, so that a {@code main} method which
 * exits with what {@code SpringApplication.exit} says, as batch applications do, does not
 * end the application before. It is held up at the very last event, when all that waits
 * for the application to be ready has been told; the application never counts as ready
 * for traffic.
 *
 * @since 0.1.0
 */
public final class ExitingTaskRunner implements SmartLifecycle, ApplicationListener<ApplicationEvent> {

	private static final long LAST_WORDS_MILLIS = 2000;

	private static final Log logger = LogFactory.getLog(ExitingTaskRunner.class);

	private final ApplicationContext context;

	private final @Nullable ExitingTask task;

	private final HeavyIndexExit exit;

	private final CountDownLatch over = new CountDownLatch(1);

	private @Nullable Thread thread;

	private volatile boolean exiting;

	private volatile boolean running;

	/**
	 * Creates a runner.
	 * @param context the root context
	 * @param task what to do, or {@code null} if the application goes on
	 * @param exit ends the application
	 */
	public ExitingTaskRunner(ApplicationContext context, @Nullable ExitingTask task, HeavyIndexExit exit) {
		this.context = context;
		this.task = task;
		this.exit = exit;
	}

	@Override
	public boolean isAutoStartup() {
		return this.task != null;
	}

	@Override
	public void start() {
		this.running = true;
		if (!this.context.containsBean(HeavyIndexLoop.SPRING_APPLICATION_BEAN)) {
			begin();
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == this.context) {
			begin();
		}
		else if (event instanceof AvailabilityChangeEvent<?> change && change.getSource() == this.context
				&& change.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
			awaitEnd();
		}
		else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == this.context) {
			interrupt();
		}
	}

	private synchronized void begin() {
		ExitingTask task = this.task;
		if (task != null && this.thread == null) {
			this.thread = new Thread(() -> run(task), "heavy-index-task");
			this.thread.setDaemon(false);
			this.thread.start();
		}
	}

	private synchronized @Nullable Thread thread() {
		return this.thread;
	}

	private void run(ExitingTask task) {
		try {
			int code = code(task);
			this.exiting = true;
			this.exit.exit(code);
		}
		catch (InterruptedException ex) {
			logger.debug("The application is closing", ex);
		}
		catch (RuntimeException ex) {
			logger.error("The application could not be ended", ex);
		}
		finally {
			this.over.countDown();
		}
	}

	private static int code(ExitingTask task) throws InterruptedException {
		try {
			return task.run();
		}
		catch (RuntimeException ex) {
			logger.error("The application ends because of an error", ex);
			return HeavyIndexExit.WRONG;
		}
	}

	private void awaitEnd() {
		if (thread() == null) {
			return;
		}
		try {
			this.over.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Somebody else closes the application: the task says how far it is, and no more.
	 */
	private void interrupt() {
		Thread thread = thread();
		if (thread == null || thread == Thread.currentThread() || this.exiting) {
			return;
		}
		thread.interrupt();
		try {
			thread.join(LAST_WORDS_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
