package io.github.heavyindex.execution;

import java.util.Objects;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.UndeclaredInvalidIndexes.Index;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Invalid indexes that nobody declared are shown with what they cost and how to get rid
 * of them, and never touched.
 */
class UndeclaredInvalidIndexTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create schema \"Old \"\"stuff\"",
				"create table \"Old \"\"stuff\".logs (id bigint primary key, a int unique, b text)",
				"insert into \"Old \"\"stuff\".logs select i, i, 'x' from generate_series(1, 5000) i",
				"set search_path = \"Old \"\"stuff\"", "create index small on logs (b) where id = 1",
				"create unique index \"Large\" on logs (a, b)", "create index declared on logs (id)");
	}

	@Test
	void areShownByTheirSizeWithTheStatementThatRemovesThem() {
		invalidate("small");
		invalidate("\"Large\"");
		this.database
			.execute("update pg_index set indisready = false where indexrelid = '" + in("small") + "'::regclass");
		try (TestApplication application = application()) {
			UndeclaredInvalidIndexes found = await(application, 2);
			assertThat(found.largest()).extracting(Index::maintained).containsExactly(true, false);
			assertThat(found.largest()).extracting(Index::unique).containsExactly(true, false);
			assertThat(found.largest()).allMatch((index) -> index.table().equals("\"Old \"\"stuff\".logs")
					&& index.note() == null && !index.workedOn());
			Index large = found.largest().get(0);
			assertThat(large.index()).isEqualTo("\"Old \"\"stuff\".\"Large\"");
			assertThat(large.size()).isGreaterThan(100_000);
			application.awaitTurns();
			assertThat(this.indexes.invalid()).hasSize(3);
			// what it says is what helps
			found.largest().forEach((index) -> this.database.execute(String.valueOf(index.statement())));
			await(application, 0);
			assertThat(this.indexes.exists(in("small"))).isFalse();
		}
	}

	@Test
	void thoseOfConstraintsAndPartitionsAreMendedAsTheyCannotBeDropped() {
		invalidate("logs_a_key");
		this.database.execute("create table parts (id int) partition by range (id)",
				"create table part_1 partition of parts for values from (0) to (9)",
				"create index parts_idx on only parts (id)", "create index part_1_idx on part_1 (id)",
				"alter index parts_idx attach partition part_1_idx");
		this.indexes.invalidate("part_1_idx");
		this.indexes.invalidate("parts_idx");
		try (TestApplication application = application()) {
			UndeclaredInvalidIndexes found = await(application, 3);
			for (Index index : found.largest()) {
				assertThat(index.note()).isNotNull();
				if (index.statement() != null) {
					// CONCURRENTLY is refused where several statements are sent at once
					this.database.execute(index.statement().split("; "));
				}
			}
			assertThat(found.largest()).filteredOn((index) -> index.statement() == null)
				.extracting(Index::index)
				.containsExactly("public.parts_idx");
			int left = (this.database.server().serverVersion() < 150000) ? 1 : 0;
			await(application, left);
		}
	}

	@Test
	void thoseThatSomebodyWorksOnAreToBeLeftAlone() {
		invalidate("small");
		OtherSession session = OtherSession.on(this.database);
		session.execute("begin", "lock table " + in("logs") + " in share update exclusive mode");
		try (TestApplication application = application()) {
			Index index = await(application, 1).largest().get(0);
			assertThat(index.workedOn()).isTrue();
			assertThat(index.statement()).isNull();
			assertThat(index.note()).contains("pid " + session.pid(), "under construction");
			session.execute("commit");
			Awaitility.await().until(() -> await(application, 1).largest().get(0), (later) -> !later.workedOn());
		}
	}

	@Test
	void theLargestTwentyAreShownAndAllAreCounted() {
		for (int i = 0; i < 22; i++) {
			this.database.execute("create index idx_" + i + " on " + in("logs") + " (id)");
		}
		this.database
			.execute("update pg_index set indisvalid = false where indexrelid::regclass::text like '%idx\\___'");
		try (TestApplication application = application()) {
			assertThat(await(application, 12).largest()).hasSize(12);
			this.database
				.execute("update pg_index set indisvalid = false where indexrelid::regclass::text like '%idx\\_%'");
			assertThat(await(application, 22).largest()).hasSize(20);
		}
	}

	private String in(String relation) {
		return "\"Old \"\"stuff\"." + relation;
	}

	private void invalidate(String index) {
		this.indexes.invalidate(in(index));
	}

	/**
	 * With an operation whose own index is invalid, which is shown as drift and not here.
	 */
	private TestApplication application() {
		TestApplication application = TestApplication.on(this.database)
			.operation("create_declared", "create index declared on \"Old \"\"stuff\".logs (id)")
			.start();
		application.await("create_declared", OperationState.COMPLETED);
		invalidate("declared");
		application.await("create_declared", (operation) -> operation.drift() != null);
		return application;
	}

	private static UndeclaredInvalidIndexes await(TestApplication application, int total) {
		return Objects.requireNonNull(Awaitility.await()
			.until(() -> application.heavyIndexes().status().undeclaredInvalidIndexes(),
					(found) -> found != null && found.total() == total));
	}

}
