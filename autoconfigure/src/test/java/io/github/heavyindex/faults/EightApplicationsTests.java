package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Eight replicas that start at once on an empty database: each operation is carried out
 * once, and the limits hold across all of them.
 */
class EightApplicationsTests {

	private static final int APPLICATIONS = 8;

	private static final int TABLES = 3;

	private static final int SLOTS = 2;

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@Test
	void eightApplicationsAtOnceDoEachOperationOnce() throws Exception {
		this.database.execute("""
				create function slow(value int) returns int language plpgsql immutable as $$
					begin perform pg_sleep(0.001); return value; end $$""");
		List<String> names = new ArrayList<>();
		for (int table = 0; table < TABLES; table++) {
			this.database
				.execute("create table t" + table + " as select i as a, i as b from generate_series(1, 400) i");
			names.add("create_a" + table);
			names.add("create_b" + table);
		}
		List<CompletableFuture<TestApplication>> starting = IntStream.range(0, APPLICATIONS)
			.mapToObj((number) -> CompletableFuture.supplyAsync(this::start))
			.toList();
		try {
			List<TestApplication> applications = starting.stream().map(CompletableFuture::join).toList();
			Awaitility.await()
				.until(() -> this.database.single("select to_regclass('heavy_index_operation') is not null",
						Boolean.class));
			int most = 0;
			while (!this.database.single("select count(*) = ? from heavy_index_operation where state = 'COMPLETED'",
					Boolean.class, names.size())) {
				most = Math.max(most, buildsNow());
				assertThat(tablesWithTwoBuilds()).isZero();
			}
			// both limits were put to the test
			assertThat(most).isEqualTo(SLOTS);
			Awaitility.await()
				.atMost(Duration.ofSeconds(2))
				.until(() -> applications.stream()
					.allMatch((application) -> names.stream().allMatch(application.heavyIndexes()::isCompleted)));
			assertThat(
					this.database.query("select name || attempt from heavy_index_attempt order by name", String.class))
				.containsExactlyElementsOf(names.stream().map((name) -> name + "1").sorted().toList());
			assertThat(applications.get(0).heavyIndexes().status().operations()).extracting(OperationStatus::attempts)
				.containsOnly(1);
			assertThat(this.database.single("select count(*) from pg_index where not indisvalid", Integer.class))
				.isZero();
		}
		finally {
			starting.forEach((application) -> application.join().close());
		}
	}

	private TestApplication start() {
		TestApplication.Builder builder = TestApplication.on(this.database)
			.property("heavy-index.max-concurrent-operations", String.valueOf(SLOTS));
		for (int table = 0; table < TABLES; table++) {
			builder.operation("create_a" + table, "create index t%1$d_a_idx on t%1$d (slow(a))".formatted(table))
				.operation("create_b" + table, "create index t%1$d_b_idx on t%1$d (slow(b))".formatted(table));
		}
		return builder.start();
	}

	private int buildsNow() {
		return this.database.single(
				"select count(*) from pg_stat_progress_create_index where datname = current_database()", Integer.class);
	}

	private int tablesWithTwoBuilds() {
		return this.database.single("""
				select count(*) from (select relid from pg_stat_progress_create_index
					where datname = current_database() group by relid having count(*) > 1) t""", Integer.class);
	}

}
