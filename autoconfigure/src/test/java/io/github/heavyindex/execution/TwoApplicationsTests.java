package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas that start at the same moment carry each operation out exactly once.
 */
class TwoApplicationsTests {

	private static final int OPERATIONS = 6;

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void tables() {
		for (int table = 0; table < 3; table++) {
			this.database.execute("create table t" + table + " (id bigint, a int)",
					"insert into t" + table + " select i, i % 100 from generate_series(1, 20000) i");
		}
		// what the server saw, whatever we say
		this.database.execute("create table ddl_log (id int generated always as identity, object text, pid int)",
				"""
						create function log_ddl() returns event_trigger language plpgsql as $$
						begin
							insert into public.ddl_log (object, pid) select object_identity, pg_backend_pid()
							from pg_event_trigger_ddl_commands() where command_tag = 'CREATE INDEX' and object_identity like '%x_';
						end $$""",
				"create event trigger log_ddl on ddl_command_end when tag in ('CREATE INDEX') execute function log_ddl()");
	}

	private TestApplication.Builder replica() {
		TestApplication.Builder builder = TestApplication.on(this.database)
			.property("heavy-index.max-concurrent-operations", "2");
		for (int i = 0; i < OPERATIONS; i++) {
			builder.operation("create_x" + i, "create index x" + i + " on t" + (i / 2) + " (a, id)");
		}
		return builder;
	}

	@Test
	void eachOperationIsCarriedOutExactlyOnce() {
		try (Replicas replicas = startTogether()) {
			for (TestApplication replica : replicas.all()) {
				replica.awaitAllDone();
				assertThat(replica.heavyIndexes().status().operations()).hasSize(OPERATIONS)
					.allSatisfy((operation) -> assertThat(operation.completed()).isTrue())
					.allSatisfy((operation) -> assertThat(operation.attempts()).isEqualTo(1))
					.allSatisfy((operation) -> assertThat(operation.adopted()).isFalse());
			}
		}
		assertThat(this.database.query("select outcome from heavy_index_attempt", String.class)).hasSize(OPERATIONS)
			.containsOnly("COMPLETED");
		assertThat(this.database.query("select object from ddl_log", String.class)).containsExactlyInAnyOrderElementsOf(
				IntStream.range(0, OPERATIONS).mapToObj((i) -> "public.x" + i).toList());
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void noMoreRunAtOnceThanAllowedOverBothAndOneOnATable() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (Replicas replicas = startTogether()) {
			this.database.awaitTrue("""
					select count(*) = 2 from pg_stat_progress_create_index
					where datname = current_database() and phase = 'waiting for old snapshots'""");
			replicas.all().forEach(TestApplication::awaitTurns);
			// both see the same two
			for (TestApplication replica : replicas.all()) {
				replica.awaitTurns();
				List<OperationStatus> running = inState(replica, OperationState.RUNNING);
				assertThat(running).hasSize(2);
				assertThat(running).extracting(OperationStatus::table).doesNotHaveDuplicates();
				assertThat(running).allSatisfy(
						(operation) -> assertThat(replica.progress(operation.name()).blockedBy()).singleElement()
							.satisfies((session) -> assertThat(session.pid()).isEqualTo(old.pid())));
				assertThat(inState(replica, OperationState.PENDING)).extracting(OperationStatus::waitingFor)
					.allSatisfy((reason) -> assertThat(reason).containsAnyOf("slot: 2 of 2 in use",
							"table lock held by pid "));
			}
			assertThat(builds()).containsExactly(1L, 1L);
			CompletableFuture<List<List<Long>>> samples = CompletableFuture
				.supplyAsync(() -> sample(replicas.all().get(0)));
			old.close();
			replicas.all().forEach(TestApplication::awaitAllDone);
			assertThat(samples.join()).isNotEmpty().allSatisfy((sample) -> {
				assertThat(sample).hasSizeLessThanOrEqualTo(2);
				assertThat(sample).allMatch((onTable) -> onTable == 1);
			});
		}
		assertThat(this.database.query("select attempts from heavy_index_operation", Integer.class)).hasSize(OPERATIONS)
			.containsOnly(1);
	}

	private List<List<Long>> sample(TestApplication application) {
		List<List<Long>> samples = new ArrayList<>();
		while (application.heavyIndexes().status().summary().completed() < OPERATIONS) {
			samples.add(builds());
		}
		return samples;
	}

	/**
	 * How many sessions build now, by table.
	 */
	private List<Long> builds() {
		return this.database.query("""
				select count(*) from pg_stat_progress_create_index where datname = current_database()
					and relid::regclass::text ~ '^t[0-9]$' group by relid""", Long.class);
	}

	private static List<OperationStatus> inState(TestApplication application, OperationState state) {
		return application.heavyIndexes()
			.status()
			.operations()
			.stream()
			.filter((operation) -> operation.state() == state)
			.toList();
	}

	private Replicas startTogether() {
		CyclicBarrier barrier = new CyclicBarrier(2);
		List<CompletableFuture<TestApplication>> starting = IntStream.range(0, 2)
			.mapToObj((i) -> CompletableFuture.supplyAsync(() -> {
				TestApplication.Builder builder = replica();
				try {
					barrier.await();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
				return builder.start();
			}))
			.toList();
		return new Replicas(starting.stream().map(CompletableFuture::join).toList());
	}

	private record Replicas(List<TestApplication> all) implements AutoCloseable {

		@Override
		public void close() {
			this.all.forEach(TestApplication::close);
		}

	}

}
