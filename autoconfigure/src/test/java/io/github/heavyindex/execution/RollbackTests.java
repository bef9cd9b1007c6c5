package io.github.heavyindex.execution;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an operation has done is undone, and nothing that it has not done.
 */
class RollbackTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create schema app",
				"alter database " + this.database.name() + " set search_path = app, public",
				"create table app.logs (id bigint primary key, a int, b text)",
				"insert into app.logs select i, i, 'b' || i from generate_series(1, 2000) i");
	}

	private TestApplication.Builder creating() {
		return TestApplication.on(this.database).operation("create_a", "create index logs_a_idx on logs (a)");
	}

	private TestApplication.Builder dropping() {
		return TestApplication.on(this.database).operation("drop_b", "drop index logs_b_idx");
	}

	private static OperationStatus awaitRolledBack(TestApplication application, String name) {
		OperationStatus operation = application.await(name, OperationState.CANCELLED);
		assertThat(operation.lastError()).isEqualTo("Rolled back");
		assertThat(operation.rollingBack()).isFalse();
		assertThat(application.heavyIndexes().isCompleted(name)).isFalse();
		return operation;
	}

	private static void refused(TestApplication application, String name, String... reasons) {
		assertThatExceptionOfType(ActionRefusedException.class)
			.isThrownBy(() -> application.heavyIndexes().rollback(name))
			.withMessageStartingWith(name)
			.withMessageContainingAll(reasons);
		application.awaitTurns();
		assertThat(application.status(name).rollingBack()).isFalse();
	}

	@Test
	void aBuiltIndexIsDroppedAndStaysSoUntilRetry() {
		try (TestApplication application = creating().start()) {
			application.await("create_a", OperationState.COMPLETED);
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			heavyIndexes.pause();
			heavyIndexes.onBehalfOf("alice").rollback("create_a");
			heavyIndexes.onBehalfOf("bob").rollback("create_a");
			awaitRolledBack(application, "create_a");
			heavyIndexes.rollback("create_a");
			assertThat(this.indexes.exists("app.logs_a_idx")).isFalse();
			assertThat(heavyIndexes.history("create_a")).extracting(OperationAttempt::outcome)
				.containsExactly(Outcome.ROLLED_BACK, Outcome.COMPLETED);
			assertThat(heavyIndexes.actions("create_a")).extracting(OperationAction::actor).containsExactly("alice");
			heavyIndexes.resume();
			application.awaitTurns();
		}
		try (TestApplication application = creating().start()) {
			application.await("create_a", OperationState.CANCELLED);
			application.awaitTurns();
			assertThat(this.indexes.exists("app.logs_a_idx")).isFalse();
			application.heavyIndexes().retry("create_a");
			application.await("create_a", OperationState.COMPLETED);
			assertThat(this.indexes.isValid("app.logs_a_idx")).isTrue();
			application.heavyIndexes().rollback("create_a");
			awaitRolledBack(application, "create_a");
		}
	}

	@Test
	void anIndexThatWasFoundOrBuiltAnewByHandIsLeftAlone() {
		this.database.execute("create index logs_a_idx on app.logs (a)");
		try (TestApplication application = creating().operation("create_b", "create index logs_b_idx on logs (b)")
			.start()) {
			application.await("create_a", OperationStatus::adopted);
			refused(application, "create_a", "it was found", "by hand");
			application.await("create_b", OperationState.COMPLETED);
			this.database.execute("reindex index concurrently app.logs_b_idx");
			refused(application, "create_b", "another index bears the name app.logs_b_idx", "REINDEX CONCURRENTLY");
			assertThat(this.indexes.isValid("app.logs_a_idx")).isTrue();
			assertThat(this.indexes.isValid("app.logs_b_idx")).isTrue();
		}
	}

	@Test
	void anIndexThatHasBecomeAConstraintsIsLeftAlone() {
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_u", "create unique index logs_u_idx on logs (a)")
			.start()) {
			application.await("create_u", OperationState.COMPLETED);
			this.database.execute("alter table app.logs add constraint logs_u_idx unique using index logs_u_idx");
			refused(application, "create_u", "backs the constraint", "ALTER TABLE");
			assertThat(this.indexes.isValid("app.logs_u_idx")).isTrue();
		}
	}

	@Test
	void aDroppedIndexIsBuiltAgainAsItWas() {
		this.database.execute(
				"create unique index logs_b_idx on app.logs using btree (lower(b) collate \"C\" desc, a) include (id)"
						+ " with (fillfactor = 70) where a > 10 and b like '%''x; drop table app.logs; --' is not true");
		String before = this.indexes.definition("app.logs_b_idx");
		try (TestApplication application = dropping().start()) {
			application.await("drop_b", OperationState.COMPLETED);
			assertThat(this.indexes.exists("app.logs_b_idx")).isFalse();
			assertThat(this.database.single("select dropped from app.heavy_index_order", String.class))
				.isEqualTo(before);
			application.heavyIndexes().rollback("drop_b");
			awaitRolledBack(application, "drop_b");
			assertThat(this.indexes.definition("app.logs_b_idx")).isEqualTo(before);
			assertThat(this.indexes.isValid("app.logs_b_idx")).isTrue();
			application.awaitTurns();
			assertThat(this.indexes.isValid("app.logs_b_idx")).isTrue();
			application.heavyIndexes().retry("drop_b");
			application.await("drop_b", OperationState.COMPLETED);
			assertThat(this.indexes.exists("app.logs_b_idx")).isFalse();
		}
	}

	@Test
	void whatWasGoneBeforeCannotBeBuiltAgain() {
		try (TestApplication application = dropping().start()) {
			application.await("drop_b", OperationState.COMPLETED);
			refused(application, "drop_b", "definition of the dropped index is not known", "by hand");
		}
	}

	@Test
	void aWholeReplacementIsUndoneFromItsEnd() {
		this.database.execute("create index x on app.logs (a)");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create_2nd", "create index x_2nd on logs (a, b)")
			.operation("drop_x", "drop index x", "create_2nd")
			.operation("rename_2nd", "alter index x_2nd rename to x", "drop_x")
			.start()) {
			application.awaitAllDone();
			refused(application, "create_2nd", "drop_x, which depends on it, is COMPLETED", "Roll that one back first");
			refused(application, "drop_x", "rename_2nd");
			for (String name : new String[] { "rename_2nd", "drop_x", "create_2nd" }) {
				application.heavyIndexes().rollback(name);
				awaitRolledBack(application, name);
			}
			application.awaitTurns();
			assertThat(this.indexes.definition("app.x")).endsWith("(a)");
			assertThat(this.indexes.exists("app.x_2nd")).isFalse();
			assertThat(application.heavyIndexes().status().summary().cancelled()).isEqualTo(3);
			for (String name : new String[] { "create_2nd", "drop_x", "rename_2nd" }) {
				application.heavyIndexes().retry(name);
			}
			for (String name : new String[] { "create_2nd", "drop_x", "rename_2nd" }) {
				application.await(name, OperationState.COMPLETED);
			}
			assertThat(this.indexes.definition("app.x")).endsWith("(a, b)");
		}
	}

	@Test
	void theNextApplicationGoesOnWithIt() {
		this.database.execute("create index logs_b_idx on app.logs (b)");
		OpenTransaction old;
		try (TestApplication application = dropping().start()) {
			application.await("drop_b", OperationState.COMPLETED);
			old = OpenTransaction.withSnapshot(this.database);
			application.heavyIndexes().rollback("drop_b");
			OperationStatus running = application.awaitSnapshotWait("drop_b");
			assertThat(running.rollingBack()).isTrue();
		}
		long oid = this.indexes.oid("app.logs_b_idx");
		try (TestApplication application = dropping().start()) {
			OperationStatus running = application.awaitSnapshotWait("drop_b");
			assertThat(running.rollingBack()).isTrue();
			assertThat(running.adopted()).isTrue();
			old.close();
			awaitRolledBack(application, "drop_b");
			assertThat(this.indexes.oid("app.logs_b_idx")).isEqualTo(oid);
			assertThat(this.indexes.isValid("app.logs_b_idx")).isTrue();
		}
	}

	@Test
	void aWayBackThatFailsSaysSoAndMayBeTriedAgain() {
		this.database.execute("create unique index logs_b_idx on app.logs (b)");
		try (TestApplication application = dropping().start()) {
			application.await("drop_b", OperationState.COMPLETED);
			this.database.execute("insert into app.logs values (-1, 1, 'b1')");
			application.heavyIndexes().rollback("drop_b");
			OperationStatus failed = application.await("drop_b", OperationState.FAILED);
			assertThat(failed.lastError()).startsWith("The rollback failed: [23505]")
				.endsWith(
						"Remove the duplicate rows of app.logs, then roll back again; a retry would give the rollback up.");
			assertThat(failed.rollingBack()).isTrue();
			this.database.awaitTrue("select to_regclass('app.logs_b_idx') is null");
			this.database.execute("delete from app.logs where id = -1");
			application.heavyIndexes().rollback("drop_b");
			awaitRolledBack(application, "drop_b");
			assertThat(this.indexes.isValid("app.logs_b_idx")).isTrue();
		}
	}

	@Test
	void aWayBackThatFailedIsGivenUpByARetryOfItsOwnOnly() {
		this.database.execute("create unique index logs_b_idx on app.logs (b)");
		try (TestApplication application = dropping()
			.operation("create_u", "create unique index logs_u_idx on logs (b)")
			.start()) {
			application.await("drop_b", OperationState.COMPLETED);
			application.await("create_u", OperationState.COMPLETED);
			this.database.execute("drop index app.logs_u_idx", "insert into app.logs values (-1, 1, 'b1')");
			application.heavyIndexes().rollback("drop_b");
			application.await("drop_b", OperationState.FAILED);
			application.heavyIndexes().retry("create_u");
			application.await("create_u", OperationState.FAILED);
			application.heavyIndexes().onBehalfOf("alice").retryFailed();
			application.await("create_u", (operation) -> operation.state() == OperationState.FAILED
					&& application.heavyIndexes().history("create_u").size() == 3);
			application.awaitTurns();
			OperationStatus failed = application.status("drop_b");
			assertThat(failed.state()).isEqualTo(OperationState.FAILED);
			assertThat(failed.rollingBack()).isTrue();
			assertThat(application.heavyIndexes().actions("drop_b")).extracting(OperationAction::action)
				.containsExactly("rollback");
			application.heavyIndexes().retry("drop_b");
			application.await("drop_b", (operation) -> operation.completed() && !operation.rollingBack());
			assertThat(this.indexes.exists("app.logs_b_idx")).isFalse();
		}
	}

	@Test
	void aWayBackIsCancelledAndLeavesNothingBehind() {
		this.database.execute("create index logs_b_idx on app.logs (b)");
		try (TestApplication application = dropping().start()) {
			application.await("drop_b", OperationState.COMPLETED);
			OpenTransaction old = OpenTransaction.withSnapshot(this.database);
			application.heavyIndexes().rollback("drop_b");
			application.awaitSnapshotWait("drop_b");
			application.heavyIndexes().cancel("drop_b");
			application.await("drop_b", (operation) -> operation.completed() && !operation.rollingBack());
			assertThat(this.indexes.exists("app.logs_b_idx")).isFalse();
			old.close();
			application.heavyIndexes().rollback("drop_b");
			awaitRolledBack(application, "drop_b");
		}
	}

	@Test
	void anAdoptedBuildOfOursIsOurs() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = creating().start()) {
			application.awaitSnapshotWait("create_a");
			application.awaitTurns();
		}
		try (TestApplication application = creating().start()) {
			application.awaitSnapshotWait("create_a");
			old.close();
			assertThat(application.await("create_a", OperationState.COMPLETED).adopted()).isTrue();
			application.heavyIndexes().rollback("create_a");
			awaitRolledBack(application, "create_a");
			assertThat(this.indexes.exists("app.logs_a_idx")).isFalse();
		}
	}

	@Test
	void anOperationThatIsNotCompletedIsNotRolledBack() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = creating().start()) {
			application.awaitSnapshotWait("create_a");
			refused(application, "create_a", "is RUNNING", "nothing to roll back");
			old.close();
			application.await("create_a", OperationState.COMPLETED);
		}
	}

}
