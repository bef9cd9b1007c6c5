package io.github.heavyindex.benchmark;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What it costs to ask whether an index is there.
 */
@SuppressWarnings("try") // an application only has to run
final class CallsBenchmark implements Benchmark {

	@Override
	public String run(Server server) throws Exception {
		for (String count : IsCompleted.COUNTS) {
			try (Database database = server.create(IsCompleted.database(count))) {
				database.smallTablesWithIndexes(Integer.parseInt(count));
				Declaration declaration = Declaration.of(Tool.HEAVY_INDEX, database,
						IntStream.range(0, Integer.parseInt(count)).mapToObj(Database::createIndex).toList());
				try (ApplicationProcess application = declaration.start().ready()) {
					database.awaitCompleted(Integer.parseInt(count));
				}
			}
		}
		Collection<RunResult> results = new Runner(
				new OptionsBuilder().include("\\." + IsCompleted.class.getSimpleName() + "\\.")
					.jvmArgsAppend("-D" + IsCompleted.PORT + "=" + server.port())
					.shouldFailOnError(true)
					.build())
			.run();
		MarkdownTable table = new MarkdownTable("`isCompleted`", "operations", "ns a call");
		for (RunResult result : results) {
			table.row(result.getPrimaryResult().getLabel(), result.getParams().getParam("operations"),
					"%s ± %s".formatted(Figures.text(result.getPrimaryResult().getScore()),
							Figures.text(result.getPrimaryResult().getScoreError())));
		}
		return "JMH, average time of one thread, %s.\n\n%s".formatted(
				String.format(Locale.ROOT, "%d forks of %d iterations", IsCompleted.FORKS, IsCompleted.ITERATIONS),
				table);
	}

	static List<String> properties(String count) {
		// the first one is declared by a class
		return IntStream.range(1, Integer.parseInt(count))
			.mapToObj((change) -> "heavy-index.operations.op_" + change + ".sql=" + Database.createIndex(change))
			.toList();
	}

}
