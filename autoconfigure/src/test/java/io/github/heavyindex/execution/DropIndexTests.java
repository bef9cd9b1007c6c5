package io.github.heavyindex.execution;

import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.ForeignStatement;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every row of the table of decisions for DROP, on a real server.
 */
class DropIndexTests {

	private static final String SQL = "DROP INDEX logs_a_idx";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int not null)",
				"insert into logs select i, i from generate_series(1, 5000) i");
	}

	@Test
	void anAbsentIndexIsDropped() {
		try (TestApplication application = TestApplication.on(this.database).operation("drop_a", SQL).start()) {
			OperationStatus operation = application.await("drop_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isTrue();
			assertThat(operation.attempts()).isZero();
		}
	}

	@Test
	void aPresentIndexIsDroppedOnce() {
		this.database.execute("create index logs_a_idx on logs (a)");
		TestApplication.Builder builder = TestApplication.on(this.database).operation("drop_a", SQL);
		try (TestApplication application = builder.start()) {
			OperationStatus operation = application.await("drop_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isFalse();
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(this.indexes.exists("logs_a_idx")).isFalse();
		}
		try (TestApplication application = builder.start()) {
			assertThat(application.await("drop_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void anIndexUnderConstructionIsAwaited() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		ForeignStatement build = ForeignStatement
			.start(this.database, "create index concurrently logs_a_idx on logs (a)")
			.awaitPhase("waiting for old snapshots");
		try (TestApplication application = TestApplication.on(this.database).operation("drop_a", SQL).start()) {
			application.await("drop_a", (operation) -> String.valueOf(operation.waitingFor())
				.startsWith("table in use by pid " + build.pid()));
			application.awaitTurns();
			assertThat(build.isDone()).isFalse();
			old.close();
			application.await("drop_a", OperationState.COMPLETED);
			assertThat(build.awaitEnd()).isEqualTo("00000");
			assertThat(this.indexes.exists("logs_a_idx")).isFalse();
		}
	}

	@Test
	void anIndexThatBacksAConstraintIsLeftAloneAndTheStatementToUseIsShown() {
		this.database.execute("alter table logs add constraint logs_a_idx unique (a)");
		failsUntouched("[2BP01]", "ALTER TABLE", "DROP CONSTRAINT \"logs_a_idx\"");
	}

	@Test
	void aReplicaIdentityIsLeftAlone() {
		this.database.execute("create unique index logs_a_idx on logs (a)",
				"alter table logs replica identity using index logs_a_idx");
		failsUntouched("[55000]", "replica identity", "REPLICA IDENTITY DEFAULT");
	}

	@Test
	void aPartOfAPartitionedIndexIsLeftAlone() {
		this.database.execute("create table parted (a int) partition by range (a)",
				"create table part partition of parted for values from (0) to (10)",
				"create index logs_a_idx on part (a)", "create index parted_idx on parted (a)");
		failsUntouched("[2BP01]", "public.parted_idx");
	}

	@Test
	void anIndexThatAForeignKeyDependsOnIsLeftAlone() {
		this.database.execute("create unique index logs_a_idx on logs (a)",
				"create table child (a int references logs (a))");
		failsUntouched("[2BP01]", "child_a_fkey", "drop that first");
	}

	@Test
	void aTableOfThatNameIsLeftAlone() {
		this.database.execute("create table logs_a_idx (a int)");
		try (TestApplication application = TestApplication.on(this.database).operation("drop_a", SQL).start()) {
			assertThat(application.await("drop_a", OperationState.FAILED).lastError()).startsWith("[42809]")
				.contains("is a table, no index");
			assertThat(this.indexes.exists("logs_a_idx")).isTrue();
		}
	}

	@Test
	void aHalfDroppedIndexIsFinished() {
		this.database.execute("create unique index logs_a_idx on logs (a)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs");
		ForeignStatement drop = ForeignStatement.start(this.database, "drop index concurrently logs_a_idx");
		this.database.awaitTrue("select not indisvalid from pg_index where indexrelid = 'logs_a_idx'::regclass");
		this.database.query("select pg_cancel_backend(?)", Boolean.class, drop.pid());
		assertThat(drop.awaitEnd()).isEqualTo("57014");
		reader.close();
		assertThat(this.indexes.invalid()).containsExactly("logs_a_idx");
		try (TestApplication application = TestApplication.on(this.database).operation("drop_a", SQL).start()) {
			application.await("drop_a", OperationState.COMPLETED);
			assertThat(this.indexes.exists("logs_a_idx")).isFalse();
		}
	}

	@Test
	void aDropThatHasStartedIsFinishedWhateverPeopleOrder() {
		this.database.execute("create index logs_a_idx on logs (a)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs");
		try (TestApplication application = TestApplication.on(this.database).operation("drop_a", SQL).start()) {
			OperationStatus operation = application.await("drop_a",
					(status) -> status.progress() != null && !status.progress().blockedBy().isEmpty());
			assertThat(operation.state()).isEqualTo(OperationState.RUNNING);
			assertThat(application.progress("drop_a").blockedBy()).singleElement()
				.satisfies((session) -> assertThat(session.pid()).isEqualTo(reader.pid()));
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> application.heavyIndexes().cancel("drop_a"));
			reader.close();
			application.await("drop_a", OperationState.COMPLETED);
		}
	}

	@Test
	void aDropThatHasBegunSinceTheLastLookIsNotCancelled() {
		this.database.execute("create index logs_a_idx on logs (a)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs");
		TestApplication.Builder builder = TestApplication.on(this.database).operation("drop_a", SQL);
		try (TestApplication looksSeldom = TestApplication.on(this.database)
			.operation("drop_a", SQL)
			.property("heavy-index.operations.drop_a.requires-approval", "true")
			.property("heavy-index.poll-interval", "1h")
			.start()) {
			looksSeldom.await("drop_a", (operation) -> "approval".equals(operation.waitingFor()));
			try (TestApplication application = builder.start()) {
				application.awaitProgress("drop_a", (progress) -> !progress.blockedBy().isEmpty());
				assertThat(looksSeldom.status("drop_a").state()).isEqualTo(OperationState.PENDING);
				assertThatExceptionOfType(ActionRefusedException.class)
					.isThrownBy(() -> looksSeldom.heavyIndexes().cancel("drop_a"))
					.withMessageContaining("drop_a has started and is not cancelled");
				reader.close();
				application.await("drop_a", OperationState.COMPLETED);
			}
		}
	}

	@Test
	void aDropThatHasFailedHalfwayIsTriedAgainAndNotCancelled() {
		this.database.execute("create index logs_a_idx on logs (a)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs");
		OtherSession other = OtherSession.on(this.database);
		try (TestApplication application = TestApplication.on(this.database).operation("drop_a", SQL).start()) {
			int pid = application.awaitProgress("drop_a", (progress) -> !progress.blockedBy().isEmpty()).pid();
			this.database.awaitTrue("select not indisvalid from pg_index where indexrelid = 'logs_a_idx'::regclass");
			other.execute("begin");
			CompletableFuture<Void> locked = other.executeLater("lock table logs in share update exclusive mode");
			this.database.awaitTrue("select exists (select from pg_locks where pid = ? and not granted)", other.pid());
			this.database.query("select pg_terminate_backend(?, 5000)", Boolean.class, pid);
			locked.join();
			application.await("drop_a", (operation) -> operation.state() == OperationState.PENDING
					&& String.valueOf(operation.waitingFor()).startsWith("table in use by pid " + other.pid()));
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> application.heavyIndexes().cancel("drop_a"))
				.withMessageContaining("drop_a has started and is not cancelled");
			other.execute("rollback");
			reader.close();
			application.await("drop_a", OperationState.COMPLETED);
			assertThat(this.indexes.exists("logs_a_idx")).isFalse();
		}
	}

	private void failsUntouched(String... texts) {
		long oid = this.indexes.oid("logs_a_idx");
		try (TestApplication application = TestApplication.on(this.database).operation("drop_a", SQL).start()) {
			assertThat(application.await("drop_a", OperationState.FAILED).lastError()).contains(texts);
			application.awaitTurns();
			assertThat(application.status("drop_a").attempts()).isLessThan(2);
		}
		assertThat(this.indexes.oid("logs_a_idx")).isEqualTo(oid);
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

}
