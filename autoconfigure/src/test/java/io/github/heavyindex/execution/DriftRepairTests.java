package io.github.heavyindex.execution;

import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where drift is to be repaired, an index that was built comes back by itself, but not
 * for ever; what undoes a drop or a rename is for a person to order.
 */
class DriftRepairTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b int)",
				"insert into logs select i, i, i from generate_series(1, 2000) i", "create index old_idx on logs (b)",
				"create index renamed_old on logs (b)", "create index rebuilt_idx on logs (b)");
	}

	private TestApplication application(String action) {
		TestApplication application = TestApplication.on(this.database)
			.property("heavy-index.drift.action", action)
			.property("heavy-index.retry.max-attempts", "2")
			.operation("create", "create unique index logs_a_idx on logs (a)")
			.operation("drop", "drop index old_idx")
			.operation("rename", "alter index renamed_old rename to renamed_new")
			.operation("rebuild", "reindex index rebuilt_idx")
			.start();
		for (String name : new String[] { "create", "drop", "rename", "rebuild" }) {
			application.await(name, OperationState.COMPLETED);
		}
		return application;
	}

	@Test
	void aMissingOrInvalidIndexComesBackButNotForEver() {
		try (TestApplication application = application("repair")) {
			this.database.execute("drop index logs_a_idx");
			repaired(application, 2);
			long oid = this.indexes.oid("logs_a_idx");
			this.indexes.invalidate("logs_a_idx");
			repaired(application, 3);
			assertThat(this.indexes.oid("logs_a_idx")).isNotEqualTo(oid);
			// as somebody's nightly job would
			this.database.execute("drop index logs_a_idx");
			OperationStatus operation = application.await("create", (status) -> status.drift() != null);
			assertThat(operation.drift()).isEqualTo(Drift.MISSING);
			assertThat(operation.waitingFor()).startsWith("not repaired any more after 3 attempts");
			application.awaitTurns();
			assertThat(this.indexes.exists("logs_a_idx")).isFalse();
			application.heavyIndexes().retry("create");
			repaired(application, 1);
			this.database.execute("drop index logs_a_idx");
			repaired(application, 2);
		}
	}

	private void repaired(TestApplication application, int attempts) {
		OperationStatus operation = application.await("create",
				(status) -> status.completed() && status.attempts() == attempts);
		assertThat(operation.waitingFor()).isNull();
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

	@Test
	void twoReplicasRepairOnce() {
		try (TestApplication first = application("repair"); TestApplication second = application("repair")) {
			this.database.execute("drop index logs_a_idx");
			repaired(first, 2);
			repaired(second, 2);
			second.awaitTurns();
			assertThat(second.status("create").attempts()).isEqualTo(2);
		}
	}

	@Test
	void aRepairThatFailsEndsAsAnyOperationDoes() {
		try (TestApplication application = application("repair")) {
			this.database.execute("drop index logs_a_idx", "insert into logs values (-1, 1, 1)");
			OperationStatus operation = application.await("create", OperationState.FAILED);
			assertThat(operation.lastError()).startsWith("[23505]");
			application.awaitTurns();
			assertThat(application.status("create").attempts()).isEqualTo(2);
			assertThat(this.indexes.invalid()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "report", "repair" })
	void whatUndoesADropOrARenameIsShownAndUndoneOnRequest(String action) {
		try (TestApplication application = application(action)) {
			this.database.execute("create index old_idx on logs (b)", "alter index renamed_new rename to renamed_old");
			for (String name : new String[] { "drop", "rename" }) {
				OperationStatus operation = application.await(name, (status) -> status.drift() != null);
				assertThat(operation.drift()).isEqualTo(Drift.MISSING);
				assertThat(operation.waitingFor()).isEqualTo(action.equals("repair")
						? "not repaired by itself; 'retry' carries the operation out again" : null);
			}
			application.awaitTurns();
			assertThat(this.indexes.exists("old_idx")).isTrue();
			assertThat(this.indexes.exists("renamed_old")).isTrue();
			application.heavyIndexes().retry("drop");
			application.heavyIndexes().retry("rename");
			application.await("drop", OperationStatus::completed);
			application.await("rename", OperationStatus::completed);
			assertThat(this.indexes.exists("old_idx")).isFalse();
			assertThat(this.indexes.exists("renamed_new")).isTrue();
		}
	}

	@Test
	void anInvalidIndexIsRebuiltAndAMissingOneIsNotARebuildsToBring() {
		try (TestApplication application = application("repair")) {
			long oid = this.indexes.oid("rebuilt_idx");
			this.indexes.invalidate("rebuilt_idx");
			application.await("rebuild", (status) -> status.completed() && status.attempts() == 2);
			assertThat(this.indexes.isValid("rebuilt_idx")).isTrue();
			assertThat(this.indexes.oid("rebuilt_idx")).isNotEqualTo(oid);
			this.database.execute("drop index rebuilt_idx");
			assertThat(application.await("rebuild", (status) -> status.drift() != null).drift())
				.isEqualTo(Drift.MISSING);
			application.heavyIndexes().retry("rebuild");
			assertThat(application.await("rebuild", OperationState.FAILED).lastError()).startsWith("[42704]");
		}
	}

	@Test
	void onRequestAnInvalidIndexIsRebuilt() {
		try (TestApplication application = application("report")) {
			this.indexes.invalidate("rebuilt_idx");
			application.await("rebuild", (status) -> status.drift() == Drift.INVALID);
			application.heavyIndexes().retry("rebuild");
			application.await("rebuild", OperationStatus::completed);
			assertThat(this.indexes.isValid("rebuilt_idx")).isTrue();
		}
	}

}
