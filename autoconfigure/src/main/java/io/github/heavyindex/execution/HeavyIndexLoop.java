package io.github.heavyindex.execution;

import java.util.List;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.scheduling.TaskScheduler;

/**
 * Lets the loop of each database turn for as long as the application runs. Thread-safe.
 * <p>
 * {@link #start()} only arms it: the first turns come once the application is ready, or,
 * where no {@code SpringApplication} runs, on the first turn of the scheduler.
 * {@link #stop()} ends the turns and leaves running operations alone; closing the context
 * lets go of their connections, and the server sessions go on (or, where builds are to
 * end with the application, cancels them).
 *
 * @since 0.1.0
 */
public final class HeavyIndexLoop implements SmartLifecycle, ApplicationListener<ApplicationEvent>, DisposableBean {

	static final String SPRING_APPLICATION_BEAN = "springApplicationArguments";

	private final ApplicationContext context;

	private final Reconcilers reconcilers;

	private final List<Cadence> cadences;

	private boolean running;

	private boolean ready;

	private volatile boolean closing;

	/**
	 * Creates a loop.
	 * @param context the root context
	 * @param scheduler where the loops and the operations run
	 * @param reconcilers what one turn does, for each database
	 */
	public HeavyIndexLoop(ApplicationContext context, TaskScheduler scheduler, Reconcilers reconcilers) {
		this.context = context;
		this.reconcilers = reconcilers;
		this.cadences = reconcilers.all().stream().map((reconciler) -> new Cadence(scheduler, reconciler)).toList();
	}

	@Override
	public boolean isAutoStartup() {
		return this.reconcilers.settings().enabled();
	}

	@Override
	public void start() {
		// who starts a context by hand starts also what does not start by itself
		if (!isAutoStartup()) {
			return;
		}
		synchronized (this.cadences) {
			this.running = true;
			this.ready |= !this.context.containsBean(SPRING_APPLICATION_BEAN);
			startIfReady();
		}
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationReadyEvent readiness && readiness.getApplicationContext() == this.context) {
			synchronized (this.cadences) {
				this.ready = true;
				startIfReady();
			}
		}
		else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == this.context) {
			this.closing = true;
		}
	}

	private void startIfReady() {
		if (this.running && this.ready) {
			this.cadences.forEach(Cadence::start);
		}
	}

	/**
	 * Ends the turns. Where the context is closing and builds are to end with it, this
	 * waits until they are cancelled and have cleaned up.
	 */
	@Override
	public void stop(Runnable callback) {
		stop();
		if (this.closing && this.reconcilers.settings().cancelOnClose()) {
			// the life cycle's own time limit applies to the callback, not to this thread
			new Thread(() -> {
				try {
					this.reconcilers.cancelBuilds();
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
		synchronized (this.cadences) {
			this.running = false;
			this.cadences.forEach(Cadence::stop);
		}
	}

	@Override
	public boolean isRunning() {
		synchronized (this.cadences) {
			return this.running;
		}
	}

	@Override
	public void destroy() {
		stop();
		this.reconcilers.close();
	}

}
