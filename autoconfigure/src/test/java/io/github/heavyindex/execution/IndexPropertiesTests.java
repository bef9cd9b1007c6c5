package io.github.heavyindex.execution;

import java.util.List;
import java.util.Map;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What people give to an index beside its definition outlives the index: its comment, the
 * statistics targets of its expressions, its CLUSTER mark and the extensions that it
 * depends on.
 */
class IndexPropertiesTests {

	private static final String CREATE = "create index \"Logs idx\" on app.\"Logs\" (lower(b), a)";

	private static final String DROP = "drop index app.\"Logs idx\"";

	private static final String EXTENSION = "btree_gin";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create schema app", "create table app.\"Logs\" (a int, b text)",
				"insert into app.\"Logs\" select i, 'b' || i from generate_series(1, 500) i",
				"create extension " + EXTENSION);
	}

	private void give() {
		this.database.execute("comment on index app.\"Logs idx\" is 'asked for by O''Hara; do $$ not drop'",
				"alter index app.\"Logs idx\" alter column 1 set statistics 777",
				"alter table app.\"Logs\" cluster on \"Logs idx\"",
				"alter index app.\"Logs idx\" depends on extension " + EXTENSION);
	}

	private void assertGiven(String index) {
		assertThat(this.database.jdbc()
			.sql("""
					select obj_description(i.indexrelid, 'pg_class') as comment, i.indisclustered as clustered,
						(select attstattarget::text from pg_attribute where attrelid = i.indexrelid and attnum = 1) as target,
						(select string_agg(e.extname, ',') from pg_depend d join pg_extension e on e.oid = d.refobjid
							where d.objid = i.indexrelid and d.deptype = 'x') as extensions
					from pg_index i where i.indexrelid = ?::regclass""")
			.param(index)
			.query()
			.singleRow())
			.isEqualTo(Map.of("comment", "asked for by O'Hara; do $$ not drop", "clustered", true, "target", "777",
					"extensions", EXTENSION));
	}

	private void awaitKept(String name) {
		this.database.awaitTrue("select properties like '%777%' from heavy_index_order where name = ?", name);
	}

	@Test
	void aDropThatIsRolledBackGivesEverythingBack() {
		this.database.execute(CREATE);
		give();
		try (TestApplication application = TestApplication.on(this.database).operation("drop", DROP).start()) {
			application.await("drop", OperationState.COMPLETED);
			application.heavyIndexes().rollback("drop");
			application.await("drop", OperationState.CANCELLED);
		}
		assertGiven("app.\"Logs idx\"");
	}

	@Test
	void aRollbackThatOutlivesItsApplicationGivesEverythingBackToo() {
		this.database.execute(CREATE);
		give();
		OpenTransaction old;
		try (TestApplication application = TestApplication.on(this.database).operation("drop", DROP).start()) {
			application.await("drop", OperationState.COMPLETED);
			old = OpenTransaction.withSnapshot(this.database);
			application.heavyIndexes().rollback("drop");
			application.awaitSnapshotWait("drop");
		}
		try (TestApplication application = TestApplication.on(this.database).operation("drop", DROP).start()) {
			application.awaitSnapshotWait("drop");
			old.close();
			application.await("drop", OperationState.CANCELLED);
		}
		assertGiven("app.\"Logs idx\"");
	}

	@Test
	void whatSomebodyDropsOrInvalidatesIsRepairedWithEverything() {
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create", CREATE)
			.property("heavy-index.drift.action", "repair")
			.start()) {
			application.await("create", OperationState.COMPLETED);
			give();
			awaitKept("create");
			long oid = this.indexes.oid("app.\"Logs idx\"");
			this.database.execute(DROP);
			awaitValid(oid);
			assertGiven("app.\"Logs idx\"");
			long second = this.indexes.oid("app.\"Logs idx\"");
			application.await("create", (operation) -> operation.completed());
			this.indexes.invalidate("app.\"Logs idx\"");
			awaitValid(second);
			application.await("create", (operation) -> operation.completed());
			assertGiven("app.\"Logs idx\"");
			// what is taken away by hand stays away
			this.database.execute("comment on index app.\"Logs idx\" is null");
			this.database.awaitTrue("select properties not like '%comment%' from heavy_index_order");
		}
	}

	private void awaitValid(long notThis) {
		this.database.awaitTrue("select coalesce((select i.indisvalid and i.indexrelid <> ?::oid from pg_index i"
				+ " where i.indexrelid = to_regclass('app.\"Logs idx\"')), false)", notThis);
		// what it had comes a moment later
		this.database.awaitTrue(
				"select coalesce(obj_description('app.\"Logs idx\"'::regclass, 'pg_class') like" + " 'asked%', false)");
	}

	@Test
	void aRepairThatOutlivesItsApplicationGivesEverythingBackAtTheNextDriftCheck() {
		TestApplication.Builder builder = TestApplication.on(this.database)
			.operation("create", CREATE)
			.property("heavy-index.drift.action", "repair");
		OpenTransaction old;
		try (TestApplication application = builder.start()) {
			application.await("create", OperationState.COMPLETED);
			give();
			awaitKept("create");
			this.database.execute(DROP);
			old = OpenTransaction.withSnapshot(this.database);
			this.database.awaitTrue("select exists (select from pg_stat_progress_create_index"
					+ " where phase = 'waiting for old snapshots' and datname = current_database())");
			application.awaitTurns();
		}
		try (TestApplication application = builder.start()) {
			old.close();
			application.await("create", (operation) -> operation.completed());
			this.database.awaitTrue("select coalesce(obj_description('app.\"Logs idx\"'::regclass, 'pg_class') like"
					+ " 'asked%', false)");
		}
		assertGiven("app.\"Logs idx\"");
	}

	@Test
	void aReplacementCarriesEverythingOver() {
		this.database.execute(CREATE);
		give();
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create", CREATE.replace("lower(b), a", "lower(b), a desc"))
			.property("heavy-index.on-mismatch", "replace")
			.start()) {
			application.await("create", OperationState.COMPLETED);
		}
		assertThat(this.indexes.definition("app.\"Logs idx\"")).endsWith("a DESC)");
		assertGiven("app.\"Logs idx\"");
		assertThat(this.database.query("select extname from pg_extension where extname = '" + EXTENSION + "'",
				String.class))
			.isEqualTo(List.of(EXTENSION));
	}

	@Test
	void aReplacedConstraintKeepsItsDependence() {
		this.database.execute("create table app.keyed (a int, constraint keyed_key unique (a))",
				"alter index app.keyed_key depends on extension " + EXTENSION);
		try (TestApplication application = TestApplication.on(this.database)
			.operation("create", "create unique index keyed_key on app.keyed (a) with (fillfactor = 70)")
			.property("heavy-index.on-mismatch", "replace")
			.start()) {
			application.await("create", OperationState.COMPLETED);
		}
		assertThat(this.database.query("select objid::regclass::text from pg_depend where deptype = 'x'"
				+ " and refclassid = 'pg_extension'::regclass", String.class))
			.containsExactly("app.keyed_key");
	}

	@Test
	void whatTheIndexCanNoLongerHaveIsLeftOut() {
		try (TestApplication application = TestApplication.on(this.database).operation("create", CREATE).start()) {
			application.await("create", OperationState.COMPLETED);
			give();
			awaitKept("create");
			this.database.execute(DROP);
			application.await("create", (operation) -> operation.drift() != null);
			// the mark is no longer ours to give: another index has it, and the
			// extension is gone
			this.database.execute("create index other on app.\"Logs\" (a)", "alter table app.\"Logs\" cluster on other",
					"drop extension " + EXTENSION);
			application.heavyIndexes().retry("create");
			application.await("create", (operation) -> operation.completed());
		}
		assertThat(
				this.database.single("select obj_description('app.\"Logs idx\"'::regclass, 'pg_class')", String.class))
			.startsWith("asked for");
		assertThat(this.database.single("select indisclustered from pg_index where indexrelid = 'app.other'::regclass",
				Boolean.class))
			.isTrue();
	}

}
