package io.github.heavyindex;

/**
 * The state of an operation.
 *
 * @since 0.1.0
 */
public enum OperationState {

	/**
	 * Not started, or waiting for the next attempt.
	 */
	PENDING,

	/**
	 * Under way, on this instance, on another one, or in a server session that outlived
	 * its application.
	 */
	RUNNING,

	/**
	 * The catalog shows that the goal is met.
	 */
	COMPLETED,

	/**
	 * Ended without reaching the goal; it is not tried again by itself.
	 */
	FAILED,

	/**
	 * Cancelled by a person; it is not tried again by itself.
	 */
	CANCELLED,

	/**
	 * Marked as executed by a person; operations that depend on it may start.
	 */
	SKIPPED

}
