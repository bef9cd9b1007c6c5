package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration;
import io.github.heavyindex.autoconfigure.HeavyIndexTaskAutoConfiguration;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TcpForwarder;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that carries its operations out and ends.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobModeTests {

	private static final String FAILS = "create unique index logs_b_key on logs (b)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final List<Integer> codes = new CopyOnWriteArrayList<>();

	private final AtomicReference<ConfigurableApplicationContext> context = new AtomicReference<>();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (a int, b int)",
				"insert into logs select i, i % 10 from generate_series(1, 1000) i");
	}

	@Test
	void carriesOutWhatCanBeAndFailsByWhatCounts(CapturedOutput output) {
		TestApplication.Builder job = job().operation("create_a", "create index logs_a_idx on logs (a)")
			.operation("create_b", FAILS)
			.operation("create_c", "create index logs_c_idx on logs (a, b)", "create_b")
			.property("heavy-index.operations.create_a.critical", "true");
		assertThat(run(job)).as("what failed is not critical").isZero();
		assertThat(output).contains("3 in total, 1 carried out, 0 adopted, 0 skipped, 1 failed, 1 waiting; indexes of")
			.containsPattern("create_a \\(critical\\) +created +\\S")
			.containsPattern("create_b +FAILED +\\S")
			.contains("    [23505] could not create unique index \"logs_b_key\". Remove the duplicate rows",
					"    dependency create_b", "Exit code 0: ");
		assertThat(run(job.property("heavy-index.job.fail-on", "any"))).isEqualTo(1);
		assertThat(output).contains("0 carried out, 0 adopted, 1 complete before", "Exit code 1: ");
		assertThat(run(job.property("heavy-index.job.fail-on", "never"))).isZero();
		assertThat(run(job().operation("create_d", "create index logs_d_idx on logs (b)", "create_b")
			.operation("create_b", FAILS)
			.property("heavy-index.operations.create_d.critical", "true"))).as("what a critical one needs failed")
			.isEqualTo(1);
	}

	@Test
	void waitsForTheBuildsOfOthersAndForWhatIsToldWhenTheApplicationIsReady(CapturedOutput output) throws Exception {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication worker = TestApplication.on(this.database)
			.operation("create_a", "create index logs_a_idx on logs (a)")
			.start()) {
			worker.awaitSnapshotWait("create_a");
			CompletableFuture<Integer> job = runLater(job().with(Backfill.class)
				.operation("create_a", "create index logs_a_idx on logs (a)")
				.operation("create_c", "create index logs_c_idx on logs (a, b)", "backfill")
				.property("heavy-index.job.fail-on", "any"));
			awaitStatus((heavyIndexes) -> heavyIndexes.find("create_a").orElseThrow().progress() != null);
			assertThat(job).isNotDone();
			other.execute("rollback");
			assertThat(job.get(40, TimeUnit.SECONDS)).isZero();
			worker.await("create_a", OperationState.COMPLETED);
		}
		assertThat(output).contains("2 in total, 2 carried out");
	}

	@Test
	void atItsTimeoutItLeavesABuildToItsServerSession(CapturedOutput output) {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		TestApplication.Builder job = job().operation("create_a", "create index logs_a_idx on logs (a)")
			.property("heavy-index.operations.create_a.critical", "true");
		assertThat(run(job.property("heavy-index.job.timeout", "2s"))).isEqualTo(2);
		assertThat(output).contains("(heavy-index.job.timeout is over): 1 in total", "1 running, 0 waiting")
			.containsPattern("create_a \\(critical\\) +running")
			.contains("waiting for old snapshots, server session ", "Exit code 2: ");
		other.execute("rollback");
		this.database
			.awaitTrue("select coalesce(bool_or(indisvalid), false) from pg_index where indrelid = 'logs'::regclass");
		assertThat(run(job)).isZero();
	}

	@Test
	void atItsTimeoutItSaysWhatTheWindowHolds(CapturedOutput output) {
		String closed = this.database.single("select to_char(now() at time zone 'UTC' + interval '2 hours', 'HH24:MI')",
				String.class);
		String end = this.database.single("select to_char(now() at time zone 'UTC' + interval '3 hours', 'HH24:MI')",
				String.class);
		assertThat(run(job().operation("create_a", "create index logs_a_idx on logs (a)")
			.property("heavy-index.window.start", closed)
			.property("heavy-index.window.end", end)
			.property("heavy-index.job.timeout", "1s")
			.property("heavy-index.job.fail-on", "any"))).isEqualTo(2);
		assertThat(output).containsPattern("create_a +waiting").contains("    window opens " + closed);
	}

	@Test
	void waitsForADatabaseThatIsDown(CapturedOutput output) throws Exception {
		TcpForwarder forwarder = this.database.closeLater(TcpForwarder.closed(this.database.server()));
		TestApplication.Builder job = job().operation("create_a", "create index logs_a_idx on logs (a)")
			.property("spring.datasource.url", forwarder.jdbcUrl(this.database));
		assertThat(run(job.property("heavy-index.job.timeout", "1s"))).isEqualTo(1);
		assertThat(output).contains("Problem: ", "refused", "Exit code 1: ");
		CompletableFuture<Integer> patient = runLater(job.property("heavy-index.job.timeout", "1h"));
		awaitStatus((heavyIndexes) -> heavyIndexes.status().problem() != null);
		forwarder.open();
		assertThat(patient.get(40, TimeUnit.SECONDS)).isZero();
	}

	@Test
	void anApplicationThatIsClosedSaysHowFarItIsAndNoExitCode(CapturedOutput output) throws Exception {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		CompletableFuture<Integer> job = runLater(job().operation("create_a", "create index logs_a_idx on logs (a)")
			.property("heavy-index.on-shutdown", "cancel"));
		awaitStatus((heavyIndexes) -> heavyIndexes.find("create_a").orElseThrow().progress() != null);
		Objects.requireNonNull(this.context.get()).close();
		assertThat(job.get(40, TimeUnit.SECONDS)).isEqualTo(-1);
		assertThat(output).contains("(stopped; its builds are being cancelled): 1 in total")
			.doesNotContain("Exit code");
		assertThat(this.database.single("select to_regclass('logs_a_idx') is null", Boolean.class)).isTrue();
		other.execute("rollback");
	}

	@Test
	void withNothingToDoItEndsAtOnce(CapturedOutput output) {
		assertThat(run(job())).isZero();
		assertThat(output).contains("No index operation is declared");
		assertThat(run(job().operation("create_a", "create index logs_a_idx on logs (a)")
			.property("heavy-index.enabled", "false"))).isZero();
		assertThat(output).contains("switched off by heavy-index.enabled=false");
		assertThat(this.database.single("select to_regclass('logs_a_idx') is null", Boolean.class)).isTrue();
	}

	@Test
	void endsAContextThatNoSpringApplicationStarted() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					HeavyIndexAutoConfiguration.class, HeavyIndexTaskAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.jdbcUrl(),
					"spring.datasource.username=" + this.database.username(),
					"spring.datasource.password=" + this.database.password(), "heavy-index.poll-interval=100ms",
					"heavy-index.mode=job", "heavy-index.operations.create_a.sql=create index logs_a_idx on logs (a)")
			.withBean(HeavyIndexExit.class, () -> this.codes::add)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.codes, List.of(0)::equals);
				assertThat(context.getBean(HeavyIndexes.class).isCompleted("create_a")).isTrue();
			});
	}

	@Test
	void inTheBackgroundNothingEndsTheApplication() {
		try (TestApplication application = job().property("heavy-index.mode", "background")
			.operation("create_a", "create index logs_a_idx on logs (a)")
			.start()) {
			application.awaitAllDone();
			application.awaitTurns();
			assertThat(this.codes).isEmpty();
		}
	}

	private TestApplication.Builder job() {
		return TestApplication.on(this.database)
			.property("heavy-index.mode", "job")
			.customize((builder) -> builder.initializers((context) -> {
				this.context.set(context);
				context.getBeanFactory().registerSingleton("exit", (HeavyIndexExit) this.codes::add);
			}));
	}

	/**
	 * Starts the application, which comes back when the job is over.
	 * @return the exit code, -1 if there was none
	 */
	private int run(TestApplication.Builder job) {
		this.codes.clear();
		job.start().close();
		assertThat(this.codes).hasSizeLessThan(2);
		return this.codes.isEmpty() ? -1 : this.codes.get(0);
	}

	private CompletableFuture<Integer> runLater(TestApplication.Builder job) {
		this.context.set(null);
		return CompletableFuture.supplyAsync(() -> run(job));
	}

	private void awaitStatus(Predicate<HeavyIndexes> expected) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			ConfigurableApplicationContext context = this.context.get();
			return context != null && context.isRunning() && expected.test(context.getBean(HeavyIndexes.class));
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Backfill {

		private volatile boolean complete;

		@Bean
		HeavyIndexPrerequisite backfill() {
			return new HeavyIndexPrerequisite() {

				@Override
				public String name() {
					return "backfill";
				}

				@Override
				public boolean isComplete() {
					return Backfill.this.complete;
				}

			};
		}

		@EventListener(ApplicationReadyEvent.class)
		void ready() {
			this.complete = true;
		}

	}

}
