package io.github.heavyindex.execution;

import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The window, on a real server and a real clock.
 */
class WindowOfOperationsTests {

	private static final String SQL = "CREATE INDEX logs_a_idx ON logs (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void tables() {
		this.database.execute("create table logs (a int)", "insert into logs select generate_series(1, 1000)",
				"create table tokens (a int)");
	}

	@Test
	void aClosedWindowHoldsAnOperationBackAndNothingIsWritten() {
		OffsetDateTime opens = now().plusHours(2);
		try (TestApplication application = open(opens, opens.plusHours(1)).start()) {
			OperationStatus waiting = application.await("create_a", (operation) -> operation.waitingFor() != null
					&& !operation.waitingFor().equals("its turn") && operation.table() != null);
			assertThat(waiting.state()).isEqualTo(OperationState.PENDING);
			assertThat(waiting.waitingFor())
				.isEqualTo("window opens " + opens.format(DateTimeFormatter.ofPattern("HH:mm")));
			assertThat(this.database.query("select name from heavy_index_operation", String.class)).isEmpty();
			assertThat(this.database.query("select name from heavy_index_attempt", String.class)).isEmpty();
			assertThat(exists("logs_a_idx")).isFalse();
		}
	}

	@Test
	void anOperationRunsByItselfOnceTheWindowOpens() {
		OffsetDateTime opens = now().plusSeconds(3);
		try (TestApplication application = open(opens, opens.plusHours(1)).start()) {
			application.await("create_a", (operation) -> operation.waitingFor() != null
					&& operation.waitingFor().startsWith("window opens "));
			OperationStatus complete = application.await("create_a", OperationState.COMPLETED);
			assertThat(complete.startedAt()).isNotNull();
			assertThat(complete.startedAt()).isAfterOrEqualTo(opens.toInstant());
		}
	}

	@Test
	void aWindowThatClosesLetsARunningBuildGoOn() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		OffsetDateTime closes = now().plusSeconds(4);
		try (TestApplication application = open(closes.minusHours(1), closes)
			.operation("create_t", "CREATE INDEX tokens_a_idx ON tokens (a)", "create_a")
			.start()) {
			application.await("create_a", OperationState.RUNNING);
			// what depends on it shows that the window is closed
			OperationStatus late = application.await("create_a",
					(operation) -> operation.duration() != null && operation.duration().toMillis() > 4500);
			assertThat(late.state()).isEqualTo(OperationState.RUNNING);
			other.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
			application.await("create_t", (operation) -> operation.waitingFor() != null
					&& operation.waitingFor().startsWith("window opens "));
			assertThat(exists("tokens_a_idx")).isFalse();
		}
	}

	@Test
	void aWindowThatClosesStopsARunningBuildWhenToldToAndCleansUp() {
		OtherSession.withOldSnapshot(this.database);
		OffsetDateTime closes = now().plusSeconds(4);
		try (TestApplication application = open(closes.minusHours(1), closes)
			.property("heavy-index.window.stop-running", "true")
			.start()) {
			application.await("create_a", OperationState.RUNNING);
			OperationStatus stopped = application.await("create_a",
					(operation) -> operation.state() == OperationState.PENDING && operation.waitingFor() != null
							&& operation.waitingFor().startsWith("window opens "));
			assertThat(stopped.lastError()).startsWith("stopped, window opens ");
			assertThat(stopped.attempts()).as("attempts that count").isZero();
			assertThat(exists("logs_a_idx")).as("a leftover").isFalse();
			assertThat(application.heavyIndexes().history("create_a")).singleElement()
				.extracting(OperationAttempt::outcome)
				.isEqualTo(OperationAttempt.Outcome.RETRY);
		}
	}

	@Test
	void oneOpeningMayUseOnlySoMuchTime() {
		OtherSession other = OtherSession.withOldSnapshot(this.database);
		try (TestApplication application = open(now().minusHours(1), now().plusHours(1))
			.property("heavy-index.window.max-duration", "1s")
			.operation("create_t", "CREATE INDEX tokens_a_idx ON tokens (a)", "create_a")
			.start()) {
			application.await("create_a", (operation) -> operation.state() == OperationState.RUNNING
					&& operation.duration() != null && operation.duration().toMillis() > 1000);
			other.execute("rollback");
			assertThat(application.await("create_a", OperationState.COMPLETED).attempts()).isEqualTo(1);
			OperationStatus next = application.await("create_t",
					(operation) -> operation.waitingFor() != null && operation.waitingFor().startsWith("window: "));
			assertThat(next.waitingFor()).matches("window: \\d+ s of 1 s used, opens \\d\\d:\\d\\d");
			assertThat(exists("tokens_a_idx")).isFalse();
		}
	}

	@Test
	void theSettingsOfTheRailsGuideAreExpressible() {
		try (TestApplication application = open(now().with(LocalTime.of(2, 0)), now().with(LocalTime.of(5, 0)))
			.property("heavy-index.window.stop-running", "true")
			.property("heavy-index.window.max-duration", "120m")
			.property("heavy-index.guard.max-active-connections", "50")
			.property("heavy-index.guard.stop-running", "true")
			.start()) {
			application.await("create_a", (operation) -> operation.state() == OperationState.COMPLETED
					|| "window opens 02:00".equals(operation.waitingFor()));
		}
	}

	@Test
	void runNowStartsAnOperationPastAClosedWindow() {
		OffsetDateTime opens = now().plusHours(2);
		try (TestApplication application = open(opens, opens.plusHours(1))
			.property("heavy-index.window.stop-running", "true")
			.operation("create_t", "CREATE INDEX tokens_a_idx ON tokens (a)")
			.start()) {
			application.await("create_a", (operation) -> operation.waitingFor() != null
					&& operation.waitingFor().startsWith("window opens "));
			application.heavyIndexes().runNow("create_a");
			application.await("create_a", OperationState.COMPLETED);
			assertThat(application.status("create_t").state()).isEqualTo(OperationState.PENDING);
			assertThat(exists("tokens_a_idx")).isFalse();
		}
	}

	private TestApplication.Builder open(OffsetDateTime from, OffsetDateTime to) {
		DateTimeFormatter format = DateTimeFormatter.ofPattern("HH:mm:ss");
		return TestApplication.on(this.database)
			.property("heavy-index.window.start", from.format(format))
			.property("heavy-index.window.end", to.format(format))
			.operation("create_a", SQL);
	}

	// the window goes by the database's clock
	private OffsetDateTime now() {
		return this.database.single("select date_trunc('second', clock_timestamp())", OffsetDateTime.class)
			.withOffsetSameInstant(ZoneOffset.UTC);
	}

	private boolean exists(String index) {
		return this.database.single("select to_regclass(?) is not null", Boolean.class, index);
	}

}
