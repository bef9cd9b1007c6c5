package io.github.heavyindex.benchmark;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a build does to those who write meanwhile.
 */
@SuppressWarnings("try") // an application only has to run
final class LatencyBenchmark implements Benchmark {

	private static final int IDLE_SECONDS = 10;

	private final Map<String, Figures> figures = new LinkedHashMap<>();

	@Override
	public String run(Server server) throws Exception {
		String plain = PlainClient.label() + " `CREATE INDEX`";
		String concurrently = PlainClient.label() + " `CREATE INDEX CONCURRENTLY`";
		try (Database database = server.create("latency")) {
			database.fill("big", Settings.ROWS);
			for (int round = 0; round < Settings.ROUNDS; round++) {
				measure("idle", database, () -> Thread.sleep(IDLE_SECONDS * 1000L));
				measure(plain, database,
						() -> PlainClient.run(database, List.of("create index big_idx on big (a, b)")));
				measure(concurrently, database,
						() -> PlainClient.run(database, List.of("create index concurrently big_idx on big (a, b)")));
				heavyIndex(database);
			}
		}
		MarkdownTable table = new MarkdownTable(
				"%d updates a second, %,d rows".formatted(WriteLoad.A_SECOND, Settings.ROWS), "p50 ms", "p99 ms",
				"max ms", "blocked s", "the build s");
		this.figures.forEach((name, all) -> table.row(name, all.median("half"), all.median("most"),
				all.median("maximum"), all.median("blocked"), name.equals("idle") ? "" : all.median("seconds")));
		return "Latency of single-row updates that are due at fixed times, from then to the answer, while one index is"
				+ " built; blocked: the sum of the times longer than 100 ms in which none of " + WriteLoad.WRITERS
				+ " writers got an answer. Median of " + Settings.ROUNDS + " rounds in turn.\n\n" + table;
	}

	private void measure(String name, Database database, Action action) throws Exception {
		database.reset("big");
		try (WriteLoad load = new WriteLoad(database)) {
			Thread.sleep(1000);
			long begin = System.nanoTime();
			action.run();
			add(name, begin, load);
		}
	}

	private void heavyIndex(Database database) throws Exception {
		database.reset("big");
		// the start of a JVM is no part of it: the window opens when the application has
		// been up for a while
		LocalTime opens = LocalTime.now(ZoneOffset.UTC).plusSeconds(75).truncatedTo(ChronoUnit.MINUTES);
		Declaration declaration = Declaration.of(Tool.HEAVY_INDEX, database,
				List.of("create index big_idx on big (a, b)"), "heavy-index.window.start=" + opens,
				"heavy-index.window.end=" + opens.plusHours(2), "heavy-index.window.zone=UTC");
		try (ApplicationProcess application = declaration.start().ready(); WriteLoad load = new WriteLoad(database)) {
			database.await("the build", () -> application.isAlive() && database.is("select exists (select from"
					+ " pg_stat_progress_create_index where datname = current_database())"));
			long begin = System.nanoTime();
			database.awaitCompleted(1);
			add("Heavy Index", begin, load);
		}
	}

	private void add(String name, long begin, WriteLoad load) {
		long end = System.nanoTime();
		load.close();
		WriteLoad.Latency latency = load.between(begin, end);
		Figures all = this.figures.computeIfAbsent(name, (key) -> new Figures());
		all.add("half", latency.half());
		all.add("most", latency.most());
		all.add("maximum", latency.maximum());
		all.add("blocked", latency.blocked());
		all.add("seconds", latency.seconds());
	}

	private interface Action {

		void run() throws Exception;

	}

}
