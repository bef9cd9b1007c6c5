package io.github.heavyindex.execution;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.ForeignStatement;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Small tables may have their indexes built without {@code CONCURRENTLY}. An old snapshot
 * tells the two ways apart: only the concurrent one waits for it.
 */
class BuildUnderLockTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, a int) with (autovacuum_enabled = false)",
				"insert into logs select i, i from generate_series(1, 5000) i");
	}

	private TestApplication.Builder builder(String concurrentlyFrom) {
		return TestApplication.on(this.database)
			.property("heavy-index.build.concurrently-from", concurrentlyFrom)
			.operation("create", "create unique index logs_idx on logs (a) where a > 0");
	}

	@Test
	void aSmallTablesIndexIsBuiltAtOnce() {
		OpenTransaction old = snapshot();
		try (TestApplication application = builder("10MB").start()) {
			OperationStatus operation = application.await("create", OperationState.COMPLETED);
			assertThat(operation.sql()).isEqualTo("CREATE UNIQUE INDEX \"logs_idx\" ON \"logs\" (a) where a > 0"
					+ " /* CONCURRENTLY if the table has 10485760 bytes by then, or is too busy */");
			assertThat(this.indexes.isValid("logs_idx")).isTrue();
			application.awaitTurns();
			assertThat(application.status("create").completed()).isTrue();
			assertThat(application.heavyIndexes().history("create")).hasSize(1);
		}
		old.close();
	}

	@Test
	void whatTheCatalogDoesNotKnowToBeLargeIsMeasured() {
		OpenTransaction old = snapshot();
		assertThat(this.database.single("select relpages from pg_class where relname = 'logs'", Integer.class))
			.isZero();
		try (TestApplication application = builder("64KB").start()) {
			application.awaitSnapshotWait("create");
			old.close();
			application.await("create", OperationState.COMPLETED);
			this.database.execute("analyze logs");
			assertThat(
					application.await("create", (status) -> status.tableSize() != null && status.tableSize() > 0).sql())
				.isEqualTo("CREATE UNIQUE INDEX CONCURRENTLY \"logs_idx\" ON \"logs\" (a) where a > 0");
		}
	}

	@Test
	void aBusyTablesIndexIsBuiltConcurrentlyAndNoWriterWaitsLonger() {
		OpenTransaction writer = OpenTransaction.begin(this.database, "insert into logs values (0, 0)");
		try (TestApplication application = builder("10MB").property("heavy-index.lock-timeout", "1s").start()) {
			this.database.awaitTrue("select exists (select from pg_locks where relation = 'logs'::regclass"
					+ " and mode = 'ShareLock' and not granted)");
			ForeignStatement other = ForeignStatement.start(this.database, "insert into logs values (0, 0)");
			assertThat(other.awaitEnd()).isEqualTo("00000");
			application.await("create", (status) -> status.progress() != null
					&& "waiting for writers before build".equals(status.progress().phase()));
			writer.close();
			assertThat(application.await("create", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void duplicateRowsFailIt() {
		this.database.execute("insert into logs values (1, 1)");
		try (TestApplication application = builder("10MB").start()) {
			assertThat(application.await("create", OperationState.FAILED).lastError()).startsWith("[23505]");
			assertThat(this.indexes.exists("logs_idx")).isFalse();
		}
	}

	private OpenTransaction snapshot() {
		return OpenTransaction.begin(this.database, "set transaction isolation level repeatable read",
				"select count(*) from pg_class");
	}

}
