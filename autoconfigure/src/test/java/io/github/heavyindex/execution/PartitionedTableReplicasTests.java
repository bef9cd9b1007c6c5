package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.heavyindex.HeavyIndexGuard;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.PartitionStatus.State;
import io.github.heavyindex.testsupport.ApplicationProcess;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The index of a partitioned table over the lives of several applications.
 */
class PartitionedTableReplicasTests {

	private static final int PARTITIONS = 12;

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, day int, a int) partition by range (day)");
		IntStream.range(0, PARTITIONS)
			.forEach((day) -> this.database.execute("create table logs_" + day + " partition of logs for values from ("
					+ day + ") to (" + (day + 1) + ")"));
		this.database.execute("insert into logs select i, i % " + PARTITIONS + ", i from generate_series(1, 3000) i",
				"analyze",
				// what the server saw, whatever we say
				"create table ddl_log (object text, pid int)", """
						create function log_ddl() returns event_trigger language plpgsql as $$
						begin
							insert into public.ddl_log select object_identity, pg_backend_pid()
							from pg_event_trigger_ddl_commands()
							where command_tag = 'CREATE INDEX' and object_identity like '%logs_a_idx';
						end $$""",
				"create event trigger log_ddl on ddl_command_end when tag in ('CREATE INDEX')"
						+ " execute function log_ddl()",
				// slow for us
				"""
						create function slow(value int) returns int language plpgsql immutable as $$
						begin
							if current_setting('application_name') like 'heavy-index:create%' then
								perform pg_sleep(0.002);
							end if;
							return value;
						end $$""");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database)
			.operation("create_a", "CREATE INDEX logs_a_idx ON logs (slow(a))")
			.property("spring.application.name", "partitions");
	}

	// the machine may be busy, and the application one of its own
	private void awaitTrue(String sql) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> this.database.single(sql, Boolean.class));
	}

	private void assertBuiltOnce() {
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(this.database.query("select object from ddl_log", String.class)).hasSize(PARTITIONS + 1)
			.doesNotHaveDuplicates();
	}

	@Test
	void twoApplicationsShareTheSlotsAndBuildNoPartitionTwice() {
		try (TestApplication one = application().start(); TestApplication two = application().start()) {
			awaitTrue("select count(*) = 2 from pg_stat_progress_create_index");
			for (TestApplication each : List.of(one, two)) {
				OperationStatus operation = each.await("create_a", OperationState.COMPLETED);
				assertThat(operation.attempts()).isEqualTo(1);
			}
		}
		assertBuiltOnce();
		assertThat(this.database.query("select distinct pid from ddl_log", Integer.class)).hasSizeGreaterThan(1);
	}

	@Test
	void theBuildGoesOnWhereAKilledApplicationLeftIt() {
		try (ApplicationProcess killed = application().property("heavy-index.max-concurrent-operations", "1")
			.startProcess()) {
			awaitTrue("select count(*) >= 4 from pg_inherits where inhparent = to_regclass('logs_a_idx')");
			killed.kill();
		}
		long before = this.database.single("select count(*) from ddl_log", Long.class);
		assertThat(before).isLessThan(PARTITIONS);
		try (TestApplication next = application().property("heavy-index.max-concurrent-operations", "1").start()) {
			next.await("create_a", OperationState.COMPLETED);
			assertThat(this.database.query("select state || attempts from heavy_index_operation", String.class))
				.containsExactly("COMPLETED1");
		}
		// what was being built by then was built to its end
		assertBuiltOnce();
	}

	@Test
	void cancellingEndsAllSessionsAndKeepsWhatWasDone() {
		OpenTransaction old;
		try (TestApplication application = application().start()) {
			awaitTrue("select count(*) >= 3 from pg_inherits where inhparent = to_regclass('logs_a_idx')");
			old = OpenTransaction.withSnapshot(this.database);
			awaitTrue(
					"select count(*) = 2 from pg_stat_progress_create_index where phase = 'waiting for old snapshots'");
			assertThat(application.awaitProgress("create_a", (progress) -> !progress.blockedBy().isEmpty()).percent())
				.isBetween(10.0, 99.9);
			assertThat(application.heavyIndexes().partitions("create_a")).hasSize(PARTITIONS)
				.extracting(PartitionStatus::state)
				.contains(State.COMPLETED, State.RUNNING, State.PENDING);
			application.heavyIndexes().cancel("create_a");
			application.await("create_a", OperationState.CANCELLED);
			awaitTrue("select count(*) = 0 from pg_stat_progress_create_index");
			awaitTrue("select count(*) = 1 from pg_index where not indisvalid");
			application.awaitTurns();
			long attached = this.database
				.single("select count(*) from pg_inherits where inhparent = 'logs_a_idx'::regclass", Long.class);
			assertThat(attached).isBetween(3L, PARTITIONS - 2L);
			old.close();
			application.heavyIndexes().retry("create_a");
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void aClosingWindowKeepsFurtherPartitionsFromStarting() {
		try (TestApplication application = application().with(Switch.class).start()) {
			awaitTrue("select count(*) >= 2 from pg_inherits where inhparent = to_regclass('logs_a_idx')");
			Switch.reason = "the nightly import";
			OperationStatus held = application.await("create_a", OperationState.PENDING);
			assertThat(held.lastError()).contains("the nightly import");
			awaitTrue("select count(*) = 0 from pg_stat_progress_create_index");
			long done = this.database.single("select count(*) from ddl_log", Long.class);
			assertThat(done).isLessThan(PARTITIONS);
			application.awaitTurns();
			assertThat(this.database.single("select count(*) from ddl_log", Long.class)).isEqualTo(done);
			Switch.reason = null;
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
		finally {
			Switch.reason = null;
		}
		assertBuiltOnce();
	}

	@Test
	void aPartitionedIndexIsRenamedAndDroppedOnceTheLocksAreToBeHad() {
		this.database.execute("create index logs_a_idx on logs (a)");
		OtherSession reader = OtherSession.on(this.database);
		reader.execute("begin", "select count(*) from logs_3");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("rename_a", "ALTER INDEX logs_a_idx RENAME TO logs_b_idx")
			.operation("drop_a", "DROP INDEX logs_b_idx", "rename_a")
			.property("heavy-index.retry.max-attempts", "50")
			.start()) {
			application.await("rename_a", OperationState.COMPLETED);
			OperationStatus waiting = application.await("drop_a",
					(operation) -> operation.state() == OperationState.PENDING && operation.lastError() != null);
			assertThat(waiting.lastError()).contains("55P03", "every partition", "300 ms");
			// nobody queues behind a request of ours any more
			CompletableFuture<Void> writer = OtherSession.on(this.database)
				.executeLater("insert into logs values (1, 3, 1)");
			writer.join();
			assertThat(this.indexes.isValid("logs_b_idx")).isTrue();
			reader.execute("rollback");
			application.await("drop_a", OperationState.COMPLETED);
		}
		assertThat(this.database.query("select 1 from pg_class where relname ~ '^logs.*idx'", Integer.class)).isEmpty();
	}

	/**
	 * Holds operations back, as a guard of the application's own.
	 */
	static class Switch implements HeavyIndexGuard {

		private static volatile @Nullable String reason;

		@Override
		public @Nullable String reasonToHold() {
			return reason;
		}

	}

}
