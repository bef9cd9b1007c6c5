package io.github.heavyindex.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A table of a thousand partitions gets its index in about the time that the same
 * statements take one after the other in one session that does nothing else, also when
 * the application is killed half-way. Each ratio is the median of several rounds, in
 * which script and application take turns. Runs with the Maven profile {@code faults}:
 * {@code -Dpartitions.count=…} (1000) of {@code -Dpartitions.rows=…} (20000) rows each,
 * {@code -Dpartitions.rounds=…} (3).
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class ThousandPartitionsIT {

	private static final Logger logger = LoggerFactory.getLogger(ThousandPartitionsIT.class);

	private static final int COUNT = Integer.getInteger("partitions.count", 1000);

	private static final int ROWS = Integer.getInteger("partitions.rows", 20_000);

	private static final int ROUNDS = Integer.getInteger("partitions.rounds", 3);

	private static final double AT_MOST = Double.parseDouble(System.getProperty("partitions.ratio", "1.15"));

	private static final Duration PATIENCE = Duration.ofMinutes(20);

	private static final Map<String, String> OPERATION = Map.of("heavy-index.operations.create_a.sql",
			"CREATE INDEX big_a_idx ON big (a)", "heavy-index.max-concurrent-operations", "1",
			"heavy-index.poll-interval", "5s");

	@Test
	void takesAboutTheTimeOfAScriptAlsoWhenItIsKilledHalfWay() throws Exception {
		try (FaultServer server = FaultServer.start(Map.of("max_locks_per_transaction", "256", "autovacuum", "off",
				"max_wal_size", "4GB", "shared_buffers", "256MB"))) {
			FaultDatabase database = FaultDatabase.create(server, "partitions");
			fill(database);
			List<Double> whole = new ArrayList<>();
			List<Double> resumed = new ArrayList<>();
			double before = script(database);
			for (int round = 1; round <= ROUNDS; round++) {
				double undisturbed = undisturbed(database);
				double between = script(database);
				double killed = killedHalfWay(database);
				double after = script(database);
				logger.info(
						"Round {}: script {} s, application {} s, script {} s, killed and resumed {} s, script {} s",
						round, text(before), text(undisturbed), text(between), text(killed), text(after));
				whole.add(undisturbed / ((before + between) / 2));
				resumed.add(killed / ((between + after) / 2));
				before = after;
			}
			logger.info(
					"{} partitions of {} rows, one slot, against the script: {} (median of {}), killed half-way"
							+ " and resumed: {} (median of {})",
					COUNT, ROWS, text(median(whole)), texts(whole), text(median(resumed)), texts(resumed));
			assertThat(median(whole)).isLessThan(AT_MOST);
			assertThat(median(resumed)).isLessThan(AT_MOST);
		}
	}

	private static double undisturbed(FaultDatabase database) {
		forget(database);
		try (ApplicationProcess application = start(database)) {
			awaitCompleted(database);
		}
		assertIsComplete(database);
		return took(database);
	}

	private static double killedHalfWay(FaultDatabase database) {
		forget(database);
		try (ApplicationProcess killed = start(database)) {
			awaitAttached(database, COUNT / 2);
			killed.kill();
		}
		double killedAfter = sinceStart(database);
		assertThat(attached(database)).isBetween(COUNT / 2, COUNT - 1);
		try (ApplicationProcess next = start(database)) {
			awaitCompleted(database);
		}
		assertIsComplete(database);
		return killedAfter + took(database);
	}

	private static void assertIsComplete(FaultDatabase database) {
		assertThat(database.isValid("big_a_idx")).isTrue();
		assertThat(attached(database)).isEqualTo(COUNT);
		assertThat(database.invalidIndexes()).isEmpty();
	}

	private static ApplicationProcess start(FaultDatabase database) {
		FaultServer server = database.server();
		Map<String, String> properties = new HashMap<>(OPERATION);
		// straight, as the script: the network that can be cut costs each round trip
		properties.put("spring.datasource.url", server.url(server.port(), database.name()));
		return ApplicationProcess.start(server, database.name(), FaultDatabase.OWNER, properties);
	}

	private static void fill(FaultDatabase database) {
		database.asOwner("create table big (id bigint, part int, a int, b text) partition by list (part)",
				"do $$ begin for i in 1.." + COUNT
						+ " loop execute format('create table big_%s partition of big for values in (%s)', i, i);"
						+ " end loop; end $$");
		for (int part = 1; part <= COUNT; part++) {
			database.asOwner("insert into big_" + part + " select i, " + part + ", hashint4(i), 'b' || i from"
					+ " generate_series(1, " + ROWS + ") i");
		}
		database.execute("vacuum analyze", "checkpoint");
	}

	/**
	 * The same statements, one after the other, on a table without the index.
	 * @return how long they took in seconds
	 */
	private static double script(FaultDatabase database) throws SQLException {
		forget(database);
		List<String> statements = new ArrayList<>(List.of("create index big_a_idx on only big (a)"));
		for (int part = 1; part <= COUNT; part++) {
			statements.add("create index concurrently big_" + part + "_big_a_idx on big_" + part + " (a)");
			statements.add("alter index big_a_idx attach partition big_" + part + "_big_a_idx");
		}
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			long begin = System.nanoTime();
			for (String sql : statements) {
				statement.execute(sql);
			}
			return (System.nanoTime() - begin) / 1e9;
		}
	}

	/**
	 * Takes the index and its record away.
	 */
	private static void forget(FaultDatabase database) {
		database.execute("drop index if exists big_a_idx", "checkpoint");
		if (hasRecords(database)) {
			database.execute("delete from heavy_index_operation");
		}
	}

	private static void awaitCompleted(FaultDatabase database) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(500))
			.until(() -> hasRecords(database)
					&& database.query("select state from heavy_index_operation", String.class).contains("COMPLETED"));
	}

	private static boolean hasRecords(FaultDatabase database) {
		return database.single("select to_regclass('heavy_index_operation') is not null", Boolean.class);
	}

	private static void awaitAttached(FaultDatabase database, int count) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> attached(database) >= count);
	}

	private static int attached(FaultDatabase database) {
		return database.single("select count(*) from pg_inherits where inhparent = to_regclass('big_a_idx')",
				Integer.class);
	}

	private static double took(FaultDatabase database) {
		return database.single("select extract(epoch from finished_at - started_at) from heavy_index_operation",
				Double.class);
	}

	private static double sinceStart(FaultDatabase database) {
		return database.single("select extract(epoch from clock_timestamp() - started_at) from heavy_index_operation",
				Double.class);
	}

	private static double median(List<Double> figures) {
		return figures.stream().sorted().toList().get(figures.size() / 2);
	}

	private static String texts(List<Double> figures) {
		return figures.stream().map(ThousandPartitionsIT::text).collect(Collectors.joining(", "));
	}

	private static String text(double figure) {
		return "%.2f".formatted(figure);
	}

}
