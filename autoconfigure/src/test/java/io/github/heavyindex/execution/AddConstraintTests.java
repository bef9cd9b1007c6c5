package io.github.heavyindex.execution;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.testsupport.ForeignStatement;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A constraint is made of an index that was built online, on a real server.
 */
class AddConstraintTests {

	private static final List<String> CHAIN = List.of("create", "add");

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint not null, a int, b text)",
				"insert into logs select i, i, 'b' || i from generate_series(1, 5000) i");
	}

	private TestApplication.Builder chain(String constraint) {
		return TestApplication.on(this.database)
			.operation("create", "create unique index logs_idx on logs (id) include (b)")
			.operation("add", "alter table logs add constraint " + constraint, "create");
	}

	@Test
	void anIndexBecomesAPrimaryKeyAndStaysCompleteThoughOurTablesAreLost() {
		TestApplication.Builder builder = chain("logs_pk primary key using index logs_idx");
		long oid;
		try (TestApplication application = builder.start()) {
			complete(application, false);
			OperationStatus add = application.status("add");
			assertThat(add.type()).isEqualTo(OperationType.CONSTRAINT);
			assertThat(add.table()).isEqualTo("public.logs");
			assertThat(add.indexSize()).isPositive();
			assertThat(constraint("logs_pk")).isEqualTo("PRIMARY KEY (id) INCLUDE (b)");
			oid = this.indexes.oid("logs_pk");
			assertThat(this.indexes.exists("logs_idx")).isFalse();
			application.awaitTurns();
			complete(application, false);
		}
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
		try (TestApplication application = builder.start()) {
			complete(application, true);
			application.awaitTurns();
			complete(application, true);
			assertThat(this.indexes.oid("logs_pk")).isEqualTo(oid);
			this.database.execute("alter table logs drop constraint logs_pk");
			application.await("add", (status) -> status.drift() == Drift.MISSING);
			assertThat(application.status("create").completed()).isTrue();
		}
		assertThat(this.database.single("select count(*) from heavy_index_attempt", Long.class)).isZero();
	}

	@Test
	void aDeferrableConstraintOfTheIndexesOwnNameStaysCompleteToo() {
		TestApplication.Builder builder = chain("logs_idx unique using index logs_idx deferrable initially deferred");
		try (TestApplication application = builder.start()) {
			complete(application, false);
			assertThat(constraint("logs_idx")).isEqualTo("UNIQUE (id) INCLUDE (b) DEFERRABLE INITIALLY DEFERRED");
		}
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt",
				"alter table logs rename to renamed", "alter table renamed rename to logs");
		try (TestApplication application = builder.start()) {
			complete(application, true);
			application.awaitTurns();
			complete(application, true);
		}
	}

	@Test
	void aConstraintThatIsRenamedLaterStaysComplete() {
		TestApplication.Builder builder = chain("logs_key unique using index logs_idx deferrable").operation("rename",
				"alter index logs_key rename to logs_id_key", "add");
		try (TestApplication application = builder.start()) {
			application.awaitAllDone();
			assertThat(constraint("logs_id_key")).isEqualTo("UNIQUE (id) INCLUDE (b) DEFERRABLE");
		}
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
		try (TestApplication application = builder.start()) {
			complete(application, true);
			assertThat(application.status("rename").completed()).isTrue();
		}
	}

	@Test
	void aBeanDeclaresItTooAndAnotherSchemaMakesNoDifference() {
		this.database.execute("create schema \"Other\"", "create table \"Other\".\"Logs\" (\"Id\" int not null)",
				"create unique index \"Logs Idx\" on \"Other\".\"Logs\" (\"Id\")");
		try (TestApplication application = TestApplication.on(this.database)
			.operation(AddConstraint.named("Logs Key")
				.on("Other.Logs")
				.unique()
				.usingIndex("Logs Idx")
				.name("add")
				.build())
			.start()) {
			assertThat(application.await("add", OperationState.COMPLETED).sql()).isEqualTo(
					"ALTER TABLE ONLY \"Other\".\"Logs\" ADD CONSTRAINT \"Logs Key\" UNIQUE USING INDEX \"Logs Idx\"");
			assertThat(constraint("Logs Key")).isEqualTo("UNIQUE (\"Id\")");
		}
	}

	@Test
	void whatPostgresqlRefusesIsSaidBeforeTheTableIsLocked() {
		this.database.execute("create unique index partial on logs (id) where a > 0",
				"create unique index expression on logs (lower(b))", "create index plain on logs (id)",
				"create unique index descending on logs (id desc)",
				"create unique index opclass on logs (b text_pattern_ops)",
				"create unique index collated on logs (b collate \"C\")",
				"create unique index nullable on logs (id, a)",
				"create table parted (id int not null) partition by range (id)",
				"create unique index parted_idx on parted (id)", "create table taken_key (a int)",
				"create unique index ok on logs (id)", "alter table logs add constraint checked check (a > 0)",
				"create index hashed on logs using hash (id)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("partial", add("c1 unique using index partial"))
			.operation("expression", add("c2 unique using index expression"))
			.operation("plain", add("c3 unique using index plain"))
			.operation("descending", add("c4 unique using index descending"))
			.operation("opclass", add("c5 unique using index opclass"))
			.operation("collated", add("c6 unique using index collated"))
			.operation("nullable", add("c7 primary key using index nullable"))
			.operation("parted", "alter table parted add constraint c8 unique using index parted_idx")
			.operation("taken", add("taken_key unique using index ok"))
			.operation("absent", add("c9 unique using index nowhere"))
			.operation("hashed", add("c10 unique using index hashed"))
			.start()) {
			application.awaitAllDone();
			assertThat(error(application, "partial")).startsWith("[42809]").contains("is partial");
			assertThat(error(application, "expression")).startsWith("[42809]").contains("has expressions");
			assertThat(error(application, "plain")).startsWith("[42809]").contains("is not unique");
			assertThat(error(application, "hashed")).startsWith("[42809]").contains("is not unique");
			assertThat(List.of("descending", "opclass", "collated"))
				.allSatisfy((name) -> assertThat(error(application, name)).startsWith("[42809]")
					.contains("has a column with another order, collation or operator class"));
			assertThat(error(application, "nullable")).contains("The columns [a]", "SET NOT NULL", "NOT VALID");
			assertThat(error(application, "parted")).startsWith("[0A000]")
				.contains("not supported on partitioned tables");
			assertThat(error(application, "taken")).startsWith("[42P07]").contains("taken by a table");
			assertThat(error(application, "absent")).startsWith("[42704]").contains("There is no index nowhere");
			assertThat(application.heavyIndexes().status().operations())
				.allMatch((operation) -> operation.attempts() == 0);
		}
		reader.close();
	}

	/**
	 * What we say of an index must be what PostgreSQL does with it.
	 */
	@Test
	void whatTheCatalogSaysIsWhatPostgresqlDoes() {
		this.database
			.execute("create domain positive as int check (value > 0)", "create type mood as enum ('a', 'b')", """
					create table types (id int, d positive not null, v varchar(9) not null, c char(3) not null,
						n name not null, m mood not null, r int4range not null, arr int[] not null, net cidr not null,
						u uuid not null, ts timestamptz not null, num numeric(9, 2) not null,
						t text collate "C" not null, dropped int)""", "alter table types drop column dropped");
		TestApplication.Builder builder = TestApplication.on(this.database);
		for (String column : List.of("d", "v", "c", "n", "m", "r", "arr", "net", "u", "ts", "num", "t")) {
			this.database.execute("create unique index types_" + column + " on types (" + column + ")");
			builder.operation(column,
					"alter table types add constraint key_" + column + " unique using index types_" + column);
		}
		if (this.database.server().serverVersion() >= 150000) {
			this.database.execute("create unique index types_id on types (id) nulls not distinct");
			builder.operation("id", "alter table types add constraint key_id unique using index types_id");
		}
		try (TestApplication application = builder.start()) {
			application.awaitAllDone();
			assertThat(application.heavyIndexes().status().operations()).allSatisfy((operation) -> {
				assertThat(operation.completed()).as("%s", operation).isTrue();
				assertThat(operation.attempts()).isEqualTo(1);
			});
		}
	}

	@Test
	void aNotNullConstraintThatIsNotValidatedMakesNoPrimaryKey() {
		Assumptions.assumeThat(this.database.server().serverVersion()).isGreaterThanOrEqualTo(180000);
		this.database.execute("alter table logs add constraint a_there not null a not valid",
				"create unique index logs_idx on logs (a)");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("add", add("logs_pk primary key using index logs_idx"))
			.start()) {
			assertThat(application.await("add", OperationState.FAILED).lastError()).startsWith("[55000]")
				.contains("[a_there]", "VALIDATE CONSTRAINT");
			this.database.execute("alter table logs validate constraint a_there");
			application.heavyIndexes().retry("add");
			application.await("add", OperationState.COMPLETED);
		}
	}

	@Test
	void aReaderOfTheTableIsWaitedForAndOthersWaitNoLongerThanTheLockTimeout() {
		this.database.execute("create unique index logs_idx on logs (id)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs");
		try (TestApplication application = TestApplication.on(this.database)
			.property("heavy-index.retry.max-attempts", "100")
			.property("heavy-index.lock-timeout", "1s")
			.operation("add", add("logs_key unique using index logs_idx"))
			.start()) {
			this.database.awaitTrue("select exists (select from pg_locks where relation = 'logs'::regclass"
					+ " and mode = 'AccessExclusiveLock' and not granted)");
			CompletableFuture<String> queued = CompletableFuture
				.supplyAsync(() -> ForeignStatement.start(this.database, "select count(*) from logs").awaitEnd());
			OperationStatus operation = application.await("add",
					(status) -> status.state() == OperationState.PENDING && status.attempts() >= 1);
			assertThat(operation.lastError()).startsWith("[55P03]").contains("Somebody holds a lock");
			// though the first reader never ended
			assertThat(queued.join()).isEqualTo("00000");
			assertThat(this.indexes.exists("logs_key")).isFalse();
			reader.close();
			application.await("add", OperationState.COMPLETED);
		}
		assertThat(constraint("logs_key")).isEqualTo("UNIQUE (id)");
	}

	@Test
	void aLockedIndexHoldsNobodyFromTheTableForLonger() {
		this.database.execute("create unique index logs_idx on logs (id)");
		OpenTransaction owner = OpenTransaction.begin(this.database, "comment on index logs_idx is 'mine'");
		try (TestApplication application = TestApplication.on(this.database)
			.property("heavy-index.retry.max-attempts", "100")
			.operation("add", add("logs_key unique using index logs_idx"))
			.start()) {
			assertThat(application
				.await("add", (status) -> status.state() == OperationState.PENDING && status.attempts() >= 1)
				.lastError()).startsWith("[55P03]");
			owner.close();
			application.await("add", OperationState.COMPLETED);
		}
	}

	private static String add(String constraint) {
		return "alter table logs add constraint " + constraint;
	}

	private static String error(TestApplication application, String name) {
		assertThat(application.status(name).state()).isEqualTo(OperationState.FAILED);
		return String.valueOf(application.status(name).lastError());
	}

	private String constraint(String name) {
		return this.database.single("select pg_get_constraintdef(oid) from pg_constraint where conname = ?",
				String.class, name);
	}

	private static void complete(TestApplication application, boolean adopted) {
		application.awaitAllDone();
		assertThat(CHAIN).map(application::status).allSatisfy((operation) -> {
			assertThat(operation.completed()).as("%s", operation).isTrue();
			assertThat(operation.adopted()).isEqualTo(adopted);
		});
	}

}
