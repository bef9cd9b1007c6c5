package io.github.heavyindex.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long an index takes.
 */
final class BuildBenchmark implements Benchmark {

	private static final String MEMORY = "1GB";

	private static final int TABLES = 4;

	private static final List<String> ONE = List.of("create index concurrently big_idx on big (a, b)");

	@Override
	public String run(Server server) throws Exception {
		return "Build time, median of " + Settings.ROUNDS + " rounds in turn, all with `maintenance_work_mem` " + MEMORY
				+ " and " + Machine.cores() + " parallel workers (with 2 slots: half of them). " + PlainClient.label()
				+ ": from the start of the process to its end. Heavy Index: from the moment the application is ready"
				+ " until `COMPLETED` stands in its table. The statement: as the server measures it.\n\n" + one(server)
				+ "\n\n" + eight(server);
	}

	private MarkdownTable one(Server server) throws Exception {
		Figures whole = new Figures();
		Figures statement = new Figures();
		try (Database database = server.create("build")) {
			database.fill("big", Settings.ROWS);
			for (int round = 0; round < Settings.ROUNDS; round++) {
				database.reset("big");
				database.startCounting();
				whole.add("psql", psql(database, ONE));
				statement.add("psql", database.longest("create index concurrently%"));
				database.reset("big");
				database.startCounting();
				whole.add("heavy", heavyIndex(database, ONE, 1, Machine.cores()));
				statement.add("heavy", database.longest("create index concurrently%"));
			}
		}
		return new MarkdownTable("one index on %,d rows".formatted(Settings.ROWS), "whole s", "range", "ratio",
				"the statement s", "ratio", "the rest s")
			.row(PlainClient.label(), whole.median("psql"), whole.range("psql"), "", statement.median("psql"), "",
					whole.median("psql") - statement.median("psql"))
			.row("Heavy Index", whole.median("heavy"), whole.range("heavy"), whole.ratio("heavy", "psql"),
					statement.median("heavy"), statement.ratio("heavy", "psql"),
					whole.median("heavy") - statement.median("heavy"));
	}

	private MarkdownTable eight(Server server) throws Exception {
		int rows = Settings.ROWS / 2;
		String[] tables = new String[TABLES];
		List<String> statements = new ArrayList<>();
		Figures whole = new Figures();
		try (Database database = server.create("eight")) {
			for (int table = 0; table < TABLES; table++) {
				tables[table] = "big_" + table;
				database.fill(tables[table], rows);
				statements.add("create index concurrently big_" + table + "_a_idx on big_" + table + " (a)");
				statements.add("create index concurrently big_" + table + "_b_idx on big_" + table + " (b, id)");
			}
			for (int round = 0; round < Settings.ROUNDS; round++) {
				database.reset(tables);
				whole.add("psql", psql(database, statements));
				database.reset(tables);
				whole.add("1", heavyIndex(database, statements, 1, Machine.cores()));
				database.reset(tables);
				whole.add("2", heavyIndex(database, statements, 2, Machine.cores() / 2));
			}
		}
		return new MarkdownTable("8 indexes on %d tables of %,d rows".formatted(TABLES, rows), "whole", "range",
				"ratio")
			.row(PlainClient.label() + ", one after the other", whole.median("psql"), whole.range("psql"), "")
			.row("Heavy Index, 1 slot", whole.median("1"), whole.range("1"), whole.ratio("1", "psql"))
			.row("Heavy Index, 2 slots", whole.median("2"), whole.range("2"), whole.ratio("2", "psql"));
	}

	private static double psql(Database database, List<String> statements) throws Exception {
		return PlainClient.run(database,
				Stream
					.concat(Stream.of("set maintenance_work_mem = '" + MEMORY + "'",
							"set max_parallel_maintenance_workers = " + Machine.cores()), statements.stream())
					.toList());
	}

	private static double heavyIndex(Database database, List<String> statements, int slots, int workers)
			throws Exception {
		Declaration declaration = Declaration.of(Tool.HEAVY_INDEX, database, statements,
				"heavy-index.build.maintenance-work-mem=" + MEMORY, "heavy-index.build.parallel-workers=" + workers,
				"heavy-index.max-concurrent-operations=" + slots);
		try (ApplicationProcess application = declaration.start().ready()) {
			database.awaitCompleted(statements.size());
			return database.number("select extract(epoch from max(finished_at)) from heavy_index_operation")
					- application.readyAt();
		}
	}

}
