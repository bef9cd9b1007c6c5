package io.github.heavyindex.execution;

import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A completed operation whose index is no longer as it was is shown as drifted, and
 * repaired on request only.
 */
class DriftTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	private TestApplication application;

	@BeforeEach
	void complete() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 2000) i");
		this.application = start();
		this.application.await("create_a", OperationState.COMPLETED);
	}

	@AfterEach
	void close() {
		this.application.close();
	}

	private TestApplication start() {
		return TestApplication.on(this.database).operation("create_a", "create index logs_a_idx on logs (a)").start();
	}

	@Test
	void anIndexDroppedByHandIsMissingAndComesBackOnRequestOnly() {
		this.database.execute("drop index logs_a_idx");
		drifted(Drift.MISSING);
		this.application.awaitTurns();
		assertThat(this.indexes.exists("logs_a_idx")).isFalse();
		this.application.close();
		this.application = start();
		drifted(Drift.MISSING);
		this.application.heavyIndexes().retry("create_a");
		OperationStatus operation = this.application.await("create_a", OperationStatus::completed);
		assertThat(operation.drift()).isNull();
		assertThat(this.application.heavyIndexes().isCompleted("create_a")).isTrue();
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

	@Test
	void anIndexReplacedByHandHasAnotherDefinition() {
		// in one transaction, else it may be seen missing in between
		this.database.execute("drop index logs_a_idx; create index logs_a_idx on logs (a desc)");
		drifted(Drift.DEFINITION_CHANGED);
		this.application.heavyIndexes().retry("create_a");
		assertThat(this.application.await("create_a", OperationState.FAILED).lastError())
			.contains("USING btree (a DESC)");
		assertThat(this.indexes.definition("logs_a_idx")).contains("(a DESC)");
	}

	@Test
	void anIndexReplacedByHandWithTheSameDefinitionIsNoDrift() {
		this.database.execute("drop index logs_a_idx; create index logs_a_idx on public.logs using btree (a asc)");
		this.application.awaitTurns();
		this.application.awaitTurns();
		assertThat(this.application.heavyIndexes().isCompleted("create_a")).isTrue();
	}

	@Test
	void anIndexThatBecameInvalidIsRebuiltOnRequest() {
		this.indexes.invalidate("logs_a_idx");
		drifted(Drift.INVALID);
		this.application.heavyIndexes().retry("create_a");
		this.application.await("create_a", OperationStatus::completed);
		assertThat(this.indexes.isValid("logs_a_idx")).isTrue();
	}

	@Test
	void aDroppedTableIsDriftToo() {
		this.database.execute("drop table logs");
		drifted(Drift.MISSING);
		this.application.heavyIndexes().retry("create_a");
		assertThat(this.application.await("create_a", OperationState.FAILED).lastError()).startsWith("[42P01]");
	}

	@Test
	void aRenamedTableColumnIsFollowedByTheIndexAndShownAsDrift() {
		this.database.execute("alter table logs rename a to b");
		drifted(Drift.DEFINITION_CHANGED);
	}

	private void drifted(Drift drift) {
		OperationStatus operation = this.application.await("create_a", (status) -> status.drift() != null);
		assertThat(operation.drift()).isEqualTo(drift);
		assertThat(operation.state()).isEqualTo(OperationState.COMPLETED);
		assertThat(this.application.heavyIndexes().isCompleted("create_a")).isFalse();
		assertThat(this.application.heavyIndexes().status().summary().drifted()).isEqualTo(1);
	}

}
