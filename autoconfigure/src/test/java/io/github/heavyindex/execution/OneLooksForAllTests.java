package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.CountingConnectionSource;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.ServerInfo;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Of several replicas one looks at the catalog, and the others show what it has seen.
 */
class OneLooksForAllTests {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final List<TestApplication> started = new ArrayList<>();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 1000) i");
	}

	@AfterEach
	void close() {
		this.started.forEach(TestApplication::close);
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database)
			.with(Counting.class)
			.operation("create_a", "create index a_idx on logs (a)")
			.operation("create_b", "create index b_idx on logs (a, id)", "create_a");
	}

	private TestApplication start(TestApplication.Builder builder) {
		TestApplication application = builder.start();
		this.started.add(application);
		return application;
	}

	/**
	 * A leader, and others once they follow it.
	 */
	private List<TestApplication> startThree() {
		List<TestApplication> all = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			all.add(start(application()));
			awaitObserved(all.get(i));
		}
		awaitFollowing(all.subList(1, all.size()));
		return all;
	}

	private static void awaitObserved(TestApplication application) {
		Awaitility.await().atMost(PATIENCE).until(() -> application.heavyIndexes().status().lastObserved() != null);
	}

	private static void awaitFollowing(List<TestApplication> followers) {
		for (TestApplication follower : followers) {
			CountingConnectionSource source = source(follower);
			Awaitility.await().atMost(PATIENCE).until(() -> {
				source.clear();
				follower.awaitTurns();
				return statements(source).stream().allMatch(OneLooksForAllTests::isLight);
			});
		}
	}

	private static CountingConnectionSource source(TestApplication application) {
		return application.context().getBean(CountingConnectionSource.class);
	}

	private static List<String> statements(CountingConnectionSource source) {
		return Arrays.stream(ConnectionPurpose.values())
			.flatMap((purpose) -> source.statements(purpose).stream())
			.toList();
	}

	private static boolean isLight(String sql) {
		return sql.contains("heavy_index_snapshot") && sql.strip().startsWith("with asked");
	}

	private int leaders() {
		return this.database.single("""
				select count(*) from pg_locks where locktype = 'advisory' and granted and classid::bigint = ?
					and database = (select oid from pg_database where datname = current_database())""", Integer.class,
				AdvisoryLock.LEADER_CLASS);
	}

	@Test
	void whileABuildRunsTheOthersSendOneLightStatementATick() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		List<TestApplication> all = startThree();
		all.get(0).awaitSnapshotWait("create_a");
		List<TestApplication> followers = all.subList(1, 3);
		awaitFollowing(followers);
		followers.forEach((follower) -> source(follower).clear());
		long begin = System.nanoTime();
		followers.forEach(TestApplication::awaitTurns);
		// what they show is what the leader sees
		for (TestApplication follower : followers) {
			OperationStatus running = follower.awaitSnapshotWait("create_a");
			assertThat(running.table()).isEqualTo("public.logs");
			assertThat(running.attempts()).isEqualTo(1);
			assertThat(follower.progress("create_a").blockedBy()).singleElement()
				.satisfies((session) -> assertThat(session.pid()).isEqualTo(old.pid()));
			assertThat(follower.status("create_b").waitingFor()).isEqualTo("dependency create_a");
			assertThat(follower.heavyIndexes().history("create_a")).hasSize(1);
		}
		long ticks = Duration.ofNanos(System.nanoTime() - begin).dividedBy(Duration.ofMillis(90)) + 1;
		for (TestApplication follower : followers) {
			assertThat(statements(source(follower))).isNotEmpty()
				.allMatch(OneLooksForAllTests::isLight)
				.hasSizeLessThanOrEqualTo((int) ticks);
		}
		assertThat(leaders()).isEqualTo(1);
		old.close();
		all.forEach(TestApplication::awaitAllDone);
		assertThat(all).allMatch((application) -> application.heavyIndexes().isCompleted("create_a"));
		assertThat(this.database.query("select name || outcome from heavy_index_attempt", String.class))
			.containsExactlyInAnyOrder("create_aCOMPLETED", "create_bCOMPLETED");
	}

	@Test
	void whenAllIsDoneTheOthersSendNextToNothing() {
		TestApplication.Builder seldom = application().property("heavy-index.drift.check-interval", "1h");
		TestApplication leader = start(seldom);
		leader.awaitAllDone();
		TestApplication follower = start(seldom);
		follower.awaitAllDone();
		CountingConnectionSource source = source(follower);
		source.clear();
		Awaitility.await()
			.during(Duration.ofSeconds(2))
			.atMost(Duration.ofSeconds(4))
			.until(() -> statements(source), List::isEmpty);
		// news reaches them all the same
		leader.heavyIndexes().pause();
		Awaitility.await().atMost(PATIENCE).until(() -> follower.heavyIndexes().status().paused());
		leader.heavyIndexes().resume();
		follower.heavyIndexes().rollback("create_b");
		for (TestApplication application : List.of(leader, follower)) {
			application.await("create_b", OperationState.CANCELLED);
		}
	}

	@Test
	void anotherOneTakesOverWhenTheLeaderGoes() {
		List<TestApplication> all = startThree();
		all.forEach(TestApplication::awaitAllDone);
		all.get(0).close();
		Awaitility.await().atMost(PATIENCE).until(() -> leaders() == 1);
		this.database.execute("drop index a_idx");
		for (TestApplication application : all.subList(1, 3)) {
			application.await("create_a", (operation) -> operation.drift() == Drift.MISSING);
		}
		all.get(2).heavyIndexes().retry("create_a");
		for (TestApplication application : all.subList(1, 3)) {
			application.await("create_a", OperationStatus::completed);
		}
	}

	@Test
	void aLeaderThatNoLongerLooksHoldsNobodyUp() {
		List<TestApplication> all = startThree();
		all.forEach(TestApplication::awaitAllDone);
		// its session lives and holds the lock
		all.get(0).context().getBean(HeavyIndexLoop.class).stop();
		this.database.execute("drop index a_idx");
		TestApplication other = all.get(1);
		other.await("create_a", (operation) -> operation.drift() == Drift.MISSING);
		assertThat(other.heavyIndexes().isCompleted("create_a")).isFalse();
		assertThat(leaders()).isEqualTo(1);
		other.heavyIndexes().retry("create_a");
		other.await("create_a", OperationStatus::completed);
		all.get(0).context().getBean(HeavyIndexLoop.class).start();
		awaitFollowing(all.subList(1, 3));
		assertThat(all).allMatch((application) -> application.heavyIndexes().isCompleted("create_a"));
	}

	@Test
	void whatAFollowerShowsNeverBecomesOlder() {
		this.database.execute("insert into logs values (0, 1)");
		TestApplication.Builder unique = application().operation("create_u", "create unique index u_idx on logs (a)");
		TestApplication leader = start(unique);
		leader.await("create_u", OperationState.FAILED);
		TestApplication follower = start(unique);
		follower.await("create_u", OperationState.FAILED);
		this.database.execute("delete from logs where id = 0");
		follower.heavyIndexes().retry("create_u");
		// the failure that was published before would end it exceptionally
		CompletableFuture<OperationStatus> future = follower.heavyIndexes().whenCompleted("create_u");
		assertThat(future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().completed()).isTrue();
	}

	@Test
	void anotherVersionOfTheApplicationLooksForItself() {
		TestApplication old = start(application());
		old.awaitAllDone();
		TestApplication next = start(application().operation("create_c", "create index c_idx on logs (a, id)"));
		next.await("create_c", OperationStatus::completed);
		next.awaitAllDone();
		assertThat(leaders()).isEqualTo(2);
		assertThat(old.heavyIndexes().find("create_c")).isEmpty();
	}

	@Test
	void theLastOneLeftWithdrawsWhatItHasPublished() {
		List<TestApplication> all = startThree();
		all.forEach(TestApplication::awaitAllDone);
		all.subList(1, 3).forEach(TestApplication::close);
		this.database
			.awaitTrue("select bool_and(valid_until < clock_timestamp()) from heavy_index_snapshot where name = '*'");
		all.get(0).awaitTurns();
		this.database.execute("drop index a_idx");
		TestApplication next = start(application());
		awaitObserved(next);
		assertThat(next.status("create_a").drift()).isEqualTo(Drift.MISSING);
	}

	@Test
	void whoOnlyObservesFollowsAndNeverLeads() {
		TestApplication observer = start(application().property("heavy-index.mode", "observe"));
		awaitObserved(observer);
		assertThat(leaders()).isZero();
		TestApplication worker = start(application());
		worker.awaitAllDone();
		awaitFollowing(List.of(observer));
		worker.close();
		this.database.execute("drop index a_idx");
		observer.await("create_a", (operation) -> operation.drift() == Drift.MISSING);
		assertThat(leaders()).isZero();
	}

	@Test
	void lostTablesAreMadeAnewAndFollowedAgain() {
		List<TestApplication> all = startThree();
		all.forEach(TestApplication::awaitAllDone);
		this.database.execute(
				"drop table heavy_index_operation, heavy_index_attempt, heavy_index_order, heavy_index_action, heavy_index_snapshot");
		for (TestApplication application : all) {
			Awaitility.await().atMost(PATIENCE).until(() -> {
				HeavyIndexesStatus before = application.heavyIndexes().status();
				application.awaitTurns();
				HeavyIndexesStatus after = application.heavyIndexes().status();
				return after.problem() == null && after.summary().completed() == 2
						&& Objects.requireNonNull(after.lastObserved()).isAfter(before.lastObserved());
			});
		}
		Awaitility.await().atMost(PATIENCE).until(() -> leaders() == 1);
	}

	@Test
	void whatIsLostOfThePublishedIsPublishedAnew() {
		List<TestApplication> all = startThree();
		all.forEach(TestApplication::awaitAllDone);
		this.database.execute("delete from heavy_index_snapshot");
		// what the leader publishes next bears a version that they know already
		this.database.awaitTrue("select count(*) > 2 from heavy_index_snapshot");
		awaitFollowing(all.subList(1, 3));
		this.database.execute("drop index a_idx");
		for (TestApplication application : all) {
			application.await("create_a", (operation) -> operation.drift() == Drift.MISSING);
		}
	}

	@Test
	void aLeaderThatCannotWorkLeavesItToOthers() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		TestApplication leader = start(application().with(NoWork.class));
		leader.await("create_a", (operation) -> operation.waitingFor() != null
				&& operation.waitingFor().startsWith("a connection that lasts"));
		assertThat(leaders()).isEqualTo(1);
		TestApplication other = start(application());
		other.awaitSnapshotWait("create_a");
		old.close();
		other.awaitAllDone();
		leader.awaitAllDone();
	}

	@Test
	void whereNothingCanBeSharedEachLooksForItself() {
		TestRole role = this.database.createRole("");
		this.database.execute("grant create on schema public to " + role.name(),
				"alter table logs owner to " + role.name());
		TestApplication first = start(application().as(role));
		first.awaitAllDone();
		this.database.execute("revoke all on heavy_index_snapshot from " + role.name());
		TestApplication second = start(application().as(role));
		second.awaitAllDone();
		assertThat(second.heavyIndexes().status().problem()).doesNotContain("heavy_index_snapshot");
		this.database.execute("drop index a_idx");
		second.await("create_a", (operation) -> operation.drift() == Drift.MISSING);
		second.heavyIndexes().retry("create_a");
		second.await("create_a", OperationStatus::completed);
		first.await("create_a", OperationStatus::completed);
	}

	@Test
	void aPauseThatAFollowerHasSeenOutlivesTheTables() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		TestApplication leader = start(application().property("heavy-index.max-concurrent-operations", "1"));
		leader.awaitSnapshotWait("create_a");
		TestApplication follower = start(application().property("heavy-index.max-concurrent-operations", "1"));
		awaitFollowing(List.of(follower));
		leader.heavyIndexes().onBehalfOf("alice").pause();
		Awaitility.await().atMost(PATIENCE).until(() -> follower.heavyIndexes().status().paused());
		leader.close();
		this.started.remove(leader);
		this.database.execute(
				"drop table heavy_index_operation, heavy_index_attempt, heavy_index_order, heavy_index_action, heavy_index_snapshot");
		old.close();
		follower.await("create_a", OperationStatus::completed);
		follower.await("create_b", (operation) -> "paused by alice".equals(operation.waitingFor()));
	}

	/**
	 * Looks at the database, and gets no connection to work on it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class NoWork {

		@Bean
		static BeanPostProcessor noWork() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof ConnectionSource source) ? new ObservingSource(source) : bean;
				}

			};
		}

	}

	private record ObservingSource(ConnectionSource source) implements ConnectionSource {

		@Override
		public PhysicalConnection open(ConnectionPurpose purpose, String activity) throws SQLException {
			if (purpose == ConnectionPurpose.DDL) {
				throw new SQLException("password authentication failed", "28P01");
			}
			return this.source.open(purpose, activity);
		}

		@Override
		public @Nullable ServerInfo server() {
			return this.source.server();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Counting {

		@Bean
		static BeanPostProcessor counting() {
			return CountingConnectionSource.decorator();
		}

	}

}
