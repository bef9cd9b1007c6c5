package io.github.heavyindex.execution;

import java.util.List;
import java.util.stream.IntStream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.PartitionStatus.State;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The index of a partitioned table is built partition by partition, and is done when the
 * catalog says that the whole is valid.
 */
class PartitionedTableTests {

	private static final String SQL = "CREATE INDEX logs_a_idx ON logs (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, day int, a int) partition by range (day)");
		IntStream.rangeClosed(1, 4).forEach(this::partition);
		this.database.execute("insert into logs select i, i % 4, i from generate_series(1, 2000) i", "analyze");
	}

	private void partition(int number) {
		this.database.execute("create table logs_" + number + " partition of logs for values from (" + (number - 1)
				+ ") to (" + number + ")");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_a", SQL);
	}

	private List<String> attached() {
		return this.database.query("select inhrelid::regclass::text from pg_inherits"
				+ " where inhparent = 'logs_a_idx'::regclass order by 1", String.class);
	}

	@Test
	void eachPartitionGetsItsIndexAndTheWholeIsValid() {
		try (TestApplication application = application().start()) {
			OperationStatus operation = application.await("create_a", OperationState.COMPLETED);
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(operation.adopted()).isFalse();
			assertThat(operation.tableSize()).isPositive();
			assertThat(attached()).containsExactly("logs_1_logs_a_idx", "logs_2_logs_a_idx", "logs_3_logs_a_idx",
					"logs_4_logs_a_idx");
			assertThat(application.heavyIndexes().partitions("create_a")).hasSize(4)
				.allSatisfy((partition) -> assertThat(partition.state()).isEqualTo(State.COMPLETED))
				.extracting(PartitionStatus::index)
				.contains("public.logs_1_logs_a_idx");
			assertThat(application.heavyIndexes().isCompleted("create_a")).isTrue();
		}
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
		// what comes later is PostgreSQL's
		partition(5);
		assertThat(attached()).hasSize(5);
		try (TestApplication application = application().start()) {
			assertThat(application.await("create_a", OperationState.COMPLETED).drift()).isNull();
		}
	}

	@Test
	void aTreeOfSeveralLevelsWithADefaultPartitionAndAnEmptyBranch() {
		this.database.execute("create table \"Logs rest\" partition of logs default partition by list (a)",
				"create table logs_deep partition of \"Logs rest\" default partition by hash (id)",
				"create table logs_deep_0 partition of logs_deep for values with (modulus 1, remainder 0)",
				"create table logs_none partition of \"Logs rest\" for values in (-1) partition by list (id)",
				"insert into logs select i, 9, i from generate_series(1, 100) i");
		try (TestApplication application = application().start()) {
			application.await("create_a", OperationState.COMPLETED);
			assertThat(application.heavyIndexes().partitions("create_a")).hasSize(5);
		}
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(attached()).hasSize(5);
		assertThat(this.indexes.isValid("logs_deep_0_logs_a_idx")).isTrue();
	}

	@Test
	void anEqualIndexOfAPartitionIsAttachedAndAnotherOneIsLeftAlone() {
		this.database.execute("create index mine on logs_1 (a)", "create index other on logs_2 (a desc)",
				"create index logs_3_logs_a_idx on logs_3 (id)", "create unique index uniq on logs_4 (a)");
		long oid = this.indexes.oid("mine");
		try (TestApplication application = application().start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(attached()).containsExactly("logs_2_logs_a_idx", "logs_3_logs_a_idx_2", "logs_4_logs_a_idx", "mine");
		assertThat(this.indexes.oid("mine")).isEqualTo(oid);
		assertThat(this.indexes.isValid("other") && this.indexes.isValid("logs_3_logs_a_idx")).isTrue();
	}

	@Test
	void anInvalidIndexOfAPartitionIsBuiltAnewAndAnInvalidAttachedOneRepaired() {
		this.database.execute("create index logs_a_idx on only logs (a)",
				"create index logs_1_logs_a_idx on logs_1 (a)", "create index logs_2_logs_a_idx on logs_2 (a)",
				"create index somebodys on logs_3 (a)");
		for (String index : List.of("logs_1_logs_a_idx", "logs_2_logs_a_idx", "somebodys")) {
			this.indexes.invalidate(index);
		}
		this.database.execute("alter index logs_a_idx attach partition logs_2_logs_a_idx");
		long oid = this.indexes.oid("logs_1_logs_a_idx");
		try (TestApplication application = application().start()) {
			application.await("create_a", OperationState.COMPLETED);
			assertThat(attached()).hasSize(4);
			assertThat(this.indexes.oid("logs_1_logs_a_idx")).isNotEqualTo(oid);
			assertThat(this.indexes.invalid()).contains("somebodys").doesNotContain("logs_2_logs_a_idx");
		}
	}

	@Test
	void foreignPartitionsAndUniqueIndexesWithoutTheKeyAreRefusedBeforeAnythingIsBuilt() {
		assumeThat(
				this.database.query("select 1 from pg_available_extensions where name = 'postgres_fdw'", Integer.class))
			.isNotEmpty();
		this.database.execute("create extension postgres_fdw",
				"create server far foreign data wrapper postgres_fdw options (dbname 'x')",
				"create table cold (id int, a int) partition by range (id)",
				"create table cold_1 partition of cold for values from (0) to (1)",
				"create foreign table cold_far partition of cold for values from (1) to (2) server far",
				"create table deep (id int, a int) partition by range (id)",
				"create table deep_1 partition of deep for values from (0) to (1) partition by range (a)");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("foreign", "CREATE INDEX cold_a_idx ON cold (a)")
			.operation("keyless", "CREATE UNIQUE INDEX logs_u_idx ON logs (a)")
			.operation("half_key", "CREATE UNIQUE INDEX deep_u_idx ON deep (id)")
			.operation("only", "CREATE INDEX logs_only_idx ON ONLY logs (a)")
			.operation("whole_key", "CREATE UNIQUE INDEX logs_key_idx ON logs (id, day)")
			.start()) {
			assertThat(application.awaitAllDone().summary().failed()).isEqualTo(4);
			assertThat(application.status("foreign").lastError()).contains("public.cold_far", "detach");
			assertThat(application.status("keyless").lastError()).contains("0A000", "partition");
			assertThat(application.status("half_key").lastError()).contains("0A000", "partition");
			assertThat(application.status("only").lastError()).contains("Leave ONLY out");
			assertThat(application.status("whole_key").completed()).isTrue();
		}
		assertThat(this.database.query(
				"select relname from pg_class where relname ~ '(cold|_u_|only|deep_1_)'" + " and relkind in ('i', 'I')",
				String.class))
			.isEmpty();
	}

	@Test
	void whatIsRefusedOfOnePartitionsRowsFailsAndLeavesNothingInvalid() {
		this.database.execute("insert into logs select 7, 3, 7 from generate_series(1, 2)");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_a", "CREATE UNIQUE INDEX logs_a_idx ON logs (day, a)")
			.start()) {
			assertThat(application.await("create_a", OperationState.FAILED).lastError()).contains("23505", "logs_4");
			this.database.execute("delete from logs where id = 7 and day = 3");
			assertThat(this.database.query("select indexrelid::regclass::text from pg_index where not indisvalid",
					String.class))
				.containsExactly("logs_a_idx");
			application.heavyIndexes().retry("create_a");
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

	@Test
	void partitionsThatComeAndGoDuringTheBuildAreFollowed() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = application().property("heavy-index.max-concurrent-operations", "1")
			.start()) {
			OperationStatus waiting = application.awaitSnapshotWait("create_a", "4 partitions");
			assertThat(waiting.state()).isEqualTo(OperationState.RUNNING);
			assertThat(application.heavyIndexes().isCompleted("create_a")).isFalse();
			String built = application.heavyIndexes()
				.partitions("create_a")
				.stream()
				.filter((partition) -> partition.state() == State.RUNNING)
				.findFirst()
				.orElseThrow()
				.name();
			String leaving = built.endsWith("logs_4") ? "logs_1" : "logs_4";
			this.database.execute("create table logs_9 (id bigint, day int, a int)",
					"insert into logs_9 select i, 8, i from generate_series(1, 50) i",
					"alter table logs detach partition " + leaving);
			partition(8);
			old.close();
			application.await("create_a", OperationState.COMPLETED);
			assertThat(attached()).hasSize(4)
				.doesNotContain(leaving + "_logs_a_idx")
				.anyMatch((i) -> i.startsWith("logs_8"));
		}
	}

	@Test
	void anInvalidIndexOfAPartitionIsRepairedWhereAllAreAttached() {
		assumeThat(this.database.server().serverVersion()).isGreaterThanOrEqualTo(150000);
		attachAllWithOneInvalid();
		try (TestApplication application = application().start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
		assertThat(attached()).containsExactly("i1", "i2", "i3", "i4");
	}

	@Test
	void version14DoesNotLookAgainAndTheMendsLeadOutOfIt() {
		assumeThat(this.database.server().serverVersion()).isLessThan(150000);
		attachAllWithOneInvalid();
		try (TestApplication application = application().start()) {
			assertThat(application.await("create_a", OperationState.FAILED).lastError()).startsWith("[55000] ")
				.contains("Each partition of public.logs has a valid index", "does not mark public.logs_a_idx itself",
						"version 14", "under another name", "DROP INDEX \"public\".\"logs_a_idx\"");
			assertThat(this.indexes.invalid()).as("the partition's is mended").containsExactly("logs_a_idx");
			application.awaitTurns();
			assertThat(application.status("create_a").attempts()).isEqualTo(1);
			application.heavyIndexes().retry("create_a");
			application.await("create_a", (operation) -> operation.state() == OperationState.FAILED
					&& application.heavyIndexes().history("create_a").size() == 2);
		}
		// under another name
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_new", "CREATE INDEX logs_new_idx ON logs (a)")
			.start()) {
			application.await("create_new", OperationState.COMPLETED);
			assertThat(this.indexes.isValid("logs_new_idx")).isTrue();
		}
		this.database.execute("drop index \"public\".\"logs_a_idx\"");
		// or dropped first
		try (TestApplication application = TestApplication.on(this.database)
			.operation("again", "CREATE INDEX logs_a_idx ON logs (a)")
			.start()) {
			application.await("again", OperationState.COMPLETED);
		}
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

	@Test
	void version14DoesNotSeeThatTheLastPartitionWithoutAnIndexWasDetached() {
		assumeThat(this.database.server().serverVersion()).isLessThan(150000);
		this.database.execute("create index logs_a_idx on only logs (a)");
		for (int number = 1; number <= 3; number++) {
			this.database.execute("create index i" + number + " on logs_" + number + " (a)",
					"alter index logs_a_idx attach partition i" + number);
		}
		this.database.execute("alter table logs detach partition logs_4");
		try (TestApplication application = application().start()) {
			assertThat(application.await("create_a", OperationState.FAILED).lastError()).contains("version 14");
		}
	}

	private void attachAllWithOneInvalid() {
		this.database.execute("create index logs_a_idx on only logs (a)");
		for (int number = 1; number <= 4; number++) {
			this.database.execute("create index i" + number + " on logs_" + number + " (a)");
		}
		this.indexes.invalidate("i2");
		for (int number = 1; number <= 4; number++) {
			this.database.execute("alter index logs_a_idx attach partition i" + number);
		}
		assertThat(this.indexes.isValid("logs_a_idx")).isFalse();
	}

	@Test
	void theLastPartitionWithoutAnIndexIsDetached() {
		assumeThat(this.database.server().serverVersion()).isGreaterThanOrEqualTo(150000);
		this.database.execute("create index logs_a_idx on only logs (a)");
		for (int number = 1; number <= 3; number++) {
			this.database.execute("create index i" + number + " on logs_" + number + " (a)",
					"alter index logs_a_idx attach partition i" + number);
		}
		this.database.execute("alter table logs detach partition logs_4");
		assertThat(this.indexes.isValid("logs_a_idx")).isFalse();
		try (TestApplication application = application().start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
		assertThat(attached()).containsExactly("i1", "i2", "i3");
	}

	@Test
	void aPartitionThatSomebodyWorksOnIsWaitedForAndOneThatIsLockedIsTriedAgain() {
		OtherSession writer = OtherSession.on(this.database);
		// ATTACH needs the index to itself, a reader holds it
		this.database.execute("create index mine on logs_1 (a)");
		// the last statement lets go of the snapshot, which builds would wait for
		writer.execute("begin", "set local enable_seqscan = off", "select a from logs_1 where a = 4",
				"set local enable_seqscan = on");
		OtherSession worker = OtherSession.on(this.database);
		worker.execute("begin", "lock table logs_2 in share update exclusive mode");
		try (TestApplication application = application().property("heavy-index.retry.max-attempts", "50").start()) {
			this.database.awaitTrue("select count(*) = 2 from pg_inherits where inhparent = to_regclass('logs_a_idx')");
			application.await("create_a", (operation) -> operation.state() == OperationState.RUNNING);
			worker.execute("rollback");
			this.database.awaitTrue("select count(*) = 3 from pg_inherits where inhparent = to_regclass('logs_a_idx')");
			application.await("create_a", (operation) -> operation.state() == OperationState.PENDING
					&& operation.lastError() != null && operation.lastError().contains("55P03"));
			writer.execute("rollback");
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(attached()).contains("mine");
	}

}
