package io.github.heavyindex.autoconfigure;

import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * A scheduler that does not hold up the application's stop while a task runs: a build
 * goes on for hours in its server session, and who is to be waited for is the loop's
 * business.
 */
final class OperationScheduler extends ThreadPoolTaskScheduler {

	private static final long serialVersionUID = 1L;

	@Override
	public void stop() {
		// nothing to pause: the loop schedules nothing once it is stopped
	}

	@Override
	public void stop(Runnable callback) {
		callback.run();
	}

}
