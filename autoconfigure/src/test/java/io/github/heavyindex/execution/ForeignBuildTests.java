package io.github.heavyindex.execution;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.ForeignStatement;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody else is at work on the index or its table: we wait, say for whom, and never
 * drop what is being built.
 */
class ForeignBuildTests {

	private static final String SQL = "CREATE INDEX CONCURRENTLY logs_a_idx ON logs (a DESC) WHERE b IS NOT NULL";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b text)",
				"insert into logs select i, i % 1000, 'b' || i from generate_series(1, 20000) i", "analyze logs");
	}

	@Test
	void aBuildOfSomebodyElseIsAwaitedAndAdopted() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		ForeignStatement build = ForeignStatement.start(this.database, SQL).awaitPhase("waiting for old snapshots");
		long oid = this.indexes.oid("logs_a_idx");
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			waitsFor(application, build.pid());
			old.close();
			assertThat(build.awaitEnd()).isEqualTo("00000");
			adopts(application, oid);
		}
	}

	@Test
	void aBuildIsRecognisedByARoleThatMaySeeNothingOfIt() {
		TestRole owner = this.database.createRole("");
		this.database.execute("alter table logs owner to " + owner.name(), "create schema own",
				"grant all on schema public, own to " + owner.name());
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		ForeignStatement build = ForeignStatement.start(this.database, SQL).awaitPhase("waiting for old snapshots");
		long oid = this.indexes.oid("logs_a_idx");
		try (TestApplication application = TestApplication.on(this.database)
			.as(owner)
			.property("heavy-index.history.schema", "own")
			.operation("create_a", SQL)
			.start()) {
			waitsFor(application, build.pid());
			old.close();
			assertThat(build.awaitEnd()).isEqualTo("00000");
			adopts(application, oid);
		}
	}

	@Test
	void aBuildInAnOpenTransactionIsAwaitedAndAdoptedWhenItCommits() {
		OpenTransaction build = OpenTransaction.begin(this.database, SQL.replace("CONCURRENTLY", ""));
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			waitsFor(application, build.pid());
			build.commit();
			OperationStatus operation = application.await("create_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isTrue();
			assertThat(operation.attempts()).isZero();
		}
	}

	@Test
	void aBuildInAnOpenTransactionThatRollsBackIsDoneByUs() {
		OpenTransaction build = OpenTransaction.begin(this.database, SQL.replace("CONCURRENTLY", ""));
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			waitsFor(application, build.pid());
			build.close();
			assertThat(application.await("create_a", OperationState.COMPLETED).adopted()).isFalse();
			assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
		}
	}

	@Test
	void whatSomebodyElsesFailedBuildLeavesBehindIsRepaired() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		ForeignStatement build = ForeignStatement.start(this.database, SQL).awaitPhase("waiting for old snapshots");
		long oid = this.indexes.oid("logs_a_idx");
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			waitsFor(application, build.pid());
			this.database.query("select pg_cancel_backend(?)", Boolean.class, build.pid());
			assertThat(build.awaitEnd()).isEqualTo("57014");
			old.close();
			assertThat(application.await("create_a", OperationState.COMPLETED).adopted()).isFalse();
			assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
			assertThat(this.indexes.oid("logs_a_idx")).isNotEqualTo(oid);
		}
	}

	@Test
	void aVacuumIsNoReasonToWait() {
		OpenTransaction reader = OpenTransaction.begin(this.database, "declare c cursor for select * from logs",
				"fetch 1 from c");
		// it waits for the page that the cursor has pinned
		ForeignStatement vacuum = ForeignStatement.start(this.database, "vacuum (freeze, disable_page_skipping) logs");
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			application.await("create_a", (operation) -> operation.state() == OperationState.RUNNING
					|| operation.state() == OperationState.COMPLETED);
			reader.close();
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(vacuum.awaitEnd()).isEqualTo("00000");
	}

	private static void waitsFor(TestApplication application, int pid) {
		OperationStatus operation = application.await("create_a",
				(status) -> String.valueOf(status.waitingFor()).contains("pid " + pid));
		assertThat(operation.state()).isEqualTo(OperationState.PENDING);
		assertThat(operation.waitingFor()).startsWith("table in use by pid " + pid);
		application.awaitTurns();
		assertThat(application.status("create_a").waitingFor()).startsWith("table in use by pid " + pid);
	}

	private void adopts(TestApplication application, long oid) {
		OperationStatus operation = application.await("create_a", OperationState.COMPLETED);
		assertThat(operation.adopted()).isTrue();
		assertThat(operation.attempts()).isZero();
		assertThat(this.indexes.oid("logs_a_idx")).isEqualTo(oid);
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

}
