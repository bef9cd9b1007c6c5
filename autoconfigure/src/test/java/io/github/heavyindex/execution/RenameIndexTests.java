package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every row of the table of decisions for RENAME, on a real server.
 */
class RenameIndexTests {

	private static final String SQL = "ALTER INDEX old_idx RENAME TO new_idx";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 5000) i");
	}

	@Test
	void theOldOneAloneIsRenamedOnce() {
		this.database.execute("create index old_idx on logs (a)");
		long oid = this.indexes.oid("old_idx");
		TestApplication.Builder builder = TestApplication.on(this.database).operation("rename", SQL);
		try (TestApplication application = builder.start()) {
			OperationStatus operation = application.await("rename", OperationState.COMPLETED);
			assertThat(operation.adopted()).isFalse();
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(operation.table()).isEqualTo("public.logs");
		}
		assertThat(this.indexes.oid("new_idx")).isEqualTo(oid);
		assertThat(this.indexes.exists("old_idx")).isFalse();
		try (TestApplication application = builder.start()) {
			assertThat(application.await("rename", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@Test
	void theNewOneAloneIsComplete() {
		this.database.execute("create index new_idx on logs (a)");
		try (TestApplication application = TestApplication.on(this.database).operation("rename", SQL).start()) {
			OperationStatus operation = application.await("rename", OperationState.COMPLETED);
			assertThat(operation.adopted()).isTrue();
			assertThat(operation.attempts()).isZero();
		}
	}

	@Test
	void bothFail() {
		this.database.execute("create index old_idx on logs (a)", "create index new_idx on logs (id)");
		fails("[42P07]", "public.old_idx", "public.new_idx", "Drop one of them");
		assertThat(this.indexes.definition("old_idx")).endsWith("(a)");
		assertThat(this.indexes.definition("new_idx")).endsWith("(id)");
	}

	@Test
	void neitherFails() {
		fails("[42704]", "Neither old_idx nor new_idx exists", "Correct the names");
	}

	@Test
	void aTableIsNeverRenamed() {
		this.database.execute("create table old_idx (a int)");
		fails("[42809]", "is a table, no index");
		assertThat(this.indexes.exists("old_idx")).isTrue();
		assertThat(this.indexes.exists("new_idx")).isFalse();
	}

	@Test
	void aNewNameThatIsTakenByATableFails() {
		this.database.execute("create index old_idx on logs (a)", "create table new_idx (a int)");
		fails("[42P07]", "public.old_idx", "public.new_idx");
		assertThat(this.indexes.isValid("old_idx")).isTrue();
	}

	@Test
	void aLockedIndexIsRenamedOnceItIsFreeAndNoReaderWaitsMeanwhile() {
		this.database.execute("create index old_idx on logs (a)");
		OpenTransaction owner = OpenTransaction.begin(this.database, "alter index old_idx set (fillfactor = 90)");
		AtomicBoolean reading = new AtomicBoolean(true);
		Reader reader = new Reader(this.database, reading);
		Thread thread = new Thread(reader, "reader");
		try (TestApplication application = TestApplication.on(this.database)
			.property("heavy-index.retry.max-attempts", "10")
			.operation("rename", SQL)
			.start()) {
			thread.start();
			OperationStatus operation = application.await("rename",
					(status) -> status.state() == OperationState.PENDING && status.attempts() >= 2);
			assertThat(operation.lastError()).startsWith("[55P03]").contains("Somebody holds a lock");
			assertThat(operation.waitingFor()).startsWith("retry at ");
			owner.close();
			assertThat(application.await("rename", OperationState.COMPLETED).attempts()).isGreaterThan(2);
		}
		finally {
			reading.set(false);
		}
		reader.join(thread);
		assertThat(reader.reads).isGreaterThan(10);
		assertThat(reader.longest).isLessThan(Duration.ofMillis(300));
	}

	@Test
	void aReaderDoesNotHoldTheRenameUp() {
		this.database.execute("create index old_idx on logs (a)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs where a = 7");
		try (TestApplication application = TestApplication.on(this.database).operation("rename", SQL).start()) {
			assertThat(application.await("rename", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
		reader.close();
	}

	private void fails(String... texts) {
		try (TestApplication application = TestApplication.on(this.database).operation("rename", SQL).start()) {
			OperationStatus operation = application.await("rename", OperationState.FAILED);
			assertThat(operation.lastError()).contains(texts);
			assertThat(operation.attempts()).isZero();
		}
	}

	/**
	 * Reads by the index all the time.
	 */
	private static final class Reader implements Runnable {

		private final TestDatabase database;

		private final AtomicBoolean reading;

		private volatile Duration longest = Duration.ZERO;

		private volatile int reads;

		Reader(TestDatabase database, AtomicBoolean reading) {
			this.database = database;
			this.reading = reading;
		}

		@Override
		public void run() {
			try (var connection = this.database.dataSource().getConnection();
					var statement = connection.createStatement()) {
				int reads = 0;
				while (this.reading.get()) {
					long start = System.nanoTime();
					statement.execute("select id from logs where a = 7");
					Duration taken = Duration.ofNanos(System.nanoTime() - start);
					this.longest = (taken.compareTo(this.longest) > 0) ? taken : this.longest;
					this.reads = ++reads;
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		void join(Thread thread) {
			try {
				thread.join(10_000);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
