package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.List;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What PostgreSQL has since version 18: virtual generated columns, keys WITHOUT OVERLAPS,
 * and NOT NULL as a constraint that may lack its validation.
 */
@ExtendWith(OutputCaptureExtension.class)
class Version18Tests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void version() {
		assumeThat(this.database.server().serverVersion()).isGreaterThanOrEqualTo(180000);
	}

	@Test
	void anIndexOnAVirtualColumnIsRefusedBeforeTheTableIsTouchedAndByACheck(CapturedOutput output) {
		this.database.execute(
				"create table logs (a int, twice int generated always as (a * 2) virtual,"
						+ " kept int generated always as (a * 3) stored)",
				"insert into logs select generate_series(1, 100)");
		TestApplication.Builder builder = TestApplication.on(this.database)
			.operation("virtual", "create index logs_twice_idx on logs (twice)")
			.operation("predicate", "create index logs_a_idx on logs (a) where twice > 10")
			.operation("stored", "create index logs_kept_idx on logs (kept, a)");
		List<Integer> codes = new ArrayList<>();
		builder.property("heavy-index.mode", "check")
			.customize((application) -> application.initializers(
					(context) -> context.getBeanFactory().registerSingleton("exit", (HeavyIndexExit) codes::add)))
			.start()
			.close();
		assertThat(codes).containsExactly(HeavyIndexExit.WRONG);
		assertThat(output).contains("3 operations: 1 to do, 0 with nothing to do, 2 wrong",
				"WRONG   [0A000] indexes on virtual generated columns are not supported");
		try (TestApplication application = builder.property("heavy-index.mode", "background").start()) {
			application.awaitAllDone();
			assertThat(application.status("virtual").lastError()).startsWith("[0A000] indexes on virtual generated");
			assertThat(application.status("predicate").lastError()).startsWith("[0A000] indexes on virtual generated");
			assertThat(application.status("stored").completed()).isTrue();
		}
		assertThat(this.indexes.invalid()).isEmpty();
		try (TestApplication application = builder.start()) {
			application.awaitTurns();
			assertThat(application.status("stored").drift()).isNull();
		}
	}

	@Test
	void aKeyWithoutOverlapsIsNeitherReplacedNorRebuiltNorDropped() {
		this.database.execute("create extension btree_gist",
				"create table rents (room int, at daterange, constraint rents_pk primary key (room, at without overlaps))",
				"insert into rents values (1, '[2026-01-01,2026-02-01)')");
		long oid = this.indexes.oid("rents_pk");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("replace", "create index rents_pk on rents using gist (at, room)")
			.property("heavy-index.operations.replace.on-mismatch", "replace")
			.operation("rebuild", "reindex index rents_pk")
			.operation("drop", "drop index rents_pk")
			.operation("beside", "create index rents_at_idx on rents using gist (at)")
			.start()) {
			application.awaitAllDone();
			for (String name : List.of("replace", "rebuild", "drop")) {
				assertThat(application.status(name).state()).isEqualTo(OperationState.FAILED);
				assertThat(application.status(name).lastError()).contains("rents_pk", "constraint");
			}
			assertThat(application.status("beside").completed()).isTrue();
		}
		assertThat(this.indexes.oid("rents_pk")).isEqualTo(oid);
		assertThat(this.indexes.invalid()).isEmpty();
	}

	@Test
	void aPrimaryKeyIsNotReplacedByColumnsWhoseNotNullIsNotValidated() {
		this.database.execute("create table logs (id int constraint logs_pk primary key, a int)",
				"insert into logs values (1, 1)", "alter table logs add constraint a_there not null a not valid");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("replace", "create unique index logs_pk on logs (id, a)")
			.property("heavy-index.on-mismatch", "replace")
			.start()) {
			assertThat(application.await("replace", OperationState.FAILED).lastError()).contains("\"a\"",
					"may be null");
			assertThat(this.indexes.definition("logs_pk")).endsWith("(id)");
			this.database.execute("alter table logs validate constraint a_there");
			application.heavyIndexes().retry("replace");
			application.await("replace", OperationState.COMPLETED);
		}
		assertThat(this.indexes.definition("logs_pk")).endsWith("(id, a)");
		assertThat(this.indexes.invalid()).isEmpty();
	}

}
