package io.github.heavyindex.execution;

import java.util.List;
import java.util.stream.Stream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.ForeignStatement;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What a DBA would ask of partitioned tables: awkward names, what somebody else does
 * meanwhile, and a death after each statement.
 */
class PartitionedTableOddsTests {

	private static final String[] TREE = { "create table logs (id int, day int, a text) partition by range (day)",
			"create table logs_1 partition of logs for values from (1) to (2)",
			"create table logs_2 partition of logs for values from (2) to (3)",
			"create table logs_rest partition of logs default partition by list (id)",
			"create table logs_rest_0 partition of logs_rest default",
			"insert into logs select i, 1 + i % 4, 'a' || i from generate_series(1, 2000) i", "analyze logs" };

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_a", "create index logs_a_idx on logs (a)");
	}

	private List<String> tree(String index) {
		return this.database.query("select relid::regclass::text from pg_partition_tree(?::regclass) order by 1",
				String.class, index);
	}

	private void assertWhole() {
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(tree("logs_a_idx")).containsExactly("logs_1_logs_a_idx", "logs_2_logs_a_idx", "logs_a_idx",
				"logs_rest_0_logs_a_idx", "logs_rest_logs_a_idx");
		assertThat(this.database.single("select count(*) from pg_index where indrelid::regclass::text like 'logs%'",
				Integer.class))
			.isEqualTo(5);
	}

	static Stream<Arguments> deaths() {
		String only = "create index logs_a_idx on only logs (a)";
		String level = "create index logs_rest_logs_a_idx on only logs_rest (a)";
		String attached = "alter index logs_a_idx attach partition logs_rest_logs_a_idx";
		String invalid = "update pg_index set indisvalid = false, indisready = %s where indexrelid = '%s'::regclass";
		return Stream.of(arguments("the parent's", List.of(only)), arguments("a level's", List.of(only, level)),
				arguments("a level's attached", List.of(only, level, attached)),
				arguments("a build that waited for writers",
						List.of(only, level, attached, "create index logs_1_logs_a_idx on logs_1 (a)",
								invalid.formatted(false, "logs_1_logs_a_idx"))),
				arguments("a build that waited for old snapshots",
						List.of(only, level, attached, "create index logs_1_logs_a_idx on logs_1 (a)",
								invalid.formatted(true, "logs_1_logs_a_idx"))),
				arguments("a partition's built",
						List.of(only, level, attached, "create index logs_1_logs_a_idx on logs_1 (a)")),
				arguments("one partition's attached",
						List.of(only, level, attached, "create index logs_1_logs_a_idx on logs_1 (a)",
								"alter index logs_a_idx attach partition logs_1_logs_a_idx")),
				arguments("a lower partition's attached and its level not",
						List.of(only, level, "create index logs_rest_0_logs_a_idx on logs_rest_0 (a)",
								"alter index logs_rest_logs_a_idx attach partition logs_rest_0_logs_a_idx")),
				arguments("a level's without the parent's", List.of(level)),
				arguments("a partition's without the parent's",
						List.of("create index logs_1_logs_a_idx on logs_1 (a)")),
				arguments("a leftover without the parent's", List.of("create index logs_1_logs_a_idx on logs_1 (a)",
						invalid.formatted(true, "logs_1_logs_a_idx"))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("deaths")
	void whateverStepWasTheLastTheBuildGoesOn(String name, List<String> done) {
		this.database.execute(TREE);
		this.database.execute(done.toArray(String[]::new));
		try (TestApplication application = application().start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
		assertWhole();
	}

	@Test
	void namesOf63BytesInMixedCaseSchemas() {
		String table = "Ä".repeat(30) + "abc";
		String index = "Ö".repeat(31) + "x";
		this.database.execute("create schema \"Mixed Case\"", "create schema \"part.itions\"",
				"create table \"Mixed Case\".\"%s\" (\"Id\" int, \"select\" text) partition by list (\"Id\")"
					.formatted(table),
				"create table \"part.itions\".\"%s1\" partition of \"Mixed Case\".\"%s\" for values in (1)"
					.formatted("ä".repeat(31), table),
				"create table \"part.itions\".\"%s2\" partition of \"Mixed Case\".\"%s\" for values in (2)"
					.formatted("ä".repeat(31), table),
				"create table \"Mixed Case\".\"%s1\" partition of \"Mixed Case\".\"%s\" default partition by hash (\"Id\")"
					.formatted("ä".repeat(31), table),
				"create table \"part.itions\".\"a\"\"b.c\" partition of \"Mixed Case\".\"%s1\" for values with (modulus 1, remainder 0)"
					.formatted("ä".repeat(31)));
		TestApplication.Builder builder = TestApplication.on(this.database)
			.operation("create_a", "create index \"%s\" on \"Mixed Case\".\"%s\" (\"select\")".formatted(index, table));
		try (TestApplication application = builder.start()) {
			application.await("create_a", OperationState.COMPLETED);
			assertThat(application.heavyIndexes().partitions("create_a")).hasSize(3);
		}
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(tree("\"Mixed Case\".\"" + index + "\"")).hasSize(5);
		try (TestApplication application = builder.start()) {
			assertThat(application.await("create_a", OperationState.COMPLETED).drift()).isNull();
			application.heavyIndexes().rollback("create_a");
			application.await("create_a", OperationState.CANCELLED);
		}
		assertThat(this.database.query("select relname from pg_class where relkind in ('i', 'I')"
				+ " and relnamespace::regnamespace::text like '\"%'", String.class))
			.isEmpty();
	}

	@Test
	void aPartitionThatIsBeingBuiltIsDropped() {
		this.database.execute(TREE);
		this.database.execute("insert into logs select i, 1, 'a' || i from generate_series(1, 20000) i", "analyze");
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = application().property("heavy-index.max-concurrent-operations", "1")
			.start()) {
			if (!dropWhileItIsBuilt(application, old, "logs_1")) {
				this.database.execute("drop table logs_1");
			}
			application.await("create_a", OperationState.COMPLETED);
			assertThat(application.status("create_a").lastError()).isNull();
		}
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(tree("logs_a_idx")).hasSize(4);
	}

	@Test
	void theLastPartitionOfALevelIsDroppedWhileItIsBuilt() {
		assumeThat(this.database.server().serverVersion()).isGreaterThanOrEqualTo(150000);
		this.database.execute(TREE);
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = application().property("heavy-index.max-concurrent-operations", "1")
			.start()) {
			while (!dropWhileItIsBuilt(application, old, "logs_rest_0")) {
				// the build has gone on
				application.await("create_a", OperationState.COMPLETED);
				application.heavyIndexes().rollback("create_a");
				application.await("create_a", OperationState.CANCELLED);
				old = OpenTransaction.withSnapshot(this.database);
				application.heavyIndexes().retry("create_a");
			}
			assertThat(application.await("create_a", OperationState.FAILED).lastError()).startsWith("[55000] ")
				.contains("The partition public.logs_rest", "has lost its last partition", "Add a partition");
			this.database.execute("create table logs_rest_1 partition of logs_rest default");
			application.heavyIndexes().retry("create_a");
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.indexes.invalid()).isEmpty();
	}

	/**
	 * Drops a partition as soon as the build of its index lets it.
	 * @return whether it is dropped. PostgreSQL refuses some that meet the very end of a
	 * concurrent build, which lets go of the table before its last change is committed;
	 * on 14.20 and 18.6 with {@code psql} alone, 6 of 80
	 */
	private boolean dropWhileItIsBuilt(TestApplication application, OpenTransaction old, String partition) {
		this.database.awaitTrue("select exists (select from pg_stat_progress_create_index where relid = ?::regclass"
				+ " and phase = 'waiting for old snapshots')", partition);
		assertThat(application.heavyIndexes().isCompleted("create_a")).isFalse();
		ForeignStatement drop = ForeignStatement.start(this.database, "drop table " + partition);
		this.database.awaitTrue("select exists (select from pg_locks where pid = ? and not granted)", drop.pid());
		old.close();
		String sqlState = drop.awaitEnd();
		assertThat(drop.error()).isIn("", "ERROR: tuple concurrently updated");
		return sqlState.equals("00000");
	}

	@Test
	void aPartitionOfAnotherOwnerFailsByItsNameAndWhatWasBuiltIsKept() {
		TestRole role = this.database.createRole("");
		this.database.execute(TREE);
		this.database.execute("create schema own authorization " + role.name(),
				"grant create on schema public to " + role.name());
		for (String table : List.of("logs", "logs_1", "logs_rest", "logs_rest_0")) {
			this.database.execute("alter table " + table + " owner to " + role.name());
		}
		try (TestApplication application = application().as(role)
			.property("heavy-index.history.schema", "own")
			.start()) {
			OperationStatus operation = application.await("create_a", OperationState.FAILED);
			assertThat(operation.lastError()).startsWith("[42501] ").contains("public.logs_2");
			this.database.execute("alter table logs_2 owner to " + role.name());
			application.heavyIndexes().retry("create_a");
			application.await("create_a", OperationState.COMPLETED);
		}
		assertWhole();
	}

	@Test
	void anIndexMadeByHandOnOnlyTheParentIsCompletedOnlyIfItIsTheDeclaredOne() {
		this.database.execute(TREE);
		this.database.execute("create index logs_a_idx on only logs (a)", "create index logs_b_idx on only logs (id)");
		try (TestApplication application = application().operation("create_b", "create index logs_b_idx on logs (day)")
			.start()) {
			application.await("create_a", OperationState.COMPLETED);
			assertThat(application.await("create_b", OperationState.FAILED).lastError()).startsWith("[42P07] ")
				.contains("another definition", "(day)", "(id)");
		}
		assertThat(this.indexes.invalid()).containsExactly("logs_b_idx");
		assertThat(tree("logs_b_idx")).hasSize(1);
	}

	@Test
	void twoIndexesOfOneTableAndOneOfItsPartitionGetInNobodysWay() {
		this.database.execute(TREE);
		try (TestApplication application = application()
			.operation("create_b", "create index logs_b_idx on logs (day, a)")
			.operation("create_c", "create index logs_1_c_idx on logs_1 (a, id)")
			.operation("create_d", "create index logs_1_mine_idx on logs_1 (a)")
			.property("heavy-index.max-concurrent-operations", "4")
			.start()) {
			application.awaitAllDone();
			assertThat(application.heavyIndexes().status().summary().completed()).isEqualTo(4);
		}
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(this.indexes.isValid("logs_1_mine_idx")).as("attached or not, it is there as declared").isTrue();
	}

	@Test
	void aUniqueConstraintOfAPartitionServesAUniqueIndexOfTheTable() {
		this.database.execute(TREE);
		this.database.execute("alter table logs_1 add constraint logs_1_key unique (id, day)");
		long oid = this.indexes.oid("logs_1_key");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_key", "create unique index logs_key on logs (id, day)")
			.start()) {
			application.await("create_key", OperationState.COMPLETED);
		}
		assertThat(this.indexes.oid("logs_1_key")).isEqualTo(oid);
		assertThat(tree("logs_key")).contains("logs_1_key").hasSize(5);
	}

	@Test
	void aPartitionWhoseDetachmentWasBrokenOffIsLeftOut() {
		this.database.execute("create table flat (id int, a int) partition by list (id)",
				"create table flat_1 partition of flat for values in (1)",
				"create table flat_2 partition of flat for values in (2)", "insert into flat values (1, 1), (2, 2)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select * from flat");
		ForeignStatement detach = ForeignStatement.start(this.database,
				"alter table flat detach partition flat_1 concurrently");
		this.database.awaitTrue("select bool_or(inhdetachpending) from pg_inherits");
		this.database.execute("select pg_cancel_backend(" + detach.pid() + ")");
		assertThat(detach.awaitEnd()).isEqualTo("57014");
		reader.close();
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_a", "create index flat_a_idx on flat (a)")
			.start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.indexes.isValid("flat_a_idx")).isTrue();
	}

	@Test
	void aTableWithoutAnyPartition() {
		this.database.execute("create table none (a int) partition by list (a)");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_a", "create index none_a_idx on none (a)")
			.start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.indexes.isValid("none_a_idx")).isTrue();
	}

}
