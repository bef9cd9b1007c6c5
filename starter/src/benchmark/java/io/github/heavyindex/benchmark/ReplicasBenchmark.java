package io.github.heavyindex.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * What many replicas cost the one server that they share.
 */
@SuppressWarnings("try") // an application only has to run
final class ReplicasBenchmark implements Benchmark {

	private static final int EXTRAPOLATED = 2000;

	private static final int LOCK = 42;

	@Override
	public String run(Server server) throws Exception {
		List<Integer> replicas = new ArrayList<>();
		List<Double> building = new ArrayList<>();
		List<Double> idle = new ArrayList<>();
		MarkdownTable table = new MarkdownTable("replicas", "statements/s while one index is built", "of each replica",
				"statements/s when all is done", "of each replica", "connections");
		for (int count : Settings.REPLICAS) {
			try (Database database = server.create("replicas_" + count)) {
				Sent sent = measure(database, count);
				replicas.add(count);
				building.add(sent.building());
				idle.add(sent.idle());
				table.row(count, sent.building(), digits(sent.building() / count), sent.idle(),
						digits(sent.idle() / count), sent.connections());
			}
		}
		if (replicas.size() > 1) {
			double busy = extrapolate(replicas, building);
			double quiet = extrapolate(replicas, idle);
			table.row("%,d, extrapolated".formatted(EXTRAPOLATED), busy, digits(busy / EXTRAPOLATED), quiet,
					digits(quiet / EXTRAPOLATED), "");
		}
		return """
				So many replicas of one application with one operation, in one process, on one server, with default \
				settings except for a drift check every %1$d s (default: 300 s): statements that the server counted in \
				%1$d s. The last row lies on the straight line through the others (least squares).

				%2$s""".formatted(Settings.WINDOW.toSeconds(), table);
	}

	private static Sent measure(Database database, int count) throws Exception {
		// the build is slow while somebody holds the brake
		database.executeAsOwner("create table big (a int)", "insert into big select generate_series(1, 100000)", """
				create function brake(a int) returns int immutable language plpgsql as $$ begin
					if pg_try_advisory_lock_shared(%1$d) then
						perform pg_advisory_unlock_shared(%1$d);
					else
						perform pg_sleep(0.05);
					end if;
					return a;
				end $$""".formatted(LOCK));
		database.execute("select pg_advisory_lock(" + LOCK + ")");
		Declaration declaration = Declaration.of(Tool.HEAVY_INDEX, database,
				List.of("create index big_idx on big (brake(a))"), "spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.minimum-idle=0", "heavy-index.build.analyze=never",
				"heavy-index.drift.check-interval=" + Settings.WINDOW.toSeconds() + "s", "logging.level.root=warn");
		try (ApplicationProcess application = declaration.start("-Xmx3g", "-D" + Application.REPLICAS + "=" + count)
			.ready()) {
			database.await("the build",
					() -> database.is("select exists (select from pg_stat_progress_create_index where datname ="
							+ " current_database())"));
			// whoever came last has looked for the first time
			Thread.sleep(5000);
			double building = MemoryBenchmark.during(database, Settings.WINDOW) / Settings.WINDOW.toSeconds();
			int connections = (int) database.number("select count(*) from pg_stat_activity where datname ="
					+ " current_database() and usename = '" + Server.OWNER + "'");
			database.execute("select pg_advisory_unlock(" + LOCK + ")");
			database.awaitCompleted(1);
			Thread.sleep(15_000);
			double idle = MemoryBenchmark.during(database, Settings.WINDOW) / Settings.WINDOW.toSeconds();
			return new Sent(building, idle, connections);
		}
	}

	private static double extrapolate(List<Integer> replicas, List<Double> sent) {
		double meanX = replicas.stream().mapToInt(Integer::intValue).average().orElseThrow();
		double meanY = sent.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
		double above = DoubleStream.iterate(0, (i) -> i < replicas.size(), (i) -> i + 1)
			.map((i) -> (replicas.get((int) i) - meanX) * (sent.get((int) i) - meanY))
			.sum();
		double below = replicas.stream().mapToDouble((x) -> (x - meanX) * (x - meanX)).sum();
		return meanY + above / below * (EXTRAPOLATED - meanX);
	}

	private static String digits(double figure) {
		return String.format(Locale.ROOT, "%.4f", figure);
	}

	/**
	 * Statements a second.
	 */
	private record Sent(double building, double idle, int connections) {

	}

}
