package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.ForeignStatement;
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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Expressions of an index have statistics once it is complete, and whatever becomes of
 * gathering them, it is complete.
 */
class AnalyzeTests {

	private static final String SQL = "create index logs_idx on logs (code(b))";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, b text) with (autovacuum_enabled = false)",
				"insert into logs select i, 'B' || i from generate_series(1, 3000) i");
		code("");
	}

	/**
	 * A function that does something of its own while it serves an ANALYZE.
	 */
	private void code(String whenAnalyzed) {
		this.database.execute("""
				create or replace function public.code(text text) returns text immutable language plpgsql as $$
				begin
					if current_query() ilike 'analyze%%' then
						%s
					end if;
					return lower(text);
				end $$""".formatted(whenAnalyzed.isEmpty() ? "null;" : whenAnalyzed));
	}

	private TestApplication.Builder builder() {
		return TestApplication.on(this.database).operation("create", SQL);
	}

	@ParameterizedTest
	@CsvSource({ "expression-only, 1, 0", "always, 1, 2", "never, 0, 0" })
	void whatIsAnalyzedAfterABuildIsConfigured(String analyze, int ofExpression, int ofTable) {
		this.database.execute("create table plain (a int, b int) with (autovacuum_enabled = false)",
				"insert into plain select i, i from generate_series(1, 100) i");
		try (TestApplication application = builder().property("heavy-index.build.analyze", analyze)
			.operation("plain", "create index plain_idx on plain (a)")
			.start()) {
			application.awaitAllDone();
			assertThat(application.heavyIndexes().status().operations()).allMatch(OperationStatus::completed);
			assertThat(application.heavyIndexes().history("create")).extracting(OperationAttempt::error)
				.containsOnlyNulls();
		}
		assertThat(statistics("logs_idx")).isEqualTo(ofExpression);
		assertThat(statistics("plain")).isEqualTo(ofTable);
	}

	@Test
	void aFailureIsAWarningInTheHistory() {
		code("raise exception 'not now';");
		try (TestApplication application = builder().start()) {
			OperationStatus operation = application.await("create", OperationState.COMPLETED);
			assertThat(operation.completed()).isTrue();
			assertThat(operation.lastError()).isNull();
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(application.heavyIndexes().history("create")).singleElement().satisfies((attempt) -> {
				assertThat(attempt.outcome()).isEqualTo(OperationAttempt.Outcome.COMPLETED);
				assertThat(attempt.error()).contains("The index is complete", "ANALYZE public.logs", "[P0001] not now");
			});
		}
	}

	@Test
	void itShowsInTheProgressAndEndsWhenItIsCancelled() {
		code("perform pg_sleep(0.05);");
		try (TestApplication application = builder().start()) {
			application.awaitProgress("create",
					(progress) -> progress.phase() != null && progress.phase().startsWith("analyzing: "));
			assertThat(this.indexes.isValid("logs_idx")).isTrue();
			assertThat(application.progress("create").percent()).isGreaterThanOrEqualTo(99);
			application.heavyIndexes().cancel("create");
			awaitWarning(application, "[57014]");
			assertThat(application.await("create", OperationState.COMPLETED).lastError()).isNull();
		}
	}

	@Test
	void itGivesWayToTrafficThatIsHeldUp() {
		code("perform pg_sleep(0.05);");
		try (TestApplication application = builder().start()) {
			application.awaitProgress("create",
					(progress) -> progress.phase() != null && progress.phase().startsWith("analyzing: "));
			ForeignStatement alter = ForeignStatement.start(this.database, "alter table logs add c int");
			this.database.awaitTrue("select exists (select from pg_locks where not granted and pid = ?)", alter.pid());
			ForeignStatement reader = ForeignStatement.start(this.database, "select count(*) from logs");
			assertThat(reader.awaitEnd()).isEqualTo("00000");
			assertThat(alter.awaitEnd()).isEqualTo("00000");
			awaitWarning(application, "[57014]");
			application.await("create", OperationState.COMPLETED);
		}
	}

	@Test
	void closingTheApplicationMayEndItAndTheIndexIsComplete() {
		code("perform pg_sleep(0.05);");
		TestApplication.Builder builder = builder().property("heavy-index.on-shutdown", "cancel");
		try (TestApplication application = builder.start()) {
			application.awaitProgress("create",
					(progress) -> progress.phase() != null && progress.phase().startsWith("analyzing: "));
		}
		assertThat(this.indexes.isValid("logs_idx")).isTrue();
		assertThat(this.database.query("select state from heavy_index_operation", String.class))
			.isEqualTo(List.of("COMPLETED"));
	}

	@Test
	void aBuildThatOutlivesItsApplicationIsAnalyzedByTheNext() {
		OpenTransaction old = OpenTransaction.begin(this.database, "select 1 from pg_class limit 1");
		try (TestApplication application = builder().start()) {
			application.await("create", OperationState.RUNNING);
			this.database
				.awaitTrue("select exists (select from pg_stat_progress_create_index where datname = current_database()"
						+ " and phase like 'waiting for %')");
		}
		try (TestApplication application = builder().start()) {
			application.await("create", (status) -> status.state() == OperationState.RUNNING && status.adopted());
			assertThat(statistics("logs_idx")).isZero();
			old.close();
			assertThat(application.await("create", OperationState.COMPLETED).adopted()).isTrue();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> statistics("logs_idx") == 1);
		}
	}

	private static void awaitWarning(TestApplication application, String text) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> application.heavyIndexes().history("create"),
					(history) -> history.size() == 1 && String.valueOf(history.get(0).error()).contains(text));
	}

	private int statistics(String relation) {
		return this.database.single("select count(*)::int from pg_stats where tablename = ?", Integer.class, relation);
	}

}
