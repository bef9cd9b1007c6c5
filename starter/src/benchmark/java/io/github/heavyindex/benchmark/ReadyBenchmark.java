package io.github.heavyindex.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How long users wait for the application.
 */
@SuppressWarnings("try") // an application only has to run
final class ReadyBenchmark implements Benchmark {

	private static final String INDEX = "create index concurrently if not exists big_a_idx on big (a, b)";

	@Override
	public String run(Server server) throws Exception {
		return "Seconds from the start of the process until the application is ready, median of " + Settings.ROUNDS
				+ " rounds in turn.\n\n" + due(server) + "\n\n" + done(server);
	}

	private MarkdownTable due(Server server) throws Exception {
		Figures figures = new Figures();
		try (Database database = server.create("ready")) {
			database.fill("big", Settings.ROWS);
			for (int round = 0; round < Settings.ROUNDS; round++) {
				for (Tool tool : Tool.values()) {
					database.reset("big");
					Declaration declaration = Declaration.of(tool, database, List.of(INDEX));
					if (!figures.range(tool.toString()).isEmpty() && figures.median(tool.toString()) > 1e9) {
						// once is enough to see that it never starts
						continue;
					}
					try (ApplicationProcess application = declaration.start()) {
						boolean ready = application.awaitReady(Settings.PATIENCE);
						if (!ready && !application.isAlive()) {
							throw new IllegalStateException(tool + " failed to start, see " + declaration.directory());
						}
						figures.add(tool.toString(),
								ready ? application.secondsUntilReady() : Double.POSITIVE_INFINITY);
					}
				}
			}
		}
		MarkdownTable table = new MarkdownTable("a new index on %,d rows is due".formatted(Settings.ROWS),
				"ready after", "range", "beside no tool");
		for (Tool tool : Tool.values()) {
			row(table, figures, tool.toString());
		}
		return table;
	}

	private MarkdownTable done(Server server) throws Exception {
		List<Tool> tools = List.of(Tool.NONE, Tool.HEAVY_INDEX, Tool.FLYWAY, Tool.LIQUIBASE);
		List<String> statements = IntStream.range(0, Settings.DONE).mapToObj(Database::createIndex).toList();
		List<Declaration> declarations = new ArrayList<>();
		for (Tool tool : tools) {
			try (Database database = server.create("done_" + tool.name().toLowerCase(Locale.ROOT))) {
				if (tool == Tool.HEAVY_INDEX) {
					// it adopts them, which takes less time
					database.smallTablesWithIndexes(Settings.DONE);
				}
				else {
					database.smallTables(Settings.DONE);
				}
				Declaration declaration = Declaration.of(tool, database, statements);
				declarations.add(declaration);
				try (ApplicationProcess application = declaration.start().ready()) {
					if (tool == Tool.HEAVY_INDEX) {
						database.awaitCompleted(Settings.DONE);
					}
				}
			}
		}
		Figures figures = new Figures();
		for (int round = 0; round < Settings.ROUNDS; round++) {
			for (Declaration declaration : declarations) {
				try (ApplicationProcess application = declaration.start().ready()) {
					figures.add(declaration.tool().toString(), application.secondsUntilReady());
				}
			}
		}
		MarkdownTable table = new MarkdownTable("%,d indexes, all done".formatted(Settings.DONE), "ready after",
				"range", "beside no tool");
		tools.forEach((tool) -> row(table, figures, tool.toString()));
		return table;
	}

	private static void row(MarkdownTable table, Figures figures, String contestant) {
		double median = figures.median(contestant);
		if (Double.isInfinite(median)) {
			table.row(contestant, "not ready after " + Settings.PATIENCE.toSeconds() + " s", "", "");
		}
		else {
			table.row(contestant, Figures.text(median) + " s", figures.range(contestant),
					"× " + Figures.text(figures.ratio(contestant, Tool.NONE.toString())));
		}
	}

}
