package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What failed rebuilds of a declared index left is removed, and nobody else's index.
 */
class RebuildLeftoverTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, a int, b text)", "create table other (b text)",
				"insert into logs select i, i, 'x' from generate_series(1, 1000) i");
	}

	static Stream<String> names() {
		return Stream.of("logs_b_idx", "x".repeat(63), "Ä".repeat(31), "€".repeat(20) + "xyz", "a" + "😀".repeat(15));
	}

	@ParameterizedTest
	@MethodSource("names")
	void isFoundByTheNamesThatTheServerGives(String name) {
		String quoted = "\"" + name + "\"";
		this.database.execute("create index " + quoted + " on logs (b) where a > 0");
		failToRebuild(quoted);
		failToRebuild(quoted);
		assertThat(this.indexes.invalid()).hasSize(2);
		rebuild(quoted);
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void isFoundAlsoWhereTheIndexBacksADeferrableConstraint() {
		this.database.execute("alter table logs add constraint logs_a_key unique (a) deferrable");
		failToRebuild("logs_a_key");
		assertThat(this.indexes.invalid()).hasSize(1);
		rebuild("logs_a_key");
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void nobodyElsesIndexIsTouched() {
		this.database.execute("create index logs_b_idx on logs (b)", "create index logs_b_idx_ccold on logs (b)",
				"create index logs_b_idx_ccnew on logs (b)", "create index logs_b_idx_ccnew1 on logs (a)",
				"create index logs_b_idx_ccnew2 on other (b)", "create index logs_b_idx_ccnewest on logs (b)",
				"create index logs_b_idx_ccnew3 on logs (b) where a > 1");
		List<String> others = List.of("logs_b_idx_ccnew1", "logs_b_idx_ccnew2", "logs_b_idx_ccnewest",
				"logs_b_idx_ccnew3");
		others.forEach(this.indexes::invalidate);
		this.indexes.invalidate("logs_b_idx_ccold");
		try (TestApplication application = rebuild("logs_b_idx")) {
			assertThat(this.indexes.exists("logs_b_idx_ccold")).isFalse();
			assertThat(this.indexes.isValid("logs_b_idx_ccnew")).isTrue();
			assertThat(this.indexes.invalid()).containsExactlyInAnyOrderElementsOf(others);
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> application.heavyIndexes().status().undeclaredInvalidIndexes(),
						(found) -> found != null && found.total() == others.size());
		}
	}

	private TestApplication rebuild(String index) {
		TestApplication application = this.database
			.closeLater(TestApplication.on(this.database).operation("rebuild", "reindex index " + index).start());
		application.await("rebuild", OperationState.COMPLETED);
		return application;
	}

	/**
	 * As an administrator does who ends a rebuild that takes too long.
	 */
	private void failToRebuild(String index) {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		OtherSession session = OtherSession.on(this.database);
		CompletableFuture<Void> rebuild = session.executeLater("reindex index concurrently " + index);
		this.database.awaitTrue(
				"select phase = 'waiting for old snapshots' from pg_stat_progress_create_index" + " where pid = ?",
				session.pid());
		this.database.query("select pg_terminate_backend(?, 5000)", Boolean.class, session.pid());
		assertThat(rebuild).failsWithin(Duration.ofSeconds(30));
		old.close();
	}

}
