package io.github.heavyindex.execution;

/**
 * How indexes are built.
 *
 * @param analyze after which builds a table is analyzed
 * @param concurrentlyFrom the size of a table in bytes from which its indexes are always
 * built with {@code CONCURRENTLY}; 0 for all
 * @since 0.1.0
 */
public record BuildPolicy(AnalyzePolicy analyze, long concurrentlyFrom) {

	/**
	 * After which builds a table is analyzed.
	 */
	public enum AnalyzePolicy {

		/**
		 * After that of an index with expressions, which have no statistics before.
		 */
		EXPRESSION_ONLY,

		/**
		 * After each.
		 */
		ALWAYS,

		/**
		 * After none.
		 */
		NEVER

	}

}
