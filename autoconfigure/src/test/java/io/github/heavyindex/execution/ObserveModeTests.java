package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

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
 * Web nodes beside a worker: they show and answer, and do nothing.
 */
class ObserveModeTests {

	private static final String SQL = "create index x on logs (a desc) where b is not null";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b text)",
				"insert into logs select i, i % 1000, 'b' || i from generate_series(1, 20000) i", "analyze logs");
	}

	private TestApplication observer(String pollInterval) {
		return TestApplication.on(this.database)
			.operation("create_x", SQL)
			.property("heavy-index.mode", "observe")
			.property("heavy-index.poll-interval", pollInterval)
			.start();
	}

	private TestApplication worker() {
		return TestApplication.on(this.database).operation("create_x", SQL).start();
	}

	@Test
	void nobodyWorks() {
		try (TestApplication observer = observer("50ms")) {
			OperationStatus operation = observer.await("create_x", (status) -> status.waitingFor() != null);
			assertThat(operation.state()).isEqualTo(OperationState.PENDING);
			assertThat(operation.waitingFor()).contains("heavy-index.mode=observe");
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> observer.status("create_x").state() == OperationState.PENDING
						&& observer.heavyIndexes().status().problem() == null);
			assertThat(relations()).containsExactly("logs", "logs_pkey");
			assertThat(observer.heavyIndexes().isCompleted("create_x")).isFalse();
			assertThat(observer.heavyIndexes().history("create_x")).isEmpty();
		}
	}

	@Test
	void anEqualIndexIsSeenWithoutTables() {
		this.database.execute(SQL);
		try (TestApplication observer = observer("50ms")) {
			OperationStatus operation = observer.await("create_x", OperationState.COMPLETED);
			assertThat(operation.adopted()).isTrue();
			assertThat(observer.heavyIndexes().isCompleted("create_x")).isTrue();
			assertThat(relations()).containsExactly("logs", "logs_pkey", "x");
		}
	}

	@Test
	void anotherDefinitionIsNotTakenForTheDeclaredOne() {
		this.database.execute("create index x on logs (a)");
		try (TestApplication observer = observer("50ms")) {
			OperationStatus operation = observer.await("create_x", OperationState.FAILED);
			assertThat(operation.lastError()).contains("(a DESC)");
			assertThat(relations()).containsExactly("logs", "logs_pkey", "x");
		}
	}

	@Test
	void theWorkOfAWorkerIsSeenFromTheObserverThatWasThereFirst() throws SQLException {
		Connection blocker = this.database.connection();
		blocker.setAutoCommit(false);
		try (TestApplication observer = observer("100ms")) {
			observer.await("create_x", (status) -> status.waitingFor() != null);
			execute(blocker, "insert into logs values (-1, 1, 'x')");
			try (TestApplication worker = worker()) {
				worker.await("create_x", OperationState.RUNNING);
				OperationStatus running = observer.await("create_x", (status) -> status.progress() != null);
				assertThat(running.state()).isEqualTo(OperationState.RUNNING);
				assertThat(running.attempts()).isEqualTo(1);
				assertThat(running.instance()).isNotNull();
				assertThat(running.startedAt()).isNotNull();
				assertThat(running.adopted()).isFalse();
				assertThat(running.progress()).satisfies((progress) -> {
					assertThat(progress).isNotNull();
					assertThat(progress.phase()).startsWith("waiting for writers");
					assertThat(progress.blockedBy()).hasSize(1);
				});
				assertThat(observer.heavyIndexes().isCompleted("create_x")).isFalse();
				blocker.rollback();
				OperationStatus completed = observer.await("create_x", OperationState.COMPLETED);
				assertThat(completed.adopted()).isFalse();
				assertThat(completed.attempts()).isEqualTo(1);
				assertThat(observer.heavyIndexes().history("create_x")).hasSize(1);
			}
		}
	}

	@Test
	void theEndIsSeenWithinTwoPollIntervals() throws SQLException {
		Duration interval = Duration.ofSeconds(1);
		Connection blocker = this.database.connection();
		blocker.setAutoCommit(false);
		execute(blocker, "insert into logs values (-1, 1, 'x')");
		try (TestApplication worker = worker(); TestApplication observer = observer(interval.toMillis() + "ms")) {
			observer.await("create_x", OperationState.RUNNING);
			blocker.rollback();
			worker.await("create_x", OperationState.COMPLETED);
			Awaitility.await()
				.atMost(interval.multipliedBy(2))
				.until(() -> observer.heavyIndexes().isCompleted("create_x"));
		}
	}

	@Test
	void anOrderGivenToAnObserverReachesTheWorker() throws SQLException {
		Connection blocker = this.database.connection();
		blocker.setAutoCommit(false);
		execute(blocker, "insert into logs values (-1, 1, 'x')");
		try (TestApplication worker = worker(); TestApplication observer = observer("100ms")) {
			observer.await("create_x", OperationState.RUNNING);
			observer.heavyIndexes().cancel("create_x");
			worker.await("create_x", OperationState.CANCELLED);
			observer.await("create_x", OperationState.CANCELLED);
			blocker.rollback();
			observer.heavyIndexes().retry("create_x");
			worker.await("create_x", OperationState.COMPLETED);
			Awaitility.await().until(() -> observer.heavyIndexes().isCompleted("create_x"));
		}
	}

	private List<String> relations() {
		return this.database.query("""
				select relname::text from pg_class where relnamespace = 'public'::regnamespace order by 1""",
				String.class);
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
