package io.github.heavyindex;

/**
 * What to do when a valid index of the declared name has another definition.
 *
 * @since 0.1.0
 */
public enum OnMismatch {

	/**
	 * The operation fails and shows both definitions; the existing index is untouched.
	 */
	FAIL,

	/**
	 * The declared index is built beside the existing one and takes its place.
	 */
	REPLACE

}
