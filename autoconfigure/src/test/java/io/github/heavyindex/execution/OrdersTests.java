package io.github.heavyindex.execution;

import java.util.List;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What people order holds on every replica, outlives them, and says who ordered it.
 */
class OrdersTests {

	private static final String UNIQUE = "create unique index logs_u_idx on logs (b)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void tables() {
		this.database.execute("create table logs (id bigint primary key, a int, b int)",
				"insert into logs select i, i, i / 2 from generate_series(1, 1000) i",
				"create table mails (id bigint)");
	}

	private TestApplication.Builder builds() {
		return TestApplication.on(this.database)
			.operation("create_a", "create index logs_a_idx on logs (a)")
			.operation("create_m", "create index mails_id_idx on mails (id)", "create_a");
	}

	private TestApplication.Builder failing() {
		return TestApplication.on(this.database)
			.operation("create_u", UNIQUE)
			.operation("create_v", "create unique index logs_v_idx on logs (b, (a / 1000000))")
			.operation("create_m", "create index mails_id_idx on mails (id)", "create_u");
	}

	private static TestApplication.Builder needingApproval(TestApplication.Builder builder) {
		return builder.property("heavy-index.operations.create_m.requires-approval", "true");
	}

	private static void refused(Runnable order, String... reasons) {
		assertThatExceptionOfType(ActionRefusedException.class).isThrownBy(order::run)
			.withMessageContainingAll(reasons);
	}

	@Test
	void aPauseStopsNewStartsOnAllReplicasAndLeavesARunningBuildAlone() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication first = builds().start(); TestApplication second = builds().start()) {
			first.awaitSnapshotWait("create_a");
			second.heavyIndexes().onBehalfOf("alice\n").pause();
			second.heavyIndexes().onBehalfOf("bob").pause();
			for (TestApplication application : List.of(first, second)) {
				Awaitility.await().until(() -> application.heavyIndexes().status().paused());
			}
			assertThat(first.status("create_a").state()).isEqualTo(OperationState.RUNNING);
			old.close();
			first.await("create_a", OperationState.COMPLETED);
			for (TestApplication application : List.of(first, second)) {
				application.await("create_m", (operation) -> "paused by alice".equals(operation.waitingFor()));
				application.awaitTurns();
			}
			assertThat(this.indexes.exists("mails_id_idx")).isFalse();
			refused(() -> first.heavyIndexes().runNow("create_m"), "paused", "resume");
			// as long as anybody remembers
			this.database.execute("drop table heavy_index_order, heavy_index_action");
			this.database.awaitTrue("select to_regclass('heavy_index_action') is not null");
			first.awaitTurns();
			assertThat(this.indexes.exists("mails_id_idx")).isFalse();
		}
		try (TestApplication third = builds().start()) {
			third.await("create_m", (operation) -> "paused by alice".equals(operation.waitingFor()));
			HeavyIndexes heavyIndexes = third.heavyIndexes();
			heavyIndexes.resume();
			heavyIndexes.resume();
			third.await("create_m", OperationState.COMPLETED);
			Awaitility.await()
				.until(heavyIndexes::actions,
						(actions) -> actions.stream()
							.map((action) -> action.action() + " " + action.actor())
							.toList()
							.equals(List.of("resume null", "pause alice")));
			assertThat(heavyIndexes.status().paused()).isFalse();
		}
	}

	@Test
	void aSkippedOperationLetsOthersStartAndIsNeverCalledComplete() {
		try (TestApplication application = failing().start()) {
			application.await("create_u", OperationState.FAILED);
			assertThat(application.status("create_m").waitingFor()).isEqualTo("dependency create_u");
			application.heavyIndexes().onBehalfOf("alice").skip("create_u");
			application.heavyIndexes().onBehalfOf("bob").skip("create_u");
			application.await("create_m", OperationState.COMPLETED);
			assertThat(application.status("create_u").state()).isEqualTo(OperationState.SKIPPED);
			assertThat(application.heavyIndexes().isCompleted("create_u")).isFalse();
			refused(() -> application.heavyIndexes().skip("create_m"), "create_m is COMPLETED", "nothing to skip");
		}
		try (TestApplication application = failing().start()) {
			application.await("create_u", OperationState.SKIPPED);
			assertThat(application.heavyIndexes().actions("create_u")).singleElement().satisfies((action) -> {
				assertThat(action.action()).isEqualTo("skip");
				assertThat(action.actor()).isEqualTo("alice");
				assertThat(action.at()).isNotNull();
			});
			assertThat(this.indexes.exists("logs_u_idx")).isFalse();
			this.database.execute("delete from logs where id % 2 = 1");
			application.heavyIndexes().retry("create_u");
			application.await("create_u", OperationState.COMPLETED);
			assertThat(this.indexes.isValid("logs_u_idx")).isTrue();
		}
	}

	@Test
	void aRunningOperationIsNotSkipped() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = builds().start()) {
			application.awaitSnapshotWait("create_a");
			refused(() -> application.heavyIndexes().skip("create_a"), "create_a is RUNNING", "'cancel' it first");
			old.close();
			application.await("create_m", OperationState.COMPLETED);
		}
	}

	@Test
	void anIndexThatIsGoneMayBeSkippedSoThatItIsNoDriftAnyMore() {
		try (TestApplication application = builds().start()) {
			application.await("create_m", OperationState.COMPLETED);
			this.database.execute("drop index logs_a_idx");
			application.await("create_a", (operation) -> operation.drift() != null);
			application.heavyIndexes().skip("create_a");
			application.await("create_a", OperationState.SKIPPED);
			application.awaitTurns();
			assertThat(application.status("create_a").drift()).isNull();
			assertThat(application.heavyIndexes().isCompleted("create_a")).isFalse();
		}
	}

	@Test
	void anOperationWaitsForItsApprovalAndAChangedOneForANewOne() {
		try (TestApplication application = needingApproval(builds()).start()) {
			application.await("create_a", OperationState.COMPLETED);
			application.await("create_m", (operation) -> "approval".equals(operation.waitingFor()));
			refused(() -> application.heavyIndexes().approve("create_a"), "create_a needs no approval",
					"requiresApproval");
			application.heavyIndexes().pause();
			application.heavyIndexes().onBehalfOf("alice").approve("create_m");
			application.heavyIndexes().onBehalfOf("bob").approve("create_m");
			application.await("create_m", (operation) -> "paused".equals(operation.waitingFor()));
			assertThat(application.heavyIndexes().actions("create_m")).extracting(OperationAction::actor)
				.containsExactly("alice");
		}
		try (TestApplication changed = needingApproval(builds())
			.operation("create_m", "create index mails_id_idx on mails (id desc)")
			.start()) {
			changed.await("create_m", (operation) -> "approval".equals(operation.waitingFor()));
		}
		try (TestApplication application = needingApproval(builds()).start()) {
			application.heavyIndexes().resume();
			application.await("create_m", OperationState.COMPLETED);
			refused(() -> application.heavyIndexes().approve("create_m"), "COMPLETED", "nothing to approve");
		}
	}

	@Test
	void allThatFailedIsTriedAgainByOneOrder() {
		try (TestApplication application = failing().start()) {
			application.await("create_u", OperationState.FAILED);
			application.await("create_v", OperationState.FAILED);
			this.database.execute("delete from logs where id % 2 = 1");
			application.heavyIndexes().onBehalfOf("alice").retryFailed();
			application.awaitAllDone();
			assertThat(application.heavyIndexes().status().summary().completed()).isEqualTo(3);
			for (String name : List.of("create_u", "create_v")) {
				assertThat(application.heavyIndexes().actions(name)).extracting(OperationAction::actor)
					.containsExactly("alice");
			}
			assertThat(application.heavyIndexes().actions("create_m")).isEmpty();
			application.heavyIndexes().retryFailed();
			assertThat(application.heavyIndexes().status().summary().completed()).isEqualTo(3);
		}
	}

}
