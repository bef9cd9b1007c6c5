package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Guards;
import io.github.heavyindex.decision.Policy;
import io.github.heavyindex.decision.RetryPolicy;
import io.github.heavyindex.decision.Upkeep;
import io.github.heavyindex.execution.BuildPolicy.AnalyzePolicy;
import io.github.heavyindex.operation.DeclaredOperation;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.BuildSettings;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.CountingConnectionSource;
import io.github.heavyindex.postgres.DedicatedConnections;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many statements it takes to look, however many operations are declared.
 */
class StatementCountTests {

	private static final int AT_MOST = 6;

	private static final int MANY = 1000;

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@ParameterizedTest
	@ValueSource(ints = { 3, MANY })
	void oneObservationTakesAtMostSix(int count) throws Exception {
		indexes(count);
		CountingConnectionSource source = CountingConnectionSource
			.of(new DedicatedConnections(null, null, this.database.dataSource(), new BuildSettings(null, null)));
		List<IndexOperation> operations = operations(count);
		try (Database database = new Database(source, settings(), Instance.current(), operations)) {
			// the first look opens the connection and creates our tables
			database.look(true);
			record(count);
			for (int look = 0; look < 3; look++) {
				source.clear();
				// definitions, records and attempts all anew, and one that is running
				this.database.execute("update heavy_index_operation set attempts = attempts + 1",
						"update heavy_index_operation set state = 'RUNNING', pid = pg_backend_pid() where name = 'op_0'");
				Look seen = database.look(true);
				assertThat(seen.records()).hasSize(count);
				assertThat(seen.attempts()).hasSize(count);
				assertThat(seen.observation().seen()).hasSize(count);
				assertThat(database.definitions().unread(seen.observation().seen().values(), false)).isEmpty();
				assertThat(statements(source)).as("statements of one look").hasSizeBetween(4, AT_MOST);
			}
		}
	}

	@Test
	void aThousandCompleteOperationsAreLeftAlone() {
		indexes(MANY);
		TestApplication.Builder builder = TestApplication.on(this.database)
			.with(Counting.class)
			.property("heavy-index.poll-interval", "100ms")
			.property("heavy-index.drift.check-interval", "1h");
		for (int i = 0; i < MANY; i++) {
			builder.operation("op_" + i, sql(i));
		}
		try (TestApplication application = builder.start()) {
			CountingConnectionSource source = application.context().getBean(CountingConnectionSource.class);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> application.heavyIndexes().status().summary().completed() == MANY);
			assertThat(application.heavyIndexes().list()).allMatch((operation) -> operation.adopted());
			source.clear();
			int opened = source.opened().size();
			Awaitility.await()
				.during(Duration.ofSeconds(2))
				.atMost(Duration.ofSeconds(4))
				.until(() -> statements(source), List::isEmpty);
			assertThat(source.opened()).hasSize(opened);
		}
		// a second application finds them recorded: no comparison, and no writing
		try (TestApplication application = builder.start()) {
			CountingConnectionSource source = application.context().getBean(CountingConnectionSource.class);
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> application.heavyIndexes().status().summary().completed() == MANY);
			assertThat(application.status("op_999").state()).isEqualTo(OperationState.COMPLETED);
			assertThat(source.opened()).containsOnly(ConnectionPurpose.OBSERVER);
			// three when it connects, one to ask who leads, and two with the drift check:
			// for what nobody declared, and for what belongs to indexes beside their
			// definitions
			assertThat(statements(source)).hasSizeLessThanOrEqualTo(AT_MOST + 6)
				.allMatch((sql) -> sql.strip().startsWith("select") || sql.strip().startsWith("with")
						|| sql.equals("listen heavy_index"));
		}
	}

	private static List<String> statements(CountingConnectionSource source) {
		return Arrays.stream(ConnectionPurpose.values())
			.flatMap((purpose) -> source.statements(purpose).stream())
			.toList();
	}

	private static String sql(int i) {
		return "create index idx_" + i + " on t_" + (i % 10) + " (a, (a + " + i + "))";
	}

	private static List<IndexOperation> operations(int count) {
		return DeclaredOperations
			.of(IntStream.range(0, count)
				.mapToObj((i) -> new DeclaredOperation((i == 1) ? constraint(i)
						: CreateIndex.named("idx_" + i)
							.on("t_" + (i % 10))
							.columns("a", "(a + " + i + ")")
							.name("op_" + i)
							.build(),
						"test", null))
				.toList(), List.of())
			.operations();
	}

	private static IndexOperation constraint(int i) {
		return AddConstraint.named("key_" + i).on("t_" + i).unique().usingIndex("idx_" + i).name("op_" + i).build();
	}

	private void indexes(int count) {
		IntStream.range(0, 10).forEach((i) -> this.database.execute("create table t_" + i + " (a int)"));
		this.database.execute("""
				do $$ begin
					for i in 0..%d loop
						execute format('create index idx_%%s on t_%%s (a, (a + %%s))', i, i %% 10, i);
					end loop;
				end $$""".formatted(count - 1));
	}

	private void record(int count) {
		this.database.execute("""
				insert into heavy_index_operation (application, name, sql, state)
				select 'test', 'op_' || i, '', 'COMPLETED' from generate_series(0, %d) i""".formatted(count - 1), """
				insert into heavy_index_attempt (application, name, attempt, started_at, instance, pid, outcome)
				select 'test', 'op_' || i, 1, now(), 'i', 1, 'COMPLETED' from generate_series(0, %d) i"""
			.formatted(count - 1));
	}

	private static Settings settings() {
		Duration second = Duration.ofSeconds(1);
		Guards guards = new Guards(null, 100, Duration.ofHours(1), Duration.ofHours(1), false, true);
		return new Settings(null, "test", true, false, second, second,
				new Policy(2, guards, null, null, new RetryPolicy(5, second, 2, second), new Upkeep(false, second),
						OnMismatch.FAIL),
				List.of(), false, second, true, null, false, new BuildPolicy(AnalyzePolicy.NEVER, 0));
	}

	@Configuration(proxyBeanMethods = false)
	static class Counting {

		@Bean
		static BeanPostProcessor counting() {
			return CountingConnectionSource.decorator();
		}

	}

}
