package io.github.heavyindex;

/**
 * How the catalog differs from an operation that was completed.
 *
 * @since 0.1.0
 */
public enum Drift {

	/**
	 * The index is no longer there (or, after a drop, is there again).
	 */
	MISSING,

	/**
	 * The index is there but invalid: no query uses it.
	 */
	INVALID,

	/**
	 * The index has another definition than the one declared.
	 */
	DEFINITION_CHANGED

}
