package io.github.heavyindex.execution;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * People end builds: by our own order, by {@code pg_cancel_backend}, by
 * {@code pg_terminate_backend}.
 */
class CancelTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	private OpenTransaction old;

	private TestApplication application;

	@BeforeEach
	void start() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 20000) i");
		this.old = OpenTransaction.withSnapshot(this.database);
		this.application = builder().start();
		this.application.awaitSnapshotWait("create_a");
	}

	private TestApplication.Builder builder() {
		return TestApplication.on(this.database)
			.operation("create_a", "create index logs_a_idx on logs (a)")
			.operation("create_b", "create index logs_b_idx on logs (a, id)", "create_a");
	}

	@AfterEach
	void close() {
		this.application.close();
	}

	@Test
	void aRunningBuildIsCancelledCleanedUpAndStartedAgainByRetry() {
		int pid = this.application.progress("create_a").pid();
		this.application.heavyIndexes().cancel("create_a");
		OperationStatus operation = this.application.await("create_a", OperationState.CANCELLED);
		assertThat(operation.lastError()).contains("Cancelled by request");
		gone(pid);
		this.database.awaitTrue("select to_regclass('logs_a_idx') is null");
		this.application.awaitTurns();
		assertThat(this.application.status("create_a").state()).isEqualTo(OperationState.CANCELLED);
		assertThat(this.application.status("create_b").waitingFor()).isEqualTo("dependency create_a");
		assertThat(this.application.heavyIndexes().history("create_a")).singleElement()
			.extracting(OperationAttempt::outcome)
			.isEqualTo(OperationAttempt.Outcome.CANCELLED);
		this.old.close();
		this.application.heavyIndexes().retry("create_a");
		this.application.await("create_a", OperationState.COMPLETED);
		this.application.await("create_b", OperationState.COMPLETED);
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

	@Test
	void anAdoptedBuildIsCancelledAndCleanedUpToo() {
		int pid = this.application.progress("create_a").pid();
		this.application.close();
		this.application = builder().start();
		this.application.awaitSnapshotWait("create_a");
		this.application.heavyIndexes().cancel("create_a");
		this.application.await("create_a", OperationState.CANCELLED);
		gone(pid);
		this.database.awaitTrue("select to_regclass('logs_a_idx') is null");
		this.application.awaitTurns();
		assertThat(this.application.status("create_a").state()).isEqualTo(OperationState.CANCELLED);
	}

	@Test
	void aPendingOperationIsCancelledBeforeItStarts() {
		this.application.heavyIndexes().cancel("create_b");
		this.application.await("create_b", OperationState.CANCELLED);
		this.old.close();
		this.application.await("create_a", OperationState.COMPLETED);
		this.application.awaitTurns();
		assertThat(this.application.status("create_b").state()).isEqualTo(OperationState.CANCELLED);
		assertThat(this.application.status("create_b").attempts()).isZero();
		assertThat(this.indexes.exists("logs_b_idx")).isFalse();
		this.application.heavyIndexes().retry("create_b");
		this.application.await("create_b", OperationState.COMPLETED);
	}

	@Test
	void whatADbaCancelsIsNotStartedAgainAgainstTheirWill() {
		int pid = this.application.progress("create_a").pid();
		this.database.query("select pg_cancel_backend(?)", Boolean.class, pid);
		OperationStatus operation = this.application.await("create_a", OperationState.CANCELLED);
		assertThat(operation.lastError()).startsWith("[57014]").contains("Somebody cancelled");
		this.database.awaitTrue("select to_regclass('logs_a_idx') is null");
		this.old.close();
		this.application.awaitTurns();
		assertThat(this.application.status("create_a").state()).isEqualTo(OperationState.CANCELLED);
		this.application.close();
		this.application = builder().start();
		this.application.awaitTurns();
		assertThat(this.application.status("create_a").state()).isEqualTo(OperationState.CANCELLED);
		assertThat(this.indexes.exists("logs_a_idx")).isFalse();
	}

	@Test
	void whatADbaTerminatesIsTriedAgain() {
		int pid = this.application.progress("create_a").pid();
		long oid = this.indexes.oid("logs_a_idx");
		this.database.query("select pg_terminate_backend(?, 5000)", Boolean.class, pid);
		this.old.close();
		OperationStatus operation = this.application.await("create_a", OperationState.COMPLETED);
		assertThat(operation.attempts()).isEqualTo(2);
		assertThat(operation.adopted()).isFalse();
		assertThat(this.indexes.oid("logs_a_idx")).isNotEqualTo(oid);
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
		this.application.awaitAllDone();
		assertThat(this.indexes.invalid()).isEmpty();
	}

	private void gone(int pid) {
		this.database.awaitTrue("""
				select not exists (select from pg_stat_activity where pid = ? and state = 'active')
					and not exists (select from pg_stat_progress_create_index where pid = ?)""", pid, pid);
	}

}
