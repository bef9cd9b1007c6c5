package io.github.heavyindex.benchmark;

/**
 * Something that is measured.
 */
interface Benchmark {

	/**
	 * Measures.
	 * @param server a server that is there for this benchmark only
	 * @return what was compared, and the table
	 * @throws Exception if it cannot be carried out
	 */
	String run(Server server) throws Exception;

}
