package io.github.heavyindex.execution;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.operation.IndexDeclaration;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements that PostgreSQL refuses, and some that only look as if it had done what they
 * say. One application declares them all, each in a schema of its own.
 */
class RefusedStatementsTests {

	// as the set-ups call it
	private static final String OTHER_ROLE = "mf_other";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@TestFactory
	Stream<DynamicTest> whatPostgresRefusesFailsWithItsSqlStateAndLeavesNothingBehind() {
		List<Case> cases = new ArrayList<>();
		assertThat(statements().refused()).hasSize(65);
		for (Refused row : statements().refused()) {
			if (!row.setup().contains(OTHER_ROLE) && !row.isForWantOfALock()) {
				cases.add(new Case("row_" + cases.size(), row));
			}
		}
		return run(cases, TestApplication.on(this.database));
	}

	@TestFactory
	Stream<DynamicTest> whatTheRoleMayNotFailsWithItsSqlStateToo() {
		TestRole role = this.database.createRole("");
		this.database.execute("create schema history authorization " + role.name());
		List<Case> cases = new ArrayList<>();
		for (Refused row : statements().refused()) {
			if (row.setup().contains(OTHER_ROLE)) {
				Case prepared = new Case("row_" + cases.size(), row);
				cases.add(new Case(prepared.name(),
						new Refused(row.group(),
								row.setup()
									.replace("set role " + OTHER_ROLE + ";", "")
									.replace("schema public", "schema " + prepared.name())
									.replace(OTHER_ROLE, role.name()) + " grant usage on schema " + prepared.name()
										+ " to " + role.name(),
								row.statement(), row.sqlstate(), row.message().replace("public", prepared.name()))));
			}
		}
		return run(cases, TestApplication.on(this.database).as(role).property("heavy-index.history.schema", "history"));
	}

	private Stream<DynamicTest> run(List<Case> cases, TestApplication.Builder builder) {
		assertThat(cases).isNotEmpty();
		builder.property("heavy-index.max-concurrent-operations", "4");
		Map<Case, @Nullable InvalidIndexOperationException> refusals = new LinkedHashMap<>();
		for (Case row : cases) {
			setUp(row.name(), row.statement().setup());
			try {
				builder.operation(read(row.statement().statement(), row.name()));
				refusals.put(row, null);
			}
			catch (InvalidIndexOperationException ex) {
				refusals.put(row, ex);
			}
		}
		List<String> invalid = this.indexes.invalid();
		TestApplication application = this.database.closeLater(builder.start());
		application.awaitAllDone();
		List<DynamicTest> tests = new ArrayList<>();
		refusals.forEach((row, refusal) -> tests
			.add(DynamicTest.dynamicTest(row.statement().statement(), () -> assertRefused(application, row, refusal))));
		tests.add(DynamicTest.dynamicTest("nothing is left behind, and nothing is tried again", () -> {
			application.awaitTurns();
			assertThat(this.indexes.invalid()).isEqualTo(invalid);
			assertThat(application.heavyIndexes().status().operations())
				.allSatisfy((operation) -> assertThat(operation.attempts()).isLessThan(2));
		}));
		return tests.stream();
	}

	private void assertRefused(TestApplication application, Case row,
			@Nullable InvalidIndexOperationException refusal) {
		if (refusal != null) {
			assertThat(refusal.getMessage()).isNotBlank();
			assertThat(refusal.getAction()).isNotBlank();
			assertThatExceptionOfType(Exception.class).isThrownBy(
					() -> TestApplication.on(this.database).operation("refused", row.statement().statement()).start())
				.havingRootCause()
				.isInstanceOf(InvalidIndexOperationException.class);
			return;
		}
		OperationStatus operation = application.status(row.name());
		if (row.statement()
			.message()
			.matches("cannot create index on partitioned table .*"
					+ "|.* cannot (run inside a transaction block|be executed from a function)")) {
			// what PostgreSQL does not do at once is done partition by partition, and
			// nothing is done in a transaction
			assertThat(operation.state()).isEqualTo(OperationState.COMPLETED);
			return;
		}
		assertThat(operation.state()).isEqualTo(OperationState.FAILED);
		assertThat(operation.lastError()).startsWith("[" + row.statement().sqlstate() + "] ");
		// the mend is a sentence after the message
		assertThat(String.valueOf(operation.lastError()).length())
			.isGreaterThan(row.statement().message().length() + 30);
	}

	@Test
	void whatIsRefusedForWantOfALockWaitsForItAndIsDone() {
		List<Refused> rows = statements().refused().stream().filter(Refused::isForWantOfALock).toList();
		assertThat(rows).hasSize(2);
		List<String> locks = List.of("lock table locked_0.t in access exclusive mode",
				"insert into locked_1.t values (2)");
		TestApplication.Builder builder = TestApplication.on(this.database);
		for (int i = 0; i < rows.size(); i++) {
			setUp("locked_" + i, rows.get(i).setup());
			builder.operation(read(rows.get(i).statement(), "locked_" + i));
		}
		List<OtherSession> holders = locks.stream().map((lock) -> {
			OtherSession holder = OtherSession.on(this.database);
			holder.execute("begin", lock);
			return holder;
		}).toList();
		try (TestApplication application = builder.start()) {
			assertThat(application.await("locked_0", (operation) -> operation.waitingFor() != null).waitingFor())
				.contains("pid " + holders.get(0).pid());
			application.await("locked_1",
					(operation) -> operation.progress() != null && !operation.progress().blockedBy().isEmpty());
			holders.forEach((holder) -> holder.execute("commit"));
			application.await("locked_0", OperationState.COMPLETED);
			application.await("locked_1", OperationState.COMPLETED);
		}
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void whatOnlyLooksLikeSuccessIsNeverCompleted() {
		List<LooksLikeSuccess> rows = statements().looksLikeSuccess();
		assertThat(rows).hasSize(8);
		TestApplication.Builder builder = TestApplication.on(this.database);
		List<String> declared = new ArrayList<>();
		for (LooksLikeSuccess row : rows) {
			String name = "row_" + rows.indexOf(row);
			setUp(name, row.setup());
			try {
				builder.operation(read(row.statement(), name));
				declared.add(row.title());
			}
			catch (InvalidIndexOperationException ex) {
				assertThat(row.title()).containsAnyOf("no name", "longer than 63 bytes");
			}
		}
		assertThat(declared).hasSize(6);
		try (TestApplication application = builder.start()) {
			application.awaitAllDone();
			List<OperationStatus> operations = application.heavyIndexes().status().operations();
			assertThat(operations).filteredOn(OperationStatus::completed)
				.as("attached, with the equal index that somebody made")
				.extracting(OperationStatus::name)
				.containsExactly("row_7");
			assertThat(operations).filteredOn((operation) -> !operation.completed())
				.hasSize(5)
				.allSatisfy((operation) -> assertThat(operation.state()).isEqualTo(OperationState.FAILED))
				.allSatisfy((operation) -> assertThat(operation.lastError()).matches("\\[[0-9A-Z]{5}] .+"));
		}
	}

	private void setUp(String schema, String setup) {
		this.database.execute("create schema " + schema, "set search_path = " + schema,
				setup.isBlank() ? "select 1" : setup);
	}

	/**
	 * The declared operation, with unqualified names in the given schema.
	 */
	private static IndexOperation read(String statement, String name) {
		OperationOptions options = new OperationOptions(name, Set.of(), false, null, null, false, null, null, null);
		IndexOperation operation = new IndexDeclaration(statement, "", "", List.of(), "", false, "", List.of(), options)
			.toOperation();
		if (operation instanceof CreateIndex create) {
			return new CreateIndex(create.table().in(name), create.indexName(), create.unique(), create.only(),
					create.definition(), options);
		}
		if (operation instanceof DropIndex drop) {
			return new DropIndex(drop.index().in(name), options);
		}
		if (operation instanceof RebuildIndex rebuild) {
			return new RebuildIndex(rebuild.index().in(name), options);
		}
		if (operation instanceof AddConstraint add) {
			return new AddConstraint(add.table().in(name), add.constraintName(), add.kind(), add.indexName(),
					add.timing(), options);
		}
		throw new IllegalArgumentException(statement);
	}

	private static Statements statements() {
		try (var json = new ClassPathResource("refused-statements.json", RefusedStatementsTests.class)
			.getInputStream()) {
			return JsonMapper.builder().build().readValue(json, Statements.class);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record Case(String name, Refused statement) {
	}

	private record Statements(List<Refused> refused, List<LooksLikeSuccess> looksLikeSuccess) {
	}

	private record Refused(String group, String setup, String statement, String sqlstate, String message) {

		boolean isForWantOfALock() {
			return this.sqlstate.equals("55P03");
		}

	}

	private record LooksLikeSuccess(String title, String setup, String statement) {
	}

}
