package io.github.heavyindex.execution;

import java.time.Duration;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a running operation when its application stops.
 */
class ShutdownTests {

	private static final String SQL = "CREATE INDEX logs_a_idx ON logs (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (a int)", "insert into logs select generate_series(1, 1000)");
	}

	@Test
	void aStopLeavesARunningBuildToItsServerSessionAndDoesNotWaitForIt() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		TestApplication application = application().start();
		int pid = awaitPid(application);
		assertThat(close(application)).isLessThan(Duration.ofSeconds(5));
		assertThat(builds(pid)).isTrue();
		other.execute("rollback");
		Awaitility.await().until(() -> valid("logs_a_idx"));
		try (TestApplication next = application().start()) {
			assertThat(next.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void aStopCancelsARunningBuildWhenToldToAndRemovesWhatItLeaves() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		TestApplication.Builder builder = application().property("heavy-index.on-shutdown", "cancel");
		TestApplication application = builder.start();
		int pid = awaitPid(application);
		assertThat(close(application)).isLessThan(Duration.ofSeconds(10));
		assertThat(builds(pid)).isFalse();
		assertThat(this.database.single("select to_regclass('logs_a_idx') is null", Boolean.class)).as("no leftover")
			.isTrue();
		assertThat(this.database.single("select state || ' ' || last_error from heavy_index_operation", String.class))
			.isEqualTo("PENDING stopped, the application closed");
		other.execute("rollback");
		try (TestApplication next = builder.start()) {
			OperationStatus complete = next.await("create_a", OperationState.COMPLETED);
			assertThat(complete.adopted()).isFalse();
			assertThat(next.heavyIndexes().history("create_a")).hasSize(2);
		}
	}

	@Test
	void aStopThatCancelsBuildsDoesNotCancelADropInProgress() {
		this.database.execute(SQL);
		OtherSession reader = OtherSession.on(this.database);
		reader.execute("begin", "select count(*) from logs");
		TestApplication application = TestApplication.on(this.database)
			.operation("create_a", "DROP INDEX logs_a_idx")
			.property("heavy-index.on-shutdown", "cancel")
			.start();
		int pid = application.awaitProgress("create_a", (progress) -> true).pid();
		Awaitility.await().until(() -> !valid("logs_a_idx"));
		assertThat(close(application)).isLessThan(Duration.ofSeconds(5));
		assertThat(builds(pid)).isTrue();
		reader.execute("rollback");
		Awaitility.await().until(() -> this.database.single("select to_regclass('logs_a_idx') is null", Boolean.class));
	}

	@Test
	void stoppingWithoutClosingCancelsNothing() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().property("heavy-index.on-shutdown", "cancel").start()) {
			int pid = awaitPid(application);
			application.context().stop();
			assertThat(builds(pid)).isTrue();
			application.context().start();
			other.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void aStopBeforeTheBuildBeginsStartsNone() {
		TestApplication application = application().property("heavy-index.on-shutdown", "cancel").start();
		close(application);
		boolean absent = this.database.single("select to_regclass('logs_a_idx') is null", Boolean.class);
		assertThat(absent || valid("logs_a_idx")).as("either nothing or all of it").isTrue();
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_a", SQL);
	}

	private static int awaitPid(TestApplication application) {
		return application.awaitProgress("create_a", (progress) -> !progress.blockedBy().isEmpty()).pid();
	}

	private static Duration close(TestApplication application) {
		long begin = System.nanoTime();
		application.close();
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	private boolean builds(int pid) {
		return this.database.single("select count(*) from pg_stat_activity where pid = ? and state = 'active'",
				Integer.class, pid) == 1;
	}

	private boolean valid(String index) {
		return this.database
			.query("select indisvalid from pg_index where indexrelid = to_regclass(?)", Boolean.class, index)
			.contains(true);
	}

}
