package io.github.heavyindex.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * An index on a partitioned table, beside a script of the same statements.
 */
final class PartitionsBenchmark implements Benchmark {

	@Override
	public String run(Server server) throws Exception {
		MarkdownTable table = new MarkdownTable("partitions", "rows of each", PlainClient.label() + " script",
				"Heavy Index", "ratio", "range of Heavy Index");
		for (String size : Settings.PARTITIONS) {
			int count = Integer.parseInt(size.substring(0, size.indexOf('x')));
			int rows = Integer.parseInt(size.substring(size.indexOf('x') + 1));
			try (Database database = server.create("partitions_" + count)) {
				fill(database, count, rows);
				Figures figures = new Figures();
				for (int round = 0; round < Settings.ROUNDS; round++) {
					database.reset("big");
					figures.add("script", PlainClient.run(database, script(count)));
					database.reset("big");
					figures.add("heavy", heavyIndex(database));
				}
				table.row(count, "%,d".formatted(rows), Figures.text(figures.median("script")) + " s",
						Figures.text(figures.median("heavy")) + " s",
						"× " + Figures.text(figures.ratio("heavy", "script")), figures.range("heavy"));
			}
		}
		return "`CREATE INDEX` on a partitioned table: a script that makes the parent's index `ON ONLY`, builds each"
				+ " partition's with `CONCURRENTLY` and attaches it, in one session; Heavy Index with one slot, from"
				+ " the moment the application is ready until `COMPLETED` stands in its table. Median of "
				+ Settings.ROUNDS + " rounds in turn.\n\n" + table;
	}

	private static void fill(Database database, int count, int rows) throws Exception {
		database.executeAsOwner("create table big (id bigint, part int, a int, b text) partition by list (part)");
		for (int part = 1; part <= count; part++) {
			database.executeAsOwner("create table big_" + part + " partition of big for values in (" + part + ")",
					"insert into big_" + part + " select i, " + part
							+ ", hashint4(i), 'b' || i from generate_series(1, " + rows + ") i");
		}
		database.execute("vacuum analyze", "checkpoint");
	}

	private static List<String> script(int count) {
		List<String> statements = new ArrayList<>(List.of("create index big_a_idx on only big (a)"));
		for (int part = 1; part <= count; part++) {
			statements.add("create index concurrently big_" + part + "_a_idx on big_" + part + " (a)");
			statements.add("alter index big_a_idx attach partition big_" + part + "_a_idx");
		}
		return statements;
	}

	private static double heavyIndex(Database database) throws Exception {
		Declaration declaration = Declaration.of(Tool.HEAVY_INDEX, database,
				List.of("create index big_a_idx on big (a)"), "heavy-index.max-concurrent-operations=1");
		try (ApplicationProcess application = declaration.start().ready()) {
			database.awaitCompleted(1);
			return database.number("select extract(epoch from max(finished_at)) from heavy_index_operation")
					- application.readyAt();
		}
	}

}
