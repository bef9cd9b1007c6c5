package io.github.heavyindex.execution;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.SideIndex;
import io.github.heavyindex.testsupport.ApplicationProcess;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replacement is carried on from wherever it was left, by what the catalog shows alone.
 */
class ReplacementResumeTests {

	private static final String NEW = "(a, b DESC)";

	private static final String MARK = "; comment on index SIDE is 'heavy-index: something'";

	private static final String INVALID = "; update pg_index set indisvalid = false where indexrelid = 'SIDE'::regclass";

	private static final String SIDE = SideIndex.nameOf(new RelationName(null, "logs_idx")).name();

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute(
				"create table logs (id bigint primary key, a int, b int) with (autovacuum_enabled = false)",
				"insert into logs select i, i, i from generate_series(1, 5000) i", "create index logs_idx on logs (a)");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database)
			.property("heavy-index.on-mismatch", "replace")
			.operation("create", "create index logs_idx on logs (a, b desc)");
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiter = '|',
			textBlock = """
					built and marked                       | create index SIDE on logs (a, b desc) MARK                                                              | SIDE
					built, and not marked yet              | create index SIDE on logs (a, b desc)                                                                   | SIDE
					half built and marked                  | create index SIDE on logs (a, b desc) MARK INVALID                                                      |
					half built, and not marked yet         | create index SIDE on logs (a, b desc) INVALID                                                           |
					built for an earlier declaration       | create index SIDE on logs (b) MARK                                                                      |
					swapped                                | drop index logs_idx; create index logs_idx on logs (a, b desc); create index SIDE on logs (a) MARK         | logs_idx
					swapped, the drop half done            | drop index logs_idx; create index logs_idx on logs (a, b desc); create index SIDE on logs (a) MARK INVALID | logs_idx
					built, and the old one dropped by a DBA | drop index logs_idx; create index SIDE on logs (a, b desc) MARK                                         | SIDE
					swapped, and the new one dropped by a DBA | drop index logs_idx; create index SIDE on logs (a) MARK                                               |
					""")
	void everyStateIsCarriedOnToItsEnd(String name, String before, String kept) {
		this.database
			.execute(before.replace("MARK", MARK).replace("INVALID", INVALID).replace("SIDE", SIDE).split(";"));
		Long oid = (kept != null) ? this.indexes.oid(kept.replace("SIDE", SIDE)) : null;
		try (TestApplication application = application().start()) {
			assertThat(application.await("create", OperationState.COMPLETED).attempts()).isEqualTo(1);
			complete();
			if (oid != null) {
				assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
			}
		}
	}

	@Test
	void whatAnEarlierVersionBeganIsRemovedByWhoWantsTheOldDefinition() {
		this.database.execute(("create index SIDE on logs (b)" + MARK).replace("SIDE", SIDE).split(";"));
		long oid = this.indexes.oid("logs_idx");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create", "create index logs_idx on logs (a)")
			.start()) {
			application.await("create", OperationState.COMPLETED);
			assertThat(this.indexes.exists(SIDE)).isFalse();
			assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "create index SIDE on logs (b)", "create table SIDE (a int)",
			"create index SIDE on logs (b); update pg_index set indisvalid = false where indexrelid = 'SIDE'::regclass",
			"create table other (a int, b int); create index SIDE on other (a, b desc)" })
	void whatAPersonPutUnderTheSideNameIsLeftAlone(String before) {
		this.database.execute(before.replace("SIDE", SIDE).split(";"));
		long oid = this.indexes.oid(SIDE);
		try (TestApplication application = application().start()) {
			assertThat(application.await("create", OperationState.FAILED).lastError()).startsWith("[42P07]")
				.contains(SIDE, "left alone");
			application.awaitTurns();
			assertThat(this.indexes.oid(SIDE)).isEqualTo(oid);
			assertThat(this.indexes.isValid("logs_idx")).isTrue();
			this.database.execute("alter " + (before.startsWith("create table SIDE") ? "table " : "index ") + SIDE
					+ " rename to a_persons");
			application.heavyIndexes().retry("create");
			application.await("create", OperationState.COMPLETED);
			assertThat(this.indexes.oid("a_persons")).isEqualTo(oid);
		}
	}

	@Test
	void theBuildOfAnApplicationThatWasKilledIsAdopted() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (ApplicationProcess first = application().startProcess()) {
			this.database.awaitTrue("""
					select phase = 'waiting for old snapshots' from pg_stat_progress_create_index
					where datname = current_database()""");
			// marked while it is being built
			this.database.awaitTrue("select obj_description(?::regclass, 'pg_class') like 'heavy-index: %'", SIDE);
			first.kill();
		}
		long oid = this.indexes.oid(SIDE);
		try (TestApplication second = application().start()) {
			assertThat(second.awaitSnapshotWait("create").state()).isEqualTo(OperationState.RUNNING);
			second.await("create", OperationStatus::adopted);
			second.awaitTurns();
			assertThat(this.indexes.oid(SIDE)).isEqualTo(oid);
			assertThat(this.indexes.isValid("logs_idx")).isTrue();
			old.close();
			second.await("create", OperationState.COMPLETED);
			complete();
			assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
		}
	}

	@Test
	void aReplacedIndexThatIsStillReadIsDroppedLaterByWhoeverIsThere() {
		OpenTransaction reader = readerOfWhatIsBuilt();
		try (TestApplication first = application().start()) {
			halfDropped();
			assertThat(first.await("create", (operation) -> operation.progress() != null).state())
				.isEqualTo(OperationState.RUNNING);
			assertThat(first.heavyIndexes().isCompleted("create")).isFalse();
			// the drop has started and is only ever finished
			first.heavyIndexes().cancel("create");
			first.awaitTurns();
		}
		halfDropped();
		try (TestApplication second = application().start()) {
			second.awaitTurns();
			assertThat(second.heavyIndexes().isCompleted("create")).isFalse();
			reader.close();
			second.await("create", OperationState.COMPLETED);
			complete();
		}
	}

	@Test
	void aDropThatDiedIsDoneAgain() {
		OpenTransaction reader = readerOfWhatIsBuilt();
		try (TestApplication first = application().start()) {
			halfDropped();
			first.await("create", (operation) -> operation.progress() != null);
			Integer pid = first.progress("create").pid();
			this.database.query("select pg_terminate_backend(?, 5000)", Boolean.class, pid);
			reader.close();
			first.await("create", OperationState.COMPLETED);
			complete();
		}
	}

	@Test
	void whatIsCancelledBeforeTheSwapIsRemoved() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = application().start()) {
			application.awaitSnapshotWait("create");
			application.heavyIndexes().cancel("create");
			application.await("create", OperationState.CANCELLED);
			this.database.awaitTrue("select to_regclass(?) is null", SIDE);
			assertThat(this.indexes.definition("logs_idx")).endsWith("(a)");
			assertThat(this.indexes.isValid("logs_idx")).isTrue();
			old.close();
			application.awaitTurns();
			application.heavyIndexes().retry("create");
			application.await("create", OperationState.COMPLETED);
			complete();
		}
	}

	/**
	 * While an application is rolled out, its old version is still there.
	 */
	@Test
	void twoVersionsOfAnApplicationDoNotReplaceEachOthersIndex() {
		try (TestApplication later = application().start()) {
			later.await("create", OperationState.COMPLETED);
			long oid = this.indexes.oid("logs_idx");
			try (TestApplication earlier = application().operation("create", "create index logs_idx on logs (a)")
				.start()) {
				earlier.await("create", (operation) -> operation.waitingFor() != null
						&& operation.waitingFor().startsWith("another version of the application"));
				earlier.awaitTurns();
				assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
				later.close();
				earlier.await("create", OperationState.COMPLETED);
				assertThat(this.indexes.definition("logs_idx")).endsWith("(a)");
			}
		}
	}

	/**
	 * A reader that came after the build, which would wait for it.
	 */
	private OpenTransaction readerOfWhatIsBuilt() {
		this.database.execute(("create index SIDE on logs (a, b desc)" + MARK).replace("SIDE", SIDE).split(";"));
		return OpenTransaction.begin(this.database, "select count(*) from logs where a = 7");
	}

	private void halfDropped() {
		this.database.awaitTrue("""
				select pg_get_indexdef(indexrelid) like '%(a)' and not indisvalid
					and obj_description(indexrelid, 'pg_class') like 'heavy-index: %'
				from pg_index where indexrelid = to_regclass(?)""", SIDE);
		assertThat(this.indexes.definition("logs_idx")).endsWith(NEW);
	}

	private void complete() {
		assertThat(this.indexes.definition("logs_idx")).endsWith(NEW);
		assertThat(this.indexes.isValid("logs_idx")).isTrue();
		assertThat(this.database
			.query("select indexrelid::regclass::text from pg_index where indrelid = 'logs'::regclass", String.class))
			.containsExactlyInAnyOrder("logs_idx", "logs_pkey");
		assertThat(this.database.query("select obj_description('logs_idx'::regclass, 'pg_class')", String.class))
			.containsOnlyNulls();
	}

}
