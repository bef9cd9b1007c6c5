package io.github.heavyindex.execution;

/**
 * What a check says of an operation.
 */
enum Verdict {

	/**
	 * There is nothing to do.
	 */
	NOTHING,

	/**
	 * Something is to be done, be it later.
	 */
	TO_DO,

	/**
	 * It fails, has failed or has drifted: a person must mend something.
	 */
	WRONG

}
