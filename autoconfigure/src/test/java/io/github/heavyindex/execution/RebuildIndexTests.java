package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.ApplicationProcess;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A rebuild replaces an index by a fresh one of the same name, once, whatever happens.
 */
class RebuildIndexTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void bloatedIndex() {
		this.database.execute("create table logs (id bigint primary key, a int unique, b text)",
				"create index logs_b_idx on logs (b)",
				"insert into logs select i, i, 'value ' || i from generate_series(1, 20000) i",
				"delete from logs where id % 20 <> 0", "vacuum analyze logs");
	}

	private TestApplication.Builder application() {
		return application("logs_b_idx");
	}

	private TestApplication.Builder application(String index) {
		return TestApplication.on(this.database).operation("rebuild", "reindex index " + index);
	}

	@Test
	void isDoneOnceForEachName() {
		long oid = this.indexes.oid("logs_b_idx");
		long fresh;
		try (TestApplication application = application().start()) {
			OperationStatus operation = application.await("rebuild", OperationState.COMPLETED);
			assertThat(operation.adopted()).isFalse();
			assertThat(operation.table()).isEqualTo("public.logs");
			fresh = this.indexes.oid("logs_b_idx");
			assertThat(fresh).isNotEqualTo(oid);
			OperationAttempt attempt = application.heavyIndexes().history("rebuild").get(0);
			assertThat(attempt.sizeBefore()).isGreaterThan(500_000);
			assertThat(attempt.sizeAfter()).isBetween(8192L, 100_000L).isEqualTo(operation.indexSize());
			application.awaitTurns();
		}
		try (TestApplication application = application().start()) {
			application.await("rebuild", OperationState.COMPLETED);
			application.awaitTurns();
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(fresh);
		}
		// under another name it is another rebuild
		try (TestApplication application = application().operation("again", "reindex index logs_b_idx").start()) {
			application.await("again", OperationState.COMPLETED);
			assertThat(this.indexes.oid("logs_b_idx")).isNotEqualTo(fresh);
			assertThat(application.heavyIndexes().history("rebuild")).hasSize(1);
		}
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void isDoneOnceByTwoReplicas() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		long oid = this.indexes.oid("logs_b_idx");
		try (TestApplication first = application().start(); TestApplication second = application().start()) {
			first.awaitSnapshotWait("rebuild");
			second.awaitSnapshotWait("rebuild");
			old.close();
			first.await("rebuild", OperationState.COMPLETED);
			long fresh = this.indexes.oid("logs_b_idx");
			assertThat(fresh).isNotEqualTo(oid);
			assertThat(second.await("rebuild", OperationState.COMPLETED).attempts()).isEqualTo(1);
			second.awaitTurns();
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(fresh);
			assertThat(second.heavyIndexes().history("rebuild")).hasSize(1);
		}
	}

	@Test
	void isDoneAgainWhereOurTablesWereLost() {
		try (TestApplication application = application().start()) {
			application.await("rebuild", OperationState.COMPLETED);
		}
		long oid = this.indexes.oid("logs_b_idx");
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
		try (TestApplication application = application().start()) {
			application.await("rebuild", OperationState.COMPLETED);
			assertThat(this.indexes.oid("logs_b_idx")).isNotEqualTo(oid);
		}
	}

	@Test
	void goesOnWithoutItsApplicationAndIsAdopted() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		long oid = this.indexes.oid("logs_b_idx");
		int pid;
		try (ApplicationProcess first = application().startProcess()) {
			// a process of its own takes its time to start on a busy machine
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.until(() -> this.database.query("""
						select phase = 'waiting for old snapshots' from pg_stat_progress_create_index
						where datname = current_database() and command = 'REINDEX CONCURRENTLY'""", Boolean.class)
					.contains(true));
			pid = this.database.single(
					"select pid from pg_stat_progress_create_index where datname = current_database()", Integer.class);
			first.kill();
		}
		try (TestApplication second = application().start()) {
			OperationStatus operation = second.awaitSnapshotWait("rebuild");
			assertThat(operation.state()).isEqualTo(OperationState.RUNNING);
			assertThat(second.await("rebuild", OperationStatus::adopted).attempts()).isEqualTo(1);
			assertThat(second.progress("rebuild").pid()).isEqualTo(pid);
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(oid);
			old.close();
			OperationStatus completed = second.await("rebuild", OperationState.COMPLETED);
			assertThat(completed.adopted()).isTrue();
			assertThat(completed.attempts()).isEqualTo(1);
			long fresh = this.indexes.oid("logs_b_idx");
			assertThat(fresh).isNotEqualTo(oid);
			second.awaitTurns();
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(fresh);
		}
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void beginsAgainWhereItsSessionDied() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		long oid = this.indexes.oid("logs_b_idx");
		try (TestApplication application = application().start()) {
			application.awaitSnapshotWait("rebuild");
			int pid = application.progress("rebuild").pid();
			this.database.query("select pg_terminate_backend(?, 5000)", Boolean.class, pid);
			old.close();
			OperationStatus operation = application.await("rebuild", OperationState.COMPLETED);
			assertThat(operation.attempts()).isEqualTo(2);
			assertThat(this.indexes.oid("logs_b_idx")).isNotEqualTo(oid);
		}
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(this.indexes.exists("logs_b_idx_ccnew")).isFalse();
	}

	@Test
	void isNotDoneTwiceWhereOnlyTheOldIndexWasNotRemoved() {
		long fresh;
		try (TestApplication application = application().start()) {
			application.await("rebuild", OperationState.COMPLETED);
			fresh = this.indexes.oid("logs_b_idx");
		}
		// as a crash between the swap and the end leaves it
		this.database.execute("update heavy_index_operation set state = 'RUNNING', finished_at = null",
				"create index logs_b_idx_ccold on logs (b)");
		this.indexes.invalidate("logs_b_idx_ccold");
		try (TestApplication application = application().start()) {
			OperationStatus operation = application.await("rebuild", OperationState.COMPLETED);
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(this.indexes.exists("logs_b_idx_ccold")).isFalse();
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(fresh);
		}
	}

	@Test
	void isCancelledWithoutHarm() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		long oid = this.indexes.oid("logs_b_idx");
		try (TestApplication application = application().start()) {
			application.awaitSnapshotWait("rebuild");
			application.heavyIndexes().cancel("rebuild");
			application.await("rebuild", OperationState.CANCELLED);
			old.close();
			this.database.awaitTrue("select to_regclass('logs_b_idx_ccnew') is null");
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(oid);
			assertThat(this.indexes.isValid("logs_b_idx")).isTrue();
			application.heavyIndexes().retry("rebuild");
			application.await("rebuild", OperationState.COMPLETED);
			assertThat(this.indexes.oid("logs_b_idx")).isNotEqualTo(oid);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "logs_pkey", "logs_a_key", "\"Hash \"\"of\"\" b\"", "leaf_idx", "view_idx" })
	void ofEveryKindThatPostgresqlCanRebuild(String index) {
		this.database.execute("create index \"Hash \"\"of\"\" b\" on logs using hash (b)",
				"create table parts (id int) partition by range (id)",
				"create table leaf partition of parts for values from (0) to (9)", "create index on parts (id)",
				"alter index leaf_id_idx rename to leaf_idx", "create materialized view v as select * from logs",
				"create unique index view_idx on v (id)", "alter table logs replica identity using index logs_pkey");
		String definition = this.indexes.definition(index);
		rebuilt(index);
		assertThat(this.indexes.definition(index)).isEqualTo(definition);
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void ofALongValuesTable() {
		rebuilt(this.database.single(
				"select indexrelid::regclass::text from pg_index where indrelid = (select reltoastrelid from pg_class"
						+ " where oid = 'logs'::regclass)",
				String.class));
	}

	@Test
	void ofAnInvalidIndexMendsIt() {
		this.indexes.invalidate("logs_b_idx");
		rebuilt("logs_b_idx");
		assertThat(this.indexes.isValid("logs_b_idx")).isTrue();
	}

	private void rebuilt(String index) {
		long oid = this.indexes.oid(index);
		try (TestApplication application = application(index).start()) {
			OperationStatus operation = application.await("rebuild",
					(status) -> status.state() == OperationState.COMPLETED || status.state() == OperationState.FAILED);
			assertThat(operation.lastError()).isNull();
			assertThat(this.indexes.oid(index)).isNotEqualTo(oid);
		}
	}

	@ParameterizedTest
	@CsvSource({ "no_overlap, exclusion constraint", "parts_id_idx, each partition",
			"pg_catalog.pg_class_oid_index, " + "system catalogs", "logs, no index", "nowhere, dependsOn" })
	void thatCannotBeSaysWhy(String index, String why) {
		this.database.execute("create table parts (id int) partition by range (id)", "create index on parts (id)",
				"alter table logs add column r int4range, add constraint no_overlap exclude using gist (r with &&)");
		List<Long> before = this.database.query("select indexrelid::bigint from pg_index order by 1", Long.class);
		try (TestApplication application = application(index).start()) {
			assertThat(application.await("rebuild", OperationState.FAILED).lastError()).contains(why);
			assertThat(application.status("rebuild").attempts()).isZero();
		}
		assertThat(this.database.query("select indexrelid::bigint from pg_index order by 1", Long.class))
			.containsAll(before);
	}

}
