package io.github.heavyindex.execution;

/**
 * What an application does once and then ends with.
 *
 * @since 0.1.0
 */
public interface ExitingTask {

	/**
	 * Does it, for as long as it takes.
	 * @return the exit code
	 * @throws InterruptedException if the application is closing
	 */
	int run() throws InterruptedException;

}
