package io.github.heavyindex.execution;

import java.time.Duration;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.ApplicationProcess;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A build goes on in its server session when its application ends, in whatever way; the
 * next application adopts it and never starts another one beside it.
 */
class BuildAdoptionTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 20000) i", "analyze logs");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_a", "create index logs_a_idx on logs (a)");
	}

	@Test
	void aBuildSurvivesTheGracefulEndOfItsApplication() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		int pid;
		long closed;
		try (TestApplication first = application().start()) {
			first.awaitSnapshotWait("create_a");
			pid = first.progress("create_a").pid();
			closed = System.nanoTime();
		}
		// a deploy does not wait for the build
		assertThat(Duration.ofNanos(System.nanoTime() - closed)).isLessThan(Duration.ofSeconds(3));
		adoptedByTheNext(old, pid);
	}

	@Test
	void aBuildSurvivesTheDeathOfItsApplication() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		int pid;
		try (ApplicationProcess first = application().startProcess()) {
			this.database.awaitTrue("""
					select phase = 'waiting for old snapshots' from pg_stat_progress_create_index
					where datname = current_database()""");
			pid = workerPid();
			first.kill();
		}
		adoptedByTheNext(old, pid);
	}

	@Test
	void aBuildThatEndsWhileNoApplicationLivesIsFoundComplete() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication first = application().start()) {
			first.awaitSnapshotWait("create_a");
		}
		long oid = this.indexes.oid("logs_a_idx");
		old.close();
		this.database.awaitTrue("select indisvalid from pg_index where indexrelid = 'logs_a_idx'::regclass");
		try (TestApplication second = application().start()) {
			OperationStatus operation = second.await("create_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isTrue();
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(this.indexes.oid("logs_a_idx")).isEqualTo(oid);
		}
	}

	@Test
	void aBuildThatDiesWithItsApplicationIsBegunAgain() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		int pid;
		try (TestApplication first = application().start()) {
			first.awaitSnapshotWait("create_a");
			pid = first.progress("create_a").pid();
		}
		long oid = this.indexes.oid("logs_a_idx");
		this.database.query("select pg_terminate_backend(?, 5000)", Boolean.class, pid);
		assertThat(this.indexes.invalid()).containsExactly("logs_a_idx");
		old.close();
		try (TestApplication second = application().start()) {
			OperationStatus operation = second.await("create_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isFalse();
			assertThat(operation.attempts()).isEqualTo(2);
			assertThat(operation.duration()).isNotNull();
			assertThat(second.heavyIndexes().history("create_a")).extracting(OperationAttempt::outcome)
				.containsExactly(OperationAttempt.Outcome.COMPLETED, OperationAttempt.Outcome.LOST);
		}
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
		assertThat(this.indexes.oid("logs_a_idx")).isNotEqualTo(oid);
	}

	@Test
	void aBuildOfALivingReplicaIsWatchedByTheOthers() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication first = application().start(); TestApplication second = application().start()) {
			for (TestApplication replica : new TestApplication[] { first, second }) {
				OperationStatus operation = replica.awaitSnapshotWait("create_a");
				assertThat(operation.state()).isEqualTo(OperationState.RUNNING);
				assertThat(operation.adopted()).isFalse();
				// for a moment another replica's look is in the way, too
				replica.await("create_a", (seen) -> seen.progress() != null
						&& seen.progress().blockedBy().stream().anyMatch((session) -> session.pid() == old.pid()));
			}
			old.close();
			for (TestApplication replica : new TestApplication[] { first, second }) {
				OperationStatus operation = replica.await("create_a", OperationState.COMPLETED);
				assertThat(operation.adopted()).isFalse();
				assertThat(operation.attempts()).isEqualTo(1);
			}
		}
	}

	private void adoptedByTheNext(OpenTransaction old, int pid) {
		long oid = this.indexes.oid("logs_a_idx");
		assertThat(workerPid()).isEqualTo(pid);
		try (TestApplication second = application().start()) {
			OperationStatus operation = second.awaitSnapshotWait("create_a");
			assertThat(operation.state()).isEqualTo(OperationState.RUNNING);
			assertThat(second.await("create_a", OperationStatus::adopted).attempts()).isEqualTo(1);
			assertThat(second.progress("create_a").pid()).isEqualTo(pid);
			assertThat(second.progress("create_a").percent()).isGreaterThan(90);
			assertThat(second.progress("create_a").blockedBy()).singleElement()
				.satisfies((session) -> assertThat(session.pid()).isEqualTo(old.pid()));
			second.awaitTurns();
			assertThat(second.status("create_a").state()).isEqualTo(OperationState.RUNNING);
			assertThat(workerPid()).isEqualTo(pid);
			old.close();
			OperationStatus completed = second.await("create_a", OperationState.COMPLETED);
			assertThat(completed.adopted()).isTrue();
			assertThat(completed.attempts()).isEqualTo(1);
			assertThat(completed.duration()).isGreaterThan(Duration.ZERO);
			assertThat(second.heavyIndexes().isCompleted("create_a")).isTrue();
		}
		assertThat(this.indexes.oid("logs_a_idx")).isEqualTo(oid);
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

	/**
	 * The one session that builds.
	 */
	private int workerPid() {
		return this.database.single("select pid from pg_stat_progress_create_index where datname = current_database()",
				Integer.class);
	}

}
