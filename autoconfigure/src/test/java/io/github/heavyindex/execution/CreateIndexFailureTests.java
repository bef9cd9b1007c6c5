package io.github.heavyindex.execution;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What cannot be built fails once, with the SQLSTATE and the mend, and leaves nothing
 * behind; the others go on.
 */
@ExtendWith(OutputCaptureExtension.class)
class CreateIndexFailureTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, secret text)",
				"insert into logs select i, i % 1000, 'tell-nobody' from generate_series(1, 2000) i");
	}

	@Test
	void whatTheServerRefusesFailsBeforeTheTableIsTouchedAndTheOthersGoOn() {
		this.database.execute("create table parted (a int) partition by range (a)");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("no_table", "create index i_table on nowhere (a)")
			.operation("no_schema", "create index i_schema on nowhere.logs (a)")
			.operation("no_column", "create index i_column on logs (nope)")
			.operation("no_expression", "create index i_expression on logs ((a +))")
			.operation("not_supported", "create index i_parted on only parted (a)")
			.operation("good", "create index i_good on logs (a)")
			.start()) {
			application.awaitAllDone();
			assertThat(application.heavyIndexes().isCompleted("good")).isTrue();
			failed(application, "no_table", "42P01", "nowhere", "Create it");
			failed(application, "no_schema", "42P01", "nowhere.logs", "Create it");
			failed(application, "no_column", "42703", "\"nope\"", "Correct the column's name");
			failed(application, "no_expression", "42601", "syntax error", "Correct the declaration");
			failed(application, "not_supported", "0A000", "public.parted", "Leave ONLY out");
			assertThat(this.indexes.invalid()).isEmpty();
			application.awaitTurns();
			assertThat(application.heavyIndexes().status().operations())
				.allSatisfy((operation) -> assertThat(operation.attempts()).isLessThan(2));
		}
	}

	@Test
	void duplicateRowsFailTheOperationOnceAndNobodySeesTheirValues(CapturedOutput output) {
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_secret", "create unique index logs_secret_idx on logs (secret)")
			.start()) {
			failed(application, "create_secret", "23505", "logs_secret_idx",
					"Remove the duplicate rows of public.logs");
			application.awaitTurns();
			OperationStatus operation = application.status("create_secret");
			assertThat(operation.state()).isEqualTo(OperationState.FAILED);
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(application.heavyIndexes().history("create_secret")).singleElement()
				.satisfies((attempt) -> assertThat(attempt.outcome()).isEqualTo(OperationAttempt.Outcome.FAILED))
				.satisfies((attempt) -> assertThat(attempt.sqlState()).isEqualTo("23505"));
			assertThat(application.heavyIndexes().status() + " " + application.heavyIndexes().history("create_secret"))
				.doesNotContain("Key (", "tell-nobody");
		}
		assertThat(this.indexes.exists("logs_secret_idx")).isFalse();
		assertThat(this.database.query("select o::text from heavy_index_operation o", String.class) + " "
				+ this.database.query("select a::text from heavy_index_attempt a", String.class))
			.contains("23505")
			.doesNotContain("Key (", "tell-nobody");
		assertThat(output.getAll()).contains("create_secret failed").doesNotContain("Key (", "tell-nobody");
	}

	@Test
	void aRoleThatMayNotIsToldWhatToGrant() {
		TestRole role = this.database.createRole("");
		this.database.execute("revoke create on schema public from public",
				"create schema own authorization " + role.name(), "create table mine (a int)",
				"alter table mine owner to " + role.name(), "grant select on logs to " + role.name());
		try (TestApplication application = TestApplication.on(this.database)
			.as(role)
			.property("heavy-index.history.schema", "own")
			.operation("not_the_owner", "create index i_owner on logs (a)")
			.operation("no_create", "create index i_create on mine (a)")
			.start()) {
			application.awaitAllDone();
			failed(application, "not_the_owner", "42501", "must be owner of table logs", "own public.logs");
			failed(application, "no_create", "42501", "permission denied for schema public", "GRANT CREATE ON SCHEMA");
			this.database.execute("grant create on schema public to " + role.name());
			application.heavyIndexes().retry("no_create");
			application.await("no_create", OperationState.COMPLETED);
		}
	}

	@Test
	void aTableThatCannotBeReadFailsOrIsBuiltButNeverWaitsForEver() {
		TestRole role = this.database.createRole("");
		this.database.execute("create schema own authorization " + role.name());
		try (TestApplication application = TestApplication.on(this.database)
			.as(role)
			.property("heavy-index.history.schema", "own")
			.operation("not_the_owner", "create index i_owner on logs (a)")
			.start()) {
			failed(application, "not_the_owner", "42501", "logs");
		}
	}

	private static void failed(TestApplication application, String name, String sqlState, String... texts) {
		OperationStatus operation = application.await(name, OperationState.FAILED);
		assertThat(operation.lastError()).startsWith("[" + sqlState + "] ").contains(texts);
		assertThat(operation.waitingFor()).isNull();
	}

}
