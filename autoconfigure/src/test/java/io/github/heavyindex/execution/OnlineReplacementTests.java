package io.github.heavyindex.execution;

import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.SideIndex;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An index of another definition is replaced while others use it.
 */
class OnlineReplacementTests {

	private static final String SQL = "create index logs_idx on logs (a, b desc)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute(
				"create table logs (id bigint primary key, a int, b int, t text not null) with (autovacuum_enabled = false)",
				"insert into logs select i, i, i, 'text ' || i from generate_series(1, 5000) i", "analyze logs");
	}

	private TestApplication.Builder application(String sql) {
		return TestApplication.on(this.database)
			.operation("create", sql)
			.property("heavy-index.operations.create.on-mismatch", "replace");
	}

	@Test
	void theTableAlwaysHasOneOfTheTwoIndexes() throws Exception {
		this.database.execute("create index logs_idx on logs (a)");
		Watcher watcher = new Watcher(this.database, "a = 7",
				"select count(*) > 0 from pg_index where indrelid = 'logs'::regclass and indisvalid and indkey[0] = 2");
		try (TestApplication application = application(SQL).start()) {
			OperationStatus operation = application.await("create", OperationState.COMPLETED);
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(operation.adopted()).isFalse();
			assertThat(application.heavyIndexes().history("create")).extracting(OperationAttempt::outcome)
				.containsExactly(OperationAttempt.Outcome.COMPLETED);
			application.awaitTurns();
			watcher.stop();
		}
		replaced("logs_idx", "(a, b DESC)");
		long oid = this.indexes.oid("logs_idx");
		try (TestApplication application = application(SQL).start()) {
			application.awaitTurns();
			assertThat(application.await("create", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
		assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
	}

	@Test
	void commentStatisticsTargetsAndTheClusterMarkPassOver() {
		this.database.execute("create index logs_idx on logs (lower(t), (a + b), a)",
				"comment on index logs_idx is 'the DBA''s \\ own'",
				"alter index logs_idx alter column 2 set statistics 77", "alter table logs cluster on logs_idx");
		try (TestApplication application = application("create index logs_idx on logs (a, (a + b))").start()) {
			application.await("create", OperationState.COMPLETED);
		}
		replaced("logs_idx", "(a, ((a + b)))");
		assertThat(comment("logs_idx")).isEqualTo("the DBA's \\ own");
		assertThat(this.database.single(
				"select attstattarget from pg_attribute where attrelid = 'logs_idx'::regclass" + " and attnum = 2",
				Integer.class))
			.isEqualTo(77);
		assertThat(this.database.single("select indisclustered from pg_index where indexrelid = 'logs_idx'::regclass",
				Boolean.class))
			.isTrue();
	}

	@Test
	void aUniqueIndexKeepsEnforcing() {
		this.database.execute("create unique index logs_idx on logs (a)");
		OtherSession session = OtherSession.on(this.database);
		var writes = session.executeLater("""
				do $$ begin
					while (select count(*) from pg_stat_activity where application_name = 'stop') = 0 loop
						begin
							insert into logs values (-1, 7, 7, 'a duplicate');
							raise 'a duplicate was written';
						exception when unique_violation then null;
						end;
						commit;
					end loop;
				end $$""");
		try (TestApplication application = application("create unique index logs_idx on logs (a) include (b)")
			.start()) {
			application.await("create", OperationState.COMPLETED);
		}
		OtherSession.on(this.database).execute("set application_name = 'stop'");
		writes.join();
		replaced("logs_idx", "(a) INCLUDE (b)");
	}

	@Test
	void duplicatesFailTheReplacementAndNothingIsLeft() {
		this.database.execute("create index logs_idx on logs (a)", "insert into logs values (0, 1, 1, 'a duplicate')");
		try (TestApplication application = application("create unique index logs_idx on logs (a)").start()) {
			OperationStatus operation = application.await("create", OperationState.FAILED);
			assertThat(operation.lastError()).startsWith("[23505]").contains("duplicate rows");
			this.database.awaitTrue("select to_regclass(?) is null", side("logs_idx"));
		}
		assertThat(this.indexes.isValid("logs_idx")).isTrue();
		assertThat(this.indexes.definition("logs_idx")).endsWith("(a)");
	}

	@Test
	void aPrimaryKeyIsReplacedThroughItsConstraint() throws Exception {
		this.database.execute("comment on index logs_pkey is 'the index'",
				"comment on constraint logs_pkey on logs is 'the constraint'", "alter table logs cluster on logs_pkey");
		Watcher watcher = new Watcher(this.database, "id = 7",
				"select count(*) > 0 from pg_constraint where conrelid = 'logs'::regclass and contype = 'p'");
		String sql = "create unique index logs_pkey on logs (id) include (a)";
		try (TestApplication application = application(sql).start()) {
			assertThat(application.await("create", OperationState.COMPLETED).attempts()).isEqualTo(1);
			application.awaitTurns();
			watcher.stop();
		}
		replaced("logs_pkey", "(id) INCLUDE (a)");
		assertThat(comment("logs_pkey")).isEqualTo("the index");
		assertThat(constraint("logs_pkey")).isEqualTo("p PRIMARY KEY (id) INCLUDE (a) the constraint");
		assertThat(this.database.single("select indisclustered from pg_index where indexrelid = 'logs_pkey'::regclass",
				Boolean.class))
			.isTrue();
		assertThat(this.database.single(
				"select attnotnull from pg_attribute where attrelid = 'logs'::regclass" + " and attname = 'id'",
				Boolean.class))
			.isTrue();
	}

	@Test
	void aUniqueConstraintKeepsItsDeferrability() {
		this.database.execute("alter table logs add constraint logs_t_key unique (t) deferrable initially deferred");
		String sql = "create unique index logs_t_key on logs (t, id)";
		try (TestApplication application = application(sql).start()) {
			assertThat(application.await("create", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
		replaced("logs_t_key", "(t, id)");
		assertThat(constraint("logs_t_key")).isEqualTo("u UNIQUE (t, id) DEFERRABLE INITIALLY DEFERRED ");
		try (TestApplication application = application(sql).start()) {
			application.awaitTurns();
			assertThat(application.await("create", OperationState.COMPLETED).attempts()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					alter table logs alter a set not null; create unique index logs_idx on logs (a); alter table logs replica identity using index logs_idx | create index logs_idx on logs (b)                | [55000] | replica identity
					create unique index logs_idx on logs (a); create table lines (a int references logs (a))                                                 | create unique index logs_idx on logs (a, b)      | [2BP01] | lines_a_fkey
					alter table logs add constraint logs_idx primary_key_or_unique (a); create table lines (a int references logs (a))                       | create unique index logs_idx on logs (a, b)      | [2BP01] | lines_a_fkey
					alter table logs add constraint logs_idx exclude (a with =)                                                                              | create index logs_idx on logs (b)                | [0A000] | exclusion constraint
					alter table logs add constraint logs_idx unique (a)                                                                                      | create unique index logs_idx on logs (a) where b > 0 | [42809] | cannot back the constraint logs_idx
					alter table logs add constraint logs_idx unique (a)                                                                                      | create unique index logs_idx on logs (a desc)    | [42809] | cannot back the constraint logs_idx
					alter table logs add constraint logs_idx unique (a)                                                                                      | create index logs_idx on logs (a, b)             | [42809] | cannot back the constraint logs_idx
					alter table logs rename constraint logs_pkey to logs_idx                                                                                 | create unique index logs_idx on logs (id, a)     | [42P16] | The column "a"
					""")
	void whatCannotBeReplacedIsRefusedBeforeAnythingIsBuilt(String before, String sql, String code, String text) {
		this.database.execute(before.replace("primary_key_or_unique", "unique").split(";"));
		String definition = this.indexes.definition("logs_idx");
		long oid = this.indexes.oid("logs_idx");
		try (TestApplication application = application(sql).start()) {
			OperationStatus operation = application.await("create", OperationState.FAILED);
			assertThat(operation.lastError()).startsWith(code).contains(text);
			application.awaitTurns();
		}
		assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
		assertThat(this.indexes.definition("logs_idx")).isEqualTo(definition);
		assertThat(this.indexes.exists(side("logs_idx"))).isFalse();
	}

	@Test
	void aLockedIndexIsSwappedOnceItIsFreeAndWhatWasBuiltIsKept() throws Exception {
		this.database.execute("create index logs_idx on logs (a)");
		OpenTransaction owner = OpenTransaction.begin(this.database, "alter index logs_idx set (fillfactor = 90)");
		Watcher watcher = new Watcher(this.database, "a = 7",
				"select count(*) > 0 from pg_index where indrelid = 'logs'::regclass and indisvalid and indkey[0] = 2");
		try (TestApplication application = application(SQL).property("heavy-index.retry.max-attempts", "20").start()) {
			OperationStatus operation = application.await("create",
					(status) -> status.state() == OperationState.PENDING && status.attempts() >= 2);
			assertThat(operation.lastError()).startsWith("[55P03]");
			long oid = this.indexes.oid(side("logs_idx"));
			owner.close();
			application.await("create", OperationState.COMPLETED);
			assertThat(this.indexes.oid("logs_idx")).isEqualTo(oid);
			watcher.stop();
		}
		replaced("logs_idx", "(a, b DESC)");
	}

	@Test
	void aReaderHoldsTheExchangeOfAConstraintUpAndNobodyWaitsBehindItForLong() {
		// a build would wait for the reader's end
		this.database.execute("create unique index " + side("logs_pkey") + " on logs (id) include (a)");
		OpenTransaction reader = OpenTransaction.begin(this.database, "select count(*) from logs where id = 7");
		OtherSession other = OtherSession.on(this.database);
		other.execute("set statement_timeout = '20s'");
		try (TestApplication application = application("create unique index logs_pkey on logs (id) include (a)")
			.property("heavy-index.retry.max-attempts", "50")
			.start()) {
			application.await("create", (status) -> status.state() == OperationState.PENDING && status.attempts() >= 2);
			assertThat(application.status("create").lastError()).startsWith("[55P03]");
			other.execute("select count(*) from logs", "insert into logs values (-1, -1, -1, '')");
			reader.close();
			application.await("create", OperationState.COMPLETED);
		}
		replaced("logs_pkey", "(id) INCLUDE (a)");
	}

	@Test
	void twoApplicationsReplaceItOnce() {
		this.database.execute("create index logs_idx on logs (a)");
		try (TestApplication one = application(SQL).start();
				TestApplication other = application(SQL).property("spring.application.name", "other").start()) {
			one.await("create", OperationState.COMPLETED);
			other.await("create", OperationState.COMPLETED);
			assertThat(one.status("create").attempts() + other.status("create").attempts()).isEqualTo(1);
		}
		replaced("logs_idx", "(a, b DESC)");
	}

	/**
	 * The index that was replaced is gone: to drop the new one, too, would leave none.
	 */
	@Test
	void aReplacementIsNotRolledBack() {
		this.database.execute("create index logs_idx on logs (a)");
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (TestApplication application = application(SQL).start()) {
			application.awaitSnapshotWait("create");
			application.awaitTurns();
			old.close();
			application.await("create", OperationState.COMPLETED);
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> application.heavyIndexes().rollback("create"));
			application.awaitTurns();
		}
		replaced("logs_idx", "(a, b DESC)");
	}

	@Test
	void anIndexThatWasChangedIsReplacedAgainWhereDriftIsRepaired() {
		this.database.execute("create index logs_idx on logs (a)");
		try (TestApplication application = application(SQL).property("heavy-index.drift.action", "repair").start()) {
			application.await("create", OperationState.COMPLETED);
			this.database.execute("begin; drop index logs_idx; create index logs_idx on logs (b); commit");
			this.database.awaitTrue("select pg_get_indexdef('logs_idx'::regclass) like '%(a, b DESC)'");
			application.await("create", (operation) -> operation.completed() && operation.attempts() > 0);
		}
		replaced("logs_idx", "(a, b DESC)");
	}

	private void replaced(String index, String columns) {
		assertThat(this.indexes.isValid(index)).isTrue();
		assertThat(this.indexes.definition(index)).endsWith(columns);
		assertThat(this.indexes.exists(side(index))).isFalse();
		assertThat(this.indexes.invalid()).isEmpty();
		assertThat(comment(index)).doesNotContain("heavy-index");
	}

	private static String side(String index) {
		return SideIndex.nameOf(new RelationName(null, index)).quoted();
	}

	private String comment(String index) {
		return this.database.single("select coalesce(obj_description(?::regclass, 'pg_class'), '')", String.class,
				index);
	}

	private String constraint(String name) {
		return this.database.single(
				"""
						select contype::text || ' ' || pg_get_constraintdef(oid) || ' ' || coalesce(obj_description(oid, 'pg_constraint'), '')
						from pg_constraint where conname = ?""",
				String.class, name);
	}

	/**
	 * Another session that asks all the time whether the table still has an index for its
	 * query, and whether its plan uses one.
	 */
	private static final class Watcher {

		private final OtherSession session;

		private final CompletableFuture<Void> end;

		private final TestDatabase database;

		Watcher(TestDatabase database, String predicate, String holds) {
			this.database = database;
			this.session = OtherSession.on(database);
			this.session.execute("set enable_seqscan = off", "create temporary table looks (n int)");
			this.end = this.session.executeLater("""
					do $$
					declare line text; plan text; looks int := 0;
					begin
						while (select count(*) from pg_stat_activity where application_name = 'stop') = 0 loop
							if not (%s) then raise 'no index'; end if;
							plan := '';
							for line in execute 'explain select * from logs where %s' loop
								plan := plan || line;
							end loop;
							if plan not like '%%Index%%' then raise 'no index is used: %%', plan; end if;
							looks := looks + 1;
								commit;
						end loop;
						insert into looks values (looks);
					end $$""".formatted(holds, predicate));
		}

		void stop() {
			OtherSession stop = OtherSession.on(this.database);
			stop.execute("set application_name = 'stop'");
			this.end.join();
			this.session.execute("do $$ begin assert (select n > 20 from looks), 'hardly looked'; end $$");
		}

	}

}
