package io.github.heavyindex;

/**
 * Ends the application once a job ({@code heavy-index.mode=job}) or a check
 * ({@code heavy-index.mode=check}) is over. By default the application context is closed
 * and the JVM exits with the code. A bean of this type replaces that, as in a test whose
 * JVM must survive: <pre>{@code
 * &#64;Bean
 * HeavyIndexExit exit() {
 *     return this.codes::add;
 * }
 * }</pre> Called once, on a thread of its own.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HeavyIndexExit {

	/**
	 * Everything is as it should be: what counts is complete, or there is nothing to do.
	 */
	int DONE = 0;

	/**
	 * Something is wrong, and a person must mend it: an operation failed or would fail,
	 * was cancelled or has drifted, or the database cannot be used.
	 */
	int WRONG = 1;

	/**
	 * Something is left to do: an operation waits or runs, or would be carried out.
	 */
	int LEFT_TO_DO = 2;

	/**
	 * Ends the application.
	 * @param code {@link #DONE}, {@link #WRONG} or {@link #LEFT_TO_DO}
	 */
	void exit(int code);

}
