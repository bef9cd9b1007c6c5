package io.github.heavyindex.execution;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every row of the table of decisions for CREATE, on a real server.
 */
class CreateIndexTests {

	private static final String SQL = "CREATE INDEX logs_a_idx ON logs (a DESC) WHERE b IS NOT NULL";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b text)",
				"insert into logs select i, i % 1000, 'b' || i from generate_series(1, 20000) i", "analyze logs");
	}

	@Test
	void anAbsentIndexIsBuilt() {
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isFalse();
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(operation.duration()).isNotNull();
			assertThat(operation.table()).isEqualTo("public.logs");
			assertThat(operation.indexSize()).isPositive();
			assertThat(operation.tableSize()).isPositive();
			assertThat(application.heavyIndexes().isCompleted("create_a")).isTrue();
			assertThat(valid("logs_a_idx")).isTrue();
			assertThat(application.heavyIndexes().history("create_a")).hasSize(1);
		}
	}

	@Test
	void anEqualIndexIsAdopted() {
		this.database.execute(SQL);
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isTrue();
			assertThat(operation.attempts()).isZero();
			assertThat(application.heavyIndexes().history("create_a")).isEmpty();
		}
	}

	@Test
	void anotherDefinitionFailsWithBoth() {
		this.database.execute("create index logs_a_idx on logs (a)");
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.FAILED);
			assertThat(operation.lastError()).contains("(a DESC) WHERE (b IS NOT NULL)", "USING btree (a)");
			assertThat(this.database.single("select pg_get_indexdef('logs_a_idx'::regclass)", String.class))
				.isEqualTo("CREATE INDEX logs_a_idx ON public.logs USING btree (a)");
		}
	}

	@Test
	void anInvalidLeftoverIsRepaired() {
		this.database.execute(SQL, "update pg_index set indisvalid = false where indexrelid = 'logs_a_idx'::regclass");
		long oid = this.database.single("select 'logs_a_idx'::regclass::oid::bigint", Long.class);
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			application.await("create_a", OperationState.COMPLETED);
			assertThat(valid("logs_a_idx")).isTrue();
			assertThat(this.database.single("select 'logs_a_idx'::regclass::oid::bigint", Long.class))
				.isNotEqualTo(oid);
		}
	}

	@Test
	void anIndexOfThatNameOnAnotherTableIsLeftAlone() {
		this.database.execute("create table other (a int)", "create index logs_a_idx on other (a desc)");
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.FAILED);
			assertThat(operation.lastError()).startsWith("[42P07]")
				.contains("public.logs_a_idx", "another table", "Choose another name");
			assertThat(operation.attempts()).isZero();
			assertThat(this.indexes.definition("logs_a_idx")).contains(" ON public.other ");
		}
	}

	@ParameterizedTest
	@CsvSource({ "create table logs_a_idx (x int), a table", "create sequence logs_a_idx, a sequence",
			"create view logs_a_idx as select 1 as x, a view", "create type logs_a_idx as (x int), a composite type" })
	void aNameThatIsTakenByWhateverElseIsNamed(String taken, String kind) {
		this.database.execute(taken);
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.FAILED);
			assertThat(operation.lastError()).startsWith("[42P07]").contains("taken by " + kind, "Choose another name");
		}
	}

	@Test
	void theSameIndexDeclaredInOtherWordsIsAdopted() {
		this.database.execute("alter table logs add c varchar, add d timestamptz",
				"create index words_1 on logs using btree (a asc nulls last, lower((b)) collate \"default\")",
				"create unique index words_2 on logs (id) include (a) where ((b = any (array['x', 'y'])))",
				"create index words_3 on logs ((a::bigint)) where c in ('x', 'y')",
				"create index words_4 on logs (d) where d > '2020-01-01 00:00+02'");
		try (TestApplication application = TestApplication.on(this.database)
			.operation(CreateIndex.named("words_1").on("logs").columns("a", "lower(b)").build())
			.operation(CreateIndex.named("words_2")
				.on("public.logs")
				.columns("id")
				.include("a")
				.unique()
				.where("b IN ('x', 'y')")
				.build())
			.operation("create_words_3",
					"create index if not exists words_3 on public.logs (CAST(a AS int8)) where c = 'x' or c = 'y'")
			.operation("create_words_4",
					"create index concurrently words_4 on logs (d) where d > '2019-12-31T22:00:00Z'::timestamptz")
			.start()) {
			application.awaitAllDone();
			// another expression is another index, however alike
			assertThat(application.status("create_words_3").state()).isEqualTo(OperationState.FAILED);
			assertThat(application.heavyIndexes().status().operations())
				.filteredOn((operation) -> !operation.name().equals("create_words_3"))
				.allSatisfy((operation) -> assertThat(operation.completed() && operation.adopted()).isTrue());
		}
	}

	@Test
	void whatPostgresPrintsCanBeDeclared() {
		this.database.execute("alter table logs add c varchar, add d char(3)",
				"create index printed_1 on logs (a) where c in ('x', 'y')",
				"create index printed_2 on logs ((c || 'z'), (d = 'abc')) where c <> all ('{x,y}')",
				"create index printed_3 on logs ((case when c in ('x', 'y') then a::numeric end))",
				"create unique index printed_4 on logs using btree (id desc nulls last) include (b) with (fillfactor = 70)");
		TestApplication.Builder builder = TestApplication.on(this.database);
		for (int i = 1; i <= 4; i++) {
			builder.operation("create_printed_" + i, this.indexes.definition("printed_" + i));
		}
		try (TestApplication application = builder.start()) {
			application.awaitAllDone();
			assertThat(application.heavyIndexes().status().operations()).hasSize(4)
				.allSatisfy((operation) -> assertThat(operation.completed() && operation.adopted())
					.as("%s", operation.lastError())
					.isTrue());
		}
	}

	@Test
	void anotherTablespaceIsAnotherDefinition() {
		String tablespace = "ts_" + this.database.name();
		this.database.execute("set allow_in_place_tablespaces = on",
				"create tablespace " + tablespace + " location ''");
		this.database.closeLater(() -> this.database.execute("drop table logs", "drop tablespace " + tablespace));
		this.database.execute("create index elsewhere_idx on logs (a)",
				"create index there_idx on logs (a) tablespace " + tablespace);
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_elsewhere", "create index elsewhere_idx on logs (a) tablespace " + tablespace)
			.operation("create_there", "create index there_idx on logs (a) tablespace " + tablespace)
			.start()) {
			application.awaitAllDone();
			assertThat(application.status("create_elsewhere").lastError()).contains("TABLESPACE " + tablespace);
			assertThat(application.heavyIndexes().isCompleted("create_there")).isTrue();
		}
	}

	@Test
	void aLeftoverThatIsUniqueAndRejectsWritesGoesAtOnce() {
		this.database.execute("create unique index logs_id_idx on logs (id)");
		this.indexes.invalidate("logs_id_idx");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_id", "create unique index logs_id_idx on logs (id)")
			.start()) {
			assertThat(application.await("create_id", OperationState.COMPLETED).adopted()).isFalse();
			assertThat(this.indexes.isValid("logs_id_idx")).isTrue();
		}
	}

	private boolean valid(String index) {
		return this.indexes.isValid(index);
	}

}
