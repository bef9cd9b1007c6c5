package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Who blocks a build, whom it blocks, and when it must end.
 */
@ExtendWith(OutputCaptureExtension.class)
class WatchdogTests {

	private static final String SQL = "CREATE INDEX logs_a_idx ON logs (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (a int)", "insert into logs select generate_series(1, 1000)");
	}

	@Test
	void whoBlocksABuildIsNamedWithoutItsQuery() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().start()) {
			DatabaseSession blocker = blocker(application, other.pid());
			assertThat(blocker.pid()).isEqualTo(other.pid());
			assertThat(blocker.user()).isEqualTo(this.database.username());
			assertThat(blocker.application()).isEqualTo("billing");
			assertThat(blocker.state()).isEqualTo("idle in transaction");
			assertThat(blocker.since()).isNotNull().isLessThan(Duration.ofMinutes(1));
			assertThat(blocker.query()).isNull();
			other.execute("rollback");
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void theQueryOfABlockerIsShownWhenToldTo() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		other.execute("select 42 as answer");
		try (TestApplication application = application().property("heavy-index.show-queries", "true").start()) {
			assertThat(blocker(application, other.pid()).query()).isEqualTo("select 42 as answer");
		}
	}

	@Test
	void aPreparedTransactionThatBlocksABuildIsNamed() {
		OtherSession other = OtherSession.on(this.database);
		other.execute("begin", "insert into logs values (0)", "prepare transaction 'transfer_7'");
		try (TestApplication application = application().start()) {
			DatabaseSession blocker = blocker(application, 0);
			assertThat(blocker.pid()).isZero();
			assertThat(blocker.application()).isEqualTo("prepared transaction transfer_7");
			assertThat(blocker.state()).isEqualTo("prepared");
			other.execute("rollback prepared 'transfer_7'");
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void anUnrelatedOldTransactionDoesNotCostTheBuild() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().start()) {
			// many times the lock timeout
			application.await("create_a", (operation) -> operation.state() == OperationState.RUNNING
					&& operation.duration() != null && operation.duration().toMillis() > 1500);
			other.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void anAlterTableThatQueuesBehindABuildIsNamedAndWarnedOfAtOnce(CapturedOutput output) {
		OtherSession old = OtherSession.withOldSnapshot(this.database);
		OtherSession alter = OtherSession.on(this.database);
		try (TestApplication application = application().start()) {
			awaitProgress(application, (progress) -> !progress.blockedBy().isEmpty());
			CompletableFuture<Void> altered = alter.executeLater("alter table logs add column b int");
			OperationProgress progress = awaitProgress(application, (now) -> !now.blocking().isEmpty());
			assertThat(progress.blocking()).singleElement().satisfies((waiter) -> {
				assertThat(waiter.pid()).isEqualTo(alter.pid());
				assertThat(waiter.application()).isEqualTo("billing");
			});
			String warning = "create_a: pid " + alter.pid() + " (" + this.database.username()
					+ ", billing, active since ";
			Awaitility.await()
				.atMost(Duration.ofSeconds(5))
				.untilAsserted(() -> assertThat(output).contains(warning,
						"select pg_cancel_backend(" + alter.pid() + ")", "heavy-index.build.on-conflict=yield"));
			application.awaitTurns();
			assertThat(output.toString().split(" waits for the build's lock", -1)).as("one warning, not one a tick")
				.hasSize(2);
			// reported only: the build stays, and so do those who wait for it
			assertThat(application.status("create_a").state()).isEqualTo(OperationState.RUNNING);
			assertThat(altered).isNotDone();
			this.database.single("select pg_cancel_backend(?)", Boolean.class, alter.pid());
			old.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "select count(*) from logs", "insert into logs values (0)" })
	void aBuildGivesWayWhenToldToAndIsRetried(String traffic) {
		OtherSession old = OtherSession.withOldSnapshot(this.database);
		OtherSession alter = OtherSession.on(this.database);
		OtherSession reader = OtherSession.on(this.database);
		try (TestApplication application = application().property("heavy-index.build.on-conflict", "yield").start()) {
			awaitProgress(application, (progress) -> !progress.blockedBy().isEmpty());
			CompletableFuture<Void> altered = alter.executeLater("alter table logs add column b int");
			awaitProgress(application, (progress) -> !progress.blocking().isEmpty());
			// an ALTER alone harms no traffic
			application.awaitTurns();
			assertThat(application.status("create_a").state()).isEqualTo(OperationState.RUNNING);
			CompletableFuture<Void> read = reader.executeLater(traffic);
			long begin = System.nanoTime();
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(read::isDone);
			// lock-timeout is 300 ms, the poll interval 100 ms
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
			assertThat(read).isCompleted();
			assertThat(altered).succeedsWithin(Duration.ofSeconds(5));
			Awaitility.await()
				.untilAsserted(() -> assertThat(application.heavyIndexes().history("create_a")).anySatisfy(
						(attempt) -> assertThat(attempt.error()).startsWith("gave way: reads or writes queued for ")));
			old.execute("rollback");
			OperationStatus complete = application.await("create_a", OperationState.COMPLETED);
			assertThat(complete.lastError()).isNull();
		}
	}

	@Test
	void withoutBeingToldABuildDoesNotGiveWay() {
		OtherSession old = OtherSession.withOldSnapshot(this.database);
		OtherSession alter = OtherSession.on(this.database);
		OtherSession reader = OtherSession.on(this.database);
		try (TestApplication application = application().start()) {
			awaitProgress(application, (progress) -> !progress.blockedBy().isEmpty());
			alter.executeLater("alter table logs add column b int");
			awaitProgress(application, (progress) -> !progress.blocking().isEmpty());
			CompletableFuture<Void> read = reader.executeLater("select count(*) from logs");
			awaitProgress(application,
					(progress) -> progress.blocking().size() == 2 && waitedFor(progress.blocking().get(1), 1));
			assertThat(read).isNotDone();
			old.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
			assertThat(read).succeedsWithin(Duration.ofSeconds(5));
		}
	}

	@Test
	void anAlterTableThatKillsTheBuildAtItsEndIsWaitedForBeforeTheRetry() {
		OtherSession writer = OtherSession.on(this.database);
		writer.execute("begin", "insert into logs values (0)");
		OtherSession alter = OtherSession.on(this.database);
		try (TestApplication application = application().start()) {
			awaitProgress(application, (progress) -> !progress.blockedBy().isEmpty());
			alter.execute("begin");
			CompletableFuture<Void> altered = alter.executeLater("alter table logs add column b int");
			// a second after it began to wait it has looked for a deadlock, and there was
			// none
			awaitProgress(application,
					(progress) -> !progress.blocking().isEmpty() && waitedFor(progress.blocking().get(0), 2));
			writer.execute("commit");
			assertThat(altered).succeedsWithin(Duration.ofSeconds(20));
			OperationStatus waiting = application.await("create_a",
					(operation) -> operation.state() == OperationState.PENDING && operation.waitingFor() != null
							&& operation.waitingFor().startsWith("table in use"));
			assertThat(waiting.waitingFor()).isEqualTo("table in use by pid " + alter.pid() + " (billing)");
			assertThat(waiting.lastError()).contains("40P01");
			assertThat(waiting.attempts()).isEqualTo(1);
			alter.execute("commit");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(2);
		}
	}

	@Test
	void maxDurationCancelsCleansUpAndNamesTheMend() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().property("heavy-index.max-duration", "500ms").start()) {
			assertEndsByMaxDuration(application, "PT0.5S");
			other.execute("rollback");
			application.heavyIndexes().retry("create_a");
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void anOperationMaySetItsOwnMaxDuration() {
		OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().property("heavy-index.max-duration", "1h")
			.property("heavy-index.operations.create_a.max-duration", "600ms")
			.start()) {
			assertEndsByMaxDuration(application, "PT0.6S");
		}
	}

	@Test
	void aMaxDurationThatMakesNoSenseFailsTheStart() {
		TestApplication.Builder builder = application().property("heavy-index.operations.create_a.max-duration", "-5s");
		assertThatThrownBy(builder::start).hasStackTraceContaining("max-duration PT-5S of the operation 'create_a'");
	}

	@Test
	void aBuildThatIsOnTimeIsNotStopped() {
		try (TestApplication application = application().property("heavy-index.max-duration", "1h").start()) {
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	private void assertEndsByMaxDuration(TestApplication application, String limit) {
		OperationStatus failed = application.await("create_a", OperationState.FAILED);
		assertThat(failed.lastError()).isEqualTo("max-duration: the attempt took longer than " + limit
				+ ". Raise max-duration or choose a calmer time, then retry.");
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(this.database.single("select to_regclass('logs_a_idx') is null", Boolean.class))
						.as("no leftover")
						.isTrue());
		application.awaitTurns();
		assertThat(application.status("create_a").state()).isEqualTo(OperationState.FAILED);
		assertThat(application.heavyIndexes().history("create_a")).singleElement()
			.extracting(OperationAttempt::outcome)
			.isEqualTo(OperationAttempt.Outcome.FAILED);
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_a", SQL);
	}

	private static OperationProgress awaitProgress(TestApplication application, Predicate<OperationProgress> expected) {
		return application.awaitProgress("create_a", expected);
	}

	private static boolean waitedFor(DatabaseSession session, long seconds) {
		return session.since() != null && session.since().toSeconds() >= seconds;
	}

	/**
	 * The session with that pid among those that block; for a moment the look of a loop
	 * is in the way, too.
	 */
	private static DatabaseSession blocker(TestApplication application, int pid) {
		return awaitProgress(application, (progress) -> find(progress, pid).isPresent()).blockedBy()
			.stream()
			.filter((session) -> session.pid() == pid)
			.findFirst()
			.orElseThrow();
	}

	private static Optional<DatabaseSession> find(OperationProgress progress, int pid) {
		return progress.blockedBy().stream().filter((session) -> session.pid() == pid).findFirst();
	}

}
