package io.github.heavyindex.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the benchmarks that {@code -Dbenchmark=} names, one after the other, and writes a
 * file of Markdown for each.
 */
public final class Benchmarks {

	private static final Logger logger = LoggerFactory.getLogger(Benchmarks.class);

	private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

	static {
		ALL.put("ready", new ReadyBenchmark());
		ALL.put("build", new BuildBenchmark());
		ALL.put("latency", new LatencyBenchmark());
		ALL.put("kill", new KillBenchmark());
		ALL.put("calls", new CallsBenchmark());
		ALL.put("memory", new MemoryBenchmark());
		ALL.put("partitions", new PartitionsBenchmark());
		ALL.put("replicas", new ReplicasBenchmark());
	}

	private Benchmarks() {
	}

	/**
	 * Runs them.
	 * @param arguments none; everything is a system property
	 * @throws Exception if one of them cannot be carried out
	 */
	public static void main(String[] arguments) throws Exception {
		for (String name : Settings.NAMES) {
			Benchmark benchmark = ALL.get(name);
			if (benchmark == null) {
				throw new IllegalArgumentException("No benchmark " + name + ", there are " + ALL.keySet());
			}
			long begin = System.nanoTime();
			try (Server server = Server.start()) {
				String report = benchmark.run(server) + "\n\n" + Machine.describe(server) + "\n";
				write(name, report);
				logger.info("{} took {} s\n\n{}", name, Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
						report);
			}
		}
		// JMH and the libraries leave threads behind
		System.exit(0);
	}

	private static void write(String name, String report) throws IOException {
		Path directory = Files.createDirectories(Settings.DIRECTORY);
		Files.writeString(directory.resolve(name + ".md"), report);
	}

}
