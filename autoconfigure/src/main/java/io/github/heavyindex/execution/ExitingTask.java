package io.github.heavyindex.execution;

/**
 * What an application does once and then ends with.
 */
public interface ExitingTask {

	/**
	 * Does it, for as long as it takes.
	 * @return the exit code
	 * @throws InterruptedException if the application is closing
	 */
	int run() throws InterruptedException;

}
