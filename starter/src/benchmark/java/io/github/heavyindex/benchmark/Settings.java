package io.github.heavyindex.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much is measured: the properties of the Maven profile.
 */
final class Settings {

	static final Path DIRECTORY = Path.of("target", "benchmark");

	static final List<String> NAMES = list("benchmark", "ready,build,latency,kill,calls,memory,partitions,replicas");

	/**
	 * Of the big table.
	 */
	static final int ROWS = Integer.getInteger("benchmark.rows", 3_000_000);

	/**
	 * How often each is measured, in turn.
	 */
	static final int ROUNDS = Integer.getInteger("benchmark.rounds", 3);

	/**
	 * After which an application that is not ready is given up.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("benchmark.patience", 60));

	/**
	 * In which statements are counted.
	 */
	static final Duration WINDOW = Duration.ofSeconds(Integer.getInteger("benchmark.window", 60));

	/**
	 * How many operations are declared.
	 */
	static final List<Integer> OPERATIONS = numbers("benchmark.operations", "0,100,1000,10000");

	/**
	 * How many changes are there already, of any tool.
	 */
	static final int DONE = Integer.getInteger("benchmark.done", 1000);

	/**
	 * Partitions, and rows of each: {@code 100x30000}.
	 */
	static final List<String> PARTITIONS = list("benchmark.partitions", "1x3000000,100x30000,1000x20000");

	static final List<Integer> REPLICAS = numbers("benchmark.replicas", "1,10,50,200");

	private Settings() {
	}

	private static List<String> list(String property, String byDefault) {
		return Arrays.asList(System.getProperty(property, byDefault).split("\\s*,\\s*"));
	}

	private static List<Integer> numbers(String property, String byDefault) {
		return Stream.of(System.getProperty(property, byDefault).split("\\s*,\\s*")).map(Integer::valueOf).toList();
	}

}
