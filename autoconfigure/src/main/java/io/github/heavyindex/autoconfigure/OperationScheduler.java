package io.github.heavyindex.autoconfigure;

import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * A scheduler that a stopping context does not wait for: a build may take hours, and goes
 * on in its server session whatever becomes of the application.
 */
final class OperationScheduler extends ThreadPoolTaskScheduler {

	private static final long serialVersionUID = 1L;

	@Override
	public void stop(Runnable callback) {
		stop();
		callback.run();
	}

}
