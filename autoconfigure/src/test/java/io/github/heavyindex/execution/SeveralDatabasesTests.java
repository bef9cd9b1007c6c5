package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.DataSourceStatus;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * One application whose operations are on two databases.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeveralDatabasesTests {

	private static final String INDEX = "create index logs_idx on logs (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private TestDatabase reporting;

	@BeforeEach
	void tables() {
		this.reporting = this.database.another();
		for (TestDatabase each : List.of(this.database, this.reporting)) {
			each.execute("create table logs (a int, b int)",
					"insert into logs select i, i % 10 from generate_series(1, 1000) i");
		}
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).dataSource("reporting", this.reporting.dataSource());
	}

	@Test
	void theSameIndexInBothEachWithAHistoryOfItsOwn(CapturedOutput output) {
		try (TestApplication application = application().operation("create_here", INDEX)
			.operationOn("reporting", "create_there", INDEX)
			.start()) {
			HeavyIndexesStatus status = application.awaitAllDone();
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			assertThat(heavyIndexes.isCompleted("create_here")).isTrue();
			assertThat(heavyIndexes.isCompleted("create_there")).isTrue();
			assertThat(status.operations()).extracting(OperationStatus::name, OperationStatus::dataSource)
				.containsExactlyInAnyOrder(tuple("create_here", null), tuple("create_there", "reporting"));
			assertThat(status.dataSources()).extracting(DataSourceStatus::name).containsExactly(null, "reporting");
			assertThat(status.dataSources()).allSatisfy((each) -> {
				assertThat(each.summary().completed()).isEqualTo(1);
				assertThat(each.lastObserved()).isNotNull();
				assertThat(each.problem()).isNull();
			});
			assertThat(status.summary().completed()).isEqualTo(2);
			assertThat(status.lastObserved()).isEqualTo(
					status.dataSources().stream().map(DataSourceStatus::lastObserved).sorted().findFirst().get());
			assertThat(heavyIndexes.history("create_there")).hasSize(1);
		}
		assertThat(recorded(this.database)).containsExactly("create_here");
		assertThat(recorded(this.reporting)).containsExactly("create_there");
		assertThat(output).contains("The application's data source: All is done. Index operations: 1 in total",
				"Data source 'reporting': All is done. Index operations: 1 in total");
	}

	@Test
	void eachHasSlotsOfItsOwn() {
		OtherSession.withOldSnapshot(this.database);
		OtherSession.withOldSnapshot(this.reporting);
		try (TestApplication application = application().property("heavy-index.max-concurrent-operations", "1")
			.operation("create_here", INDEX)
			.operationOn("reporting", "create_there", INDEX)
			.start()) {
			application.awaitSnapshotWait("create_here");
			application.awaitSnapshotWait("create_there");
			assertThat(application.heavyIndexes().status().summary().running()).isEqualTo(2);
		}
	}

	@Test
	void oneThatHangsDoesNotHoldUpTheOther() {
		OtherSession hanging = OtherSession.on(this.reporting);
		hanging.execute("begin", "lock table pg_index in access exclusive mode");
		try (TestApplication application = application().operation("create_here", INDEX)
			.operationOn("reporting", "create_there", INDEX)
			.start()) {
			application.await("create_here", OperationState.COMPLETED);
			assertThat(application.status("create_there").state()).isEqualTo(OperationState.PENDING);
			hanging.execute("rollback");
			application.await("create_there", OperationState.COMPLETED);
		}
	}

	@Test
	void dependenciesGoAcross() throws Exception {
		OtherSession snapshot = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = application().operation("create_here", INDEX)
			.operationOn("reporting", "create_there", INDEX, "create_here")
			.operation("create_last", "create index logs_last_idx on logs (b)", "create_there")
			.start()) {
			application.awaitSnapshotWait("create_here");
			application.await("create_there",
					(operation) -> Objects.equals(operation.waitingFor(), "dependency create_here"));
			assertThat(application.status("create_last").waitingFor()).isEqualTo("dependency create_there");
			assertThat(application.heavyIndexes().list()).extracting(OperationStatus::name)
				.containsExactly("create_here", "create_there", "create_last");
			var last = application.heavyIndexes().whenCompleted("create_last");
			snapshot.execute("rollback");
			assertThat(last.get(40, TimeUnit.SECONDS).completed()).isTrue();
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> heavyIndexes.rollback("create_here"))
				.withMessageContaining("create_there, which depends on it, is COMPLETED. Roll that one back first.");
			heavyIndexes.rollback("create_last");
			application.await("create_last", OperationState.CANCELLED);
		}
	}

	@Test
	void aDependencyElsewhereThatIsSkippedIsMet() {
		try (TestApplication application = application()
			.operation("create_here", "create unique index logs_key on logs (b)")
			.operationOn("reporting", "create_there", INDEX, "create_here")
			.start()) {
			application.await("create_here", OperationState.FAILED);
			application.awaitTurns();
			assertThat(application.status("create_there").waitingFor()).isEqualTo("dependency create_here");
			application.heavyIndexes().skip("create_here");
			application.await("create_there", OperationState.COMPLETED);
		}
	}

	@Test
	void aChainThatGoesByWayOfTheOtherDatabaseIsStillOne() {
		try (TestApplication application = application().property("heavy-index.drift.action", "repair")
			.operation("create_2nd", "create index logs_2nd on logs (a)")
			.operationOn("reporting", "create_there", INDEX, "create_2nd")
			.operation("rename", "alter index logs_2nd rename to logs_1st", "create_there")
			.start()) {
			application.awaitAllDone();
			application.awaitTurns();
			assertThat(application.heavyIndexes().list())
				.allSatisfy((operation) -> assertThat(operation.completed()).isTrue());
		}
		assertThat(this.database
			.query("select indexrelid::regclass::text from pg_index where indrelid = 'logs'::regclass", String.class))
			.containsExactly("logs_1st");
	}

	@Test
	void ordersToAllGoToBoth() {
		try (TestApplication application = application().with(Held.class)
			.operation("create_here", INDEX, "held")
			.operationOn("reporting", "create_there", INDEX, "held")
			.start()) {
			application.await("create_there", (operation) -> operation.waitingFor() != null);
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			heavyIndexes.onBehalfOf("alice").pause();
			Awaitility.await()
				.atMost(Duration.ofSeconds(40))
				.until(() -> heavyIndexes.status().dataSources().stream().allMatch(DataSourceStatus::paused));
			assertThat(heavyIndexes.actions()).extracting("action", "actor")
				.containsExactly(tuple("pause", "alice"), tuple("pause", "alice"));
			// as somebody without the other database would
			this.database.execute("update heavy_index_order set paused = false");
			Awaitility.await()
				.atMost(Duration.ofSeconds(40))
				.until(() -> heavyIndexes.status().dataSources().stream().map(DataSourceStatus::paused).toList(),
						List.of(false, true)::equals);
			assertThat(heavyIndexes.status().paused()).isTrue();
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> heavyIndexes.runNow("create_there"))
				.withMessageContaining("are paused");
			heavyIndexes.runNow("create_here");
			heavyIndexes.resume();
			Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> !heavyIndexes.status().paused());
		}
	}

	@Test
	void invalidIndexesOfBothAreListedEachWithItsDatabase() {
		for (TestDatabase each : List.of(this.database, this.reporting)) {
			each.execute("create index invalid_idx on logs (b)",
					"update pg_index set indisvalid = false where indexrelid = 'invalid_idx'::regclass");
		}
		try (TestApplication application = application().operation("create_here", INDEX)
			.operationOn("reporting", "create_there", INDEX)
			.start()) {
			application.awaitAllDone();
			var undeclared = Awaitility.await()
				.atMost(Duration.ofSeconds(40))
				.until(() -> application.heavyIndexes().status().undeclaredInvalidIndexes(),
						(indexes) -> indexes != null && indexes.total() == 2);
			assertThat(undeclared.largest()).extracting("index", "dataSource")
				.containsExactlyInAnyOrder(tuple("public.invalid_idx", null), tuple("public.invalid_idx", "reporting"));
		}
	}

	@Test
	void operationsMayAllBeElsewhere() {
		try (TestApplication application = application().operationOn("reporting", "create_there", INDEX).start()) {
			HeavyIndexesStatus status = application.awaitAllDone();
			assertThat(status.dataSources()).extracting(DataSourceStatus::name).containsExactly("reporting");
			assertThat(status.problem()).isNull();
		}
		assertThat(this.database.query("select relname::text from pg_class where relname like 'heavy_index%'",
				String.class))
			.as("tables where no operation is")
			.isEmpty();
	}

	private static List<String> recorded(TestDatabase database) {
		return database.query("select name from heavy_index_operation", String.class);
	}

	static class Held implements HeavyIndexPrerequisite {

		@Override
		public String name() {
			return "held";
		}

		@Override
		public boolean isComplete() {
			return false;
		}

	}

}
