package io.github.heavyindex.execution;

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.heavyindex.HeavyIndexGuard;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds operations back, on a real server.
 */
class GuardsOfOperationsTests {

	private static final String SQL = "CREATE INDEX logs_a_idx ON logs (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void tables() {
		UserGuard.reason = null;
		UserGuard.failure = null;
		Backfill.complete.set(false);
		this.database.execute("create table logs (a int)", "insert into logs select generate_series(1, 1000)",
				"create table tokens (a int)", "insert into tokens select generate_series(1, 1500)");
	}

	@Test
	void throttledByAGuardItRunsByItselfOnceTheGuardClears() {
		OtherSession busy = OtherSession.on(this.database);
		OtherSession busier = OtherSession.on(this.database);
		busy.executeLater("select pg_sleep(60)");
		busier.executeLater("select pg_sleep(60)");
		try (TestApplication application = application().property("heavy-index.guard.max-active-connections", "1")
			.start()) {
			OperationStatus held = awaitHeld(application, "guard: ");
			assertThat(held.waitingFor()).isEqualTo("guard: 2 active connections > 1");
			assertNothingIsWritten();
			cancel(busy);
			cancel(busier);
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void itWaitsForAnOldTransactionAndNamesIt() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		awaitAge("select xact_start from pg_stat_activity where pid = " + other.pid());
		try (TestApplication application = application().property("heavy-index.guard.max-transaction-age", "300ms")
			.start()) {
			OperationStatus held = awaitHeld(application, "guard: transaction");
			assertThat(held.waitingFor()).startsWith("guard: transaction of pid " + other.pid() + " ("
					+ this.database.username() + ", billing, idle in transaction) open for ");
			assertNothingIsWritten();
			other.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void itWaitsForAnOldPreparedTransactionAndNamesIt() {
		OtherSession other = OtherSession.on(this.database);
		other.execute("begin", "insert into tokens values (1)", "prepare transaction 'transfer_7'");
		awaitAge("select prepared from pg_prepared_xacts where gid = 'transfer_7'");
		try (TestApplication application = application().property("heavy-index.guard.max-transaction-age", "300ms")
			.start()) {
			OperationStatus held = awaitHeld(application, "guard: transaction");
			assertThat(held.waitingFor())
				.startsWith("guard: transaction of pid 0 (prepared transaction transfer_7) open for ");
			other.execute("rollback prepared 'transfer_7'");
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void ourOwnBuildsAndVacuumAreNoOldTransactions() {
		this.database.execute("""
				create function slow(a int) returns int immutable language plpgsql
				as 'begin perform pg_sleep(0.002); return a; end'""");
		try (TestApplication application = application().with(Backfill.class)
			.property("heavy-index.guard.max-transaction-age", "500ms")
			.property("heavy-index.operations.create_a.depends-on", "backfill")
			.operation("create_t", "CREATE INDEX tokens_a_idx ON tokens (slow(a))")
			.start()) {
			application.await("create_t", (operation) -> operation.duration() != null
					&& operation.state() == OperationState.RUNNING && operation.duration().toMillis() > 1000);
			Backfill.complete.set(true);
			application.await("create_a", (operation) -> operation.startedAt() != null);
			assertThat(application.status("create_t").finishedAt()).as("the end of the slow build").isNull();
			application.await("create_a", OperationState.COMPLETED);
			application.await("create_t", OperationState.COMPLETED);
		}
	}

	@ParameterizedTest
	@CsvSource({ "max-active-connections,1000,active connections",
			"max-transaction-age,1h,age of other roles' transactions" })
	void whatARoleMayNotSeeHoldsUntilToldToIgnoreIt(String guard, String value, String what) {
		TestRole role = this.database.createRole("");
		this.database.execute("alter table logs owner to " + role.name(),
				"grant create on schema public to " + role.name());
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		TestApplication.Builder plain = application().property("spring.datasource.username", role.name())
			.property("spring.datasource.password", role.password())
			.property("heavy-index.guard." + guard, value);
		try (TestApplication application = plain.start()) {
			assertThat(awaitHeld(application, "guard: ").waitingFor()).isEqualTo("guard: " + what
					+ " unknown (grant pg_read_all_stats, or set heavy-index.guard.on-unknown=ignore)");
		}
		try (TestApplication application = plain.property("heavy-index.guard.on-unknown", "ignore").start()) {
			application.await("create_a", OperationState.RUNNING);
			other.execute("rollback");
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void aGuardOfTheApplicationHoldsAndClears() {
		UserGuard.reason = "12 files of the nightly import left";
		try (TestApplication application = application().with(UserGuard.class).start()) {
			assertThat(awaitHeld(application, "guard: ").waitingFor())
				.isEqualTo("guard: 12 files of the nightly import left");
			assertNothingIsWritten();
			UserGuard.reason = null;
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void aGuardOfTheApplicationThatThrowsCountsAsUnknown() {
		UserGuard.failure = new IllegalStateException("import service unreachable");
		try (TestApplication application = application().with(UserGuard.class).start()) {
			assertThat(awaitHeld(application, "guard: ").waitingFor()).contains("failed: ",
					"import service unreachable");
			UserGuard.failure = null;
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void aGuardOfTheApplicationThatThrowsIsIgnoredWhenToldTo() {
		UserGuard.failure = new IllegalStateException("import service unreachable");
		try (TestApplication application = application().with(UserGuard.class)
			.property("heavy-index.guard.on-unknown", "ignore")
			.start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void aGuardThatHoldsLetsARunningBuildGoOn() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().with(UserGuard.class)
			.operation("create_t", "CREATE INDEX tokens_a_idx ON tokens (a)", "create_a")
			.start()) {
			application.await("create_a", OperationState.RUNNING);
			UserGuard.reason = "busy";
			other.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
			application.await("create_t", (operation) -> "guard: busy".equals(operation.waitingFor()));
		}
	}

	@Test
	void aGuardThatHoldsStopsARunningBuildWhenToldToAndItRunsAgain() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().with(UserGuard.class)
			.property("heavy-index.guard.stop-running", "true")
			.start()) {
			application.await("create_a", OperationState.RUNNING);
			UserGuard.reason = "99 % CPU";
			OperationStatus stopped = application.await("create_a",
					(operation) -> "guard: 99 % CPU".equals(operation.waitingFor()));
			assertThat(stopped.state()).isEqualTo(OperationState.PENDING);
			assertThat(stopped.lastError()).isEqualTo("stopped, guard: 99 % CPU");
			assertThat(exists("logs_a_idx")).as("a leftover").isFalse();
			other.execute("rollback");
			UserGuard.reason = null;
			assertThat(application.await("create_a", OperationState.COMPLETED).lastError()).isNull();
			assertThat(application.heavyIndexes().history("create_a")).hasSize(2);
		}
	}

	@Test
	void aGuardThatHoldsStopsAlsoABuildThatOutlivedItsApplicationAndRemovesWhatItLeaves() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication first = application().start()) {
			first.await("create_a", (operation) -> operation.progress() != null
					&& "waiting for old snapshots".equals(operation.progress().phase()));
		}
		UserGuard.reason = "99 % CPU";
		try (TestApplication second = application().with(UserGuard.class)
			.property("heavy-index.guard.stop-running", "true")
			.start()) {
			second.await("create_a", (operation) -> "guard: 99 % CPU".equals(operation.waitingFor()));
			// every write would pay for it until the guard clears
			Awaitility.await().until(() -> !exists("logs_a_idx"));
			other.execute("rollback");
			UserGuard.reason = null;
			second.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void runNowGoesPastGuardsButNotPastADependency() {
		UserGuard.reason = "busy";
		try (TestApplication application = application().with(UserGuard.class, Backfill.class)
			.property("heavy-index.operations.create_a.depends-on", "backfill")
			.start()) {
			application.await("create_a", (operation) -> String.valueOf(operation.waitingFor()).contains("backfill"));
			application.heavyIndexes().runNow("create_a");
			application.awaitTurns();
			assertThat(application.status("create_a").waitingFor()).contains("backfill");
			assertThat(exists("logs_a_idx")).isFalse();
			Backfill.complete.set(true);
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void runNowDoesNotGoPastATableLock() {
		UserGuard.reason = "busy";
		OtherSession other = OtherSession.on(this.database);
		other.execute("begin", "lock table logs in share update exclusive mode");
		try (TestApplication application = application().with(UserGuard.class).start()) {
			application.await("create_a", (operation) -> operation.waitingFor() != null);
			application.heavyIndexes().runNow("create_a");
			application.awaitTurns();
			assertThat(application.status("create_a").waitingFor())
				.isEqualTo("table in use by pid " + other.pid() + " (billing)");
			other.execute("rollback");
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void anOrdinaryVacuumDoesNotHoldABuildBack() {
		OtherSession vacuum = slowVacuum();
		try (TestApplication application = application().property("heavy-index.guard.max-transaction-age", "100ms")
			.start()) {
			// PostgreSQL itself makes it wait for the lock
			OperationProgress progress = application.awaitProgress("create_a", (now) -> !now.blockedBy().isEmpty());
			assertThat(progress.blockedBy()).singleElement()
				.satisfies((blocker) -> assertThat(blocker.pid()).isEqualTo(vacuum.pid()));
			cancel(vacuum);
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	@Test
	void aVacuumThatPreventsWraparoundHoldsABuildBack() {
		OtherSession vacuum = slowVacuum();
		// as if the table had not been frozen for as many transactions as are allowed;
		// now that one vacuums it, autovacuum does not come first and freeze it
		this.database.execute("""
				update pg_class set relfrozenxid = ((pg_current_xact_id()::text::bigint + (1::bigint << 32)
					- current_setting('autovacuum_freeze_max_age')::bigint - 1000) % (1::bigint << 32))::text::xid
				where oid = 'logs'::regclass""");
		try (TestApplication application = application().start()) {
			assertThat(awaitHeld(application, "guard: ").waitingFor()).isEqualTo(
					"guard: pid " + vacuum.pid() + " vacuums the table to prevent wraparound, and does not give way");
			application.heavyIndexes().runNow("create_a");
			application.awaitTurns();
			assertNoAttempt();
			cancel(vacuum);
			application.await("create_a", OperationState.COMPLETED);
		}
	}

	private OtherSession slowVacuum() {
		OtherSession vacuum = OtherSession.on(this.database);
		this.database.execute("insert into logs select generate_series(1, 100000)", "delete from logs where a % 2 = 0");
		vacuum.execute("set vacuum_cost_delay = 100", "set vacuum_cost_limit = 1");
		vacuum.executeLater("vacuum logs");
		Awaitility.await()
			.until(() -> this.database.single("select count(*) from pg_stat_progress_vacuum where pid = ?",
					Integer.class, vacuum.pid()) == 1);
		return vacuum;
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_a", SQL);
	}

	private void awaitAge(String begin) {
		Awaitility.await()
			.until(() -> this.database.single("select clock_timestamp() - (" + begin + ") > interval '300 ms'",
					Boolean.class));
	}

	private static OperationStatus awaitHeld(TestApplication application, String reason) {
		OperationStatus held = application.await("create_a",
				(operation) -> operation.waitingFor() != null && operation.waitingFor().startsWith(reason));
		assertThat(held.state()).isEqualTo(OperationState.PENDING);
		return held;
	}

	private void assertNothingIsWritten() {
		assertThat(this.database.query("select name from heavy_index_operation", String.class)).isEmpty();
		assertNoAttempt();
	}

	private void assertNoAttempt() {
		assertThat(this.database.query("select name from heavy_index_attempt", String.class)).isEmpty();
		assertThat(exists("logs_a_idx")).isFalse();
	}

	private void cancel(OtherSession session) {
		this.database.single("select pg_cancel_backend(?)", Boolean.class, session.pid());
	}

	private boolean exists(String index) {
		return this.database.single("select to_regclass(?) is not null", Boolean.class, index);
	}

	@Configuration(proxyBeanMethods = false)
	static class UserGuard {

		static volatile @Nullable String reason;

		static volatile @Nullable RuntimeException failure;

		@Bean
		HeavyIndexGuard nightlyImport() {
			return () -> {
				RuntimeException failure = UserGuard.failure;
				if (failure != null) {
					throw failure;
				}
				return reason;
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Backfill {

		static final AtomicBoolean complete = new AtomicBoolean();

		@Bean
		HeavyIndexPrerequisite backfill() {
			return new HeavyIndexPrerequisite() {

				@Override
				public String name() {
					return "backfill";
				}

				@Override
				public boolean isComplete() {
					return complete.get();
				}

			};
		}

	}

}
