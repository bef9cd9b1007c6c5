package io.github.heavyindex.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What others do in the same database while we are at work.
 */
class InterferenceTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b text)",
				"insert into logs select i, i % 1000, 'b' || i from generate_series(1, 5000) i",
				"create table other ()");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_a", "CREATE INDEX logs_a_idx ON logs (a)");
	}

	@Test
	void theObserverDoesNotHangBehindAQueuedAlter() throws Exception {
		Connection old = oldTransaction();
		try (TestApplication application = application().start()) {
			awaitSnapshotWait(application);
			Connection altering = this.database.connection();
			int pid = pid(altering);
			CompletableFuture<String> alter = CompletableFuture
				.supplyAsync(() -> execute(altering, "alter table logs add column c int"));
			OperationStatus operation = application.await("create_a", (status) -> status.progress() != null
					&& status.progress().blocking().stream().anyMatch((session) -> session.pid() == pid));
			assertThat(operation.state()).isEqualTo(OperationState.RUNNING);
			for (int turn = 0; turn < 5; turn++) {
				Instant seen = application.heavyIndexes().status().lastObserved();
				Awaitility.await()
					.atMost(Duration.ofSeconds(3))
					.until(() -> application.heavyIndexes().status().lastObserved(),
							(observed) -> seen != null && observed != null && observed.isAfter(seen));
				assertThat(application.heavyIndexes().status().problem()).isNull();
			}
			this.database.single("select pg_cancel_backend(?)", Boolean.class, pid);
			assertThat(alter.get()).isEqualTo("57014");
			old.close();
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void ourOwnTablesDroppedWhileWeAreAtWorkCostNothing() throws Exception {
		Connection old = oldTransaction();
		try (TestApplication application = application().start()) {
			awaitSnapshotWait(application);
			long oid = oid("logs_a_idx");
			this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> this.database.single("select to_regclass('heavy_index_operation') is not null",
						Boolean.class));
			old.close();
			application.await("create_a", OperationState.COMPLETED);
			assertThat(oid("logs_a_idx")).isEqualTo(oid);
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> this.database.query("select state from heavy_index_operation", String.class),
						(states) -> states.equals(List.of("COMPLETED")));
		}
	}

	@Test
	void anIndexOfTheSameNameInSomebodysOpenTransactionIsAwaitedAndNotTakenForOurs() throws Exception {
		Connection other = this.database.connection();
		int pid = pid(other);
		other.setAutoCommit(false);
		execute(other, "create index logs_a_idx on logs (b)");
		try (TestApplication application = application().start()) {
			application.await("create_a", (status) -> String.valueOf(status.waitingFor()).contains("pid " + pid));
			other.commit();
			OperationStatus operation = application.await("create_a", OperationState.FAILED);
			assertThat(operation.lastError()).contains("(a)", "(b)");
			assertThat(operation.attempts()).isZero();
			this.database.execute("drop index logs_a_idx");
			application.heavyIndexes().retry("create_a");
			assertThat(application.await("create_a", OperationState.COMPLETED).adopted()).isFalse();
		}
	}

	@Test
	void twoSchemasWithTheSameNamesAreKeptApart() {
		this.database.execute("create schema one", "create table one.logs (id int, a int)", "create schema two",
				"create table two.logs (id int, a int)", "create index logs_a_idx on two.logs (id)");
		try (TestApplication application = application()
			.operation("create_one", "CREATE INDEX logs_a_idx ON one.logs (a)")
			.operation("create_two", "CREATE INDEX logs_a_idx ON two.logs (a)")
			.start()) {
			application.await("create_a", OperationState.COMPLETED);
			application.await("create_one", OperationState.COMPLETED);
			assertThat(application.await("create_two", OperationState.FAILED).lastError()).contains("two.logs");
			this.database.execute("drop index two.logs_a_idx");
			application.heavyIndexes().retry("create_two");
			application.await("create_two", OperationState.COMPLETED);
			assertThat(definitions()).containsExactly("CREATE INDEX logs_a_idx ON one.logs USING btree (a)",
					"CREATE INDEX logs_a_idx ON public.logs USING btree (a)",
					"CREATE INDEX logs_a_idx ON two.logs USING btree (a)");
			this.database.execute("drop index one.logs_a_idx");
			application.await("create_one", (status) -> status.drift() == Drift.MISSING);
			assertThat(application.status("create_a").drift()).isNull();
			assertThat(application.status("create_two").drift()).isNull();
		}
	}

	private Connection oldTransaction() throws SQLException {
		Connection old = this.database.connection();
		old.setAutoCommit(false);
		old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		// no lock on the table that is built on
		execute(old, "select * from other");
		return old;
	}

	private static void awaitSnapshotWait(TestApplication application) {
		application.await("create_a", (status) -> {
			OperationProgress progress = status.progress();
			return progress != null && "waiting for old snapshots".equals(progress.phase());
		});
	}

	private int pid(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				var row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	private static String execute(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
			return "00000";
		}
		catch (SQLException ex) {
			return String.valueOf(ex.getSQLState());
		}
	}

	private long oid(String index) {
		return this.database.single("select ?::regclass::oid::bigint", Long.class, index);
	}

	private List<String> definitions() {
		return this.database.query(
				"select pg_get_indexdef(indexrelid) from pg_index where indexrelid::regclass::text like '%logs_a_idx' order by 1",
				String.class);
	}

}
