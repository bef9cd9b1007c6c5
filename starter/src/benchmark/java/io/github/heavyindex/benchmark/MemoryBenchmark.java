package io.github.heavyindex.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What many declared operations cost when all is done.
 */
@SuppressWarnings("try") // an application only has to run
final class MemoryBenchmark implements Benchmark {

	private static final Duration QUIET = Duration.ofSeconds(3);

	@Override
	public String run(Server server) throws Exception {
		MarkdownTable table = new MarkdownTable("operations, all done", "ready after", "live heap",
				"statements of a start", "idle for " + Settings.WINDOW.toSeconds() + " s", "of one drift check");
		for (int count : Settings.OPERATIONS) {
			try (Database database = server.create("memory_" + count)) {
				database.smallTablesWithIndexes(count);
				measure(database, count, table);
			}
		}
		return "An application with so many declared operations, all completed: seconds from the start of the process"
				+ " until it is ready (median of " + Settings.ROUNDS + "), what lives on the heap after a full"
				+ " collection, and how many statements it sends.\n\n" + table;
	}

	private static void measure(Database database, int count, MarkdownTable table) throws Exception {
		List<String> statements = IntStream.range(0, count).mapToObj(Database::createIndex).toList();
		Declaration declaration = Declaration.of(Tool.HEAVY_INDEX, database, statements);
		try (ApplicationProcess first = declaration.start().ready()) {
			database.awaitCompleted(count);
		}
		Figures figures = new Figures();
		double idle = 0;
		for (int round = 0; round < Settings.ROUNDS; round++) {
			database.endSessions();
			database.startCounting();
			try (ApplicationProcess application = declaration.start().ready()) {
				figures.add("ready", application.secondsUntilReady());
				figures.add("start", awaitQuiet(database));
				figures.add("heap", application.heap());
				if (round == 0) {
					idle = during(database, Settings.WINDOW);
				}
			}
		}
		Declaration checking = Declaration.of(Tool.HEAVY_INDEX, database, statements,
				"heavy-index.drift.check-interval=1s");
		try (ApplicationProcess application = checking.start().ready()) {
			Thread.sleep(QUIET.toMillis());
			double sent = during(database, Duration.ofSeconds(20));
			double checks = database.mostFrequent();
			table.row("%,d".formatted(count), Figures.text(figures.median("ready")) + " s",
					Figures.text(figures.median("heap")) + " MB", Math.round(figures.median("start")), Math.round(idle),
					(checks > 0) ? sent / checks : 0.0);
		}
	}

	/**
	 * How many statements are sent in that time.
	 */
	static double during(Database database, Duration window) throws Exception {
		database.startCounting();
		Thread.sleep(window.toMillis());
		return database.statements();
	}

	/**
	 * Waits until nothing is sent any more.
	 * @return how many statements were sent until then
	 */
	static double awaitQuiet(Database database) throws Exception {
		double before = -1;
		double sent = database.statements();
		while (sent != before) {
			Thread.sleep(QUIET.toMillis());
			before = sent;
			sent = database.statements();
		}
		return sent;
	}

}
