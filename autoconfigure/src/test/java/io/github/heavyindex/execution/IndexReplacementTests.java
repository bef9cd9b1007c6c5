package io.github.heavyindex.execution;

import java.util.List;

import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An index is replaced by three operations: build the new one beside it, drop the old
 * one, give its name to the new one. The catalog alone tells the end from the beginning.
 */
class IndexReplacementTests {

	private static final List<String> CHAIN = List.of("create_2nd", "drop", "rename");

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b int)",
				"insert into logs select i, i, i from generate_series(1, 5000) i", "create index logs_idx on logs (a)");
	}

	private TestApplication.Builder chain() {
		return TestApplication.on(this.database)
			.operation("create_2nd", "create index logs_idx_2nd on logs (a, b desc)")
			.operation("drop", "drop index logs_idx", "create_2nd")
			.operation("rename", "alter index logs_idx_2nd rename to logs_idx", "drop");
	}

	@Test
	void theChainReplacesTheIndexAndASecondStartDoesNothingTwice() {
		long oid;
		try (TestApplication application = chain().start()) {
			complete(application, false, 1);
			oid = this.indexes.oid("logs_idx");
			assertThat(this.indexes.definition("logs_idx")).endsWith("(a, b DESC)");
			assertThat(this.indexes.exists("logs_idx_2nd")).isFalse();
			application.awaitTurns();
			complete(application, false, 1);
			assertThat(application.status("rename").indexSize()).isPositive();
			assertThat(application.status("drop").indexSize()).as("another index has the name").isNull();
		}
		try (TestApplication application = chain().start()) {
			complete(application, false, 1);
			application.awaitTurns();
			complete(application, false, 1);
		}
		assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
		assertThat(this.database.single("select count(*) from heavy_index_attempt", Long.class)).isEqualTo(3);
	}

	@Test
	void theChainStaysCompleteWhenOurTablesAreLostBetweenTwoStarts() {
		try (TestApplication application = chain().start()) {
			complete(application, false, 1);
		}
		long oid = this.indexes.oid("logs_idx");
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
		try (TestApplication application = chain().start()) {
			complete(application, true, 0);
			application.awaitTurns();
			complete(application, true, 0);
		}
		assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
	}

	@Test
	void theChainStaysCompleteWhenOurTablesAreLostWhileItRuns() {
		try (TestApplication application = chain().start()) {
			complete(application, false, 1);
			long oid = this.indexes.oid("logs_idx");
			this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
			this.database.awaitTrue("select to_regclass('heavy_index_operation') is not null");
			application.awaitTurns();
			complete(application, true, 0);
			assertThat(application.heavyIndexes().status().problem()).isNull();
			assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
		}
	}

	@Test
	void theChainGoesOnWhereverItWasLeft() {
		this.database.execute("create index logs_idx_2nd on logs (a, b desc)", "drop index logs_idx");
		long oid = this.indexes.oid("logs_idx_2nd");
		try (TestApplication application = chain().start()) {
			application.awaitAllDone();
			assertThat(application.heavyIndexes().status().operations()).allMatch(OperationStatus::completed);
			assertThat(application.status("create_2nd").adopted()).isTrue();
			assertThat(application.status("drop").adopted()).isTrue();
			assertThat(application.status("rename").adopted()).isFalse();
		}
		assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
	}

	private static void complete(TestApplication application, boolean adopted, int attempts) {
		application.awaitAllDone();
		assertThat(CHAIN).map(application::status).allSatisfy((operation) -> {
			assertThat(operation.completed()).as("%s", operation).isTrue();
			assertThat(operation.adopted()).isEqualTo(adopted);
			assertThat(operation.attempts()).isEqualTo(attempts);
		});
		assertThat(CHAIN).allMatch((name) -> application.heavyIndexes().isCompleted(name));
	}

}
