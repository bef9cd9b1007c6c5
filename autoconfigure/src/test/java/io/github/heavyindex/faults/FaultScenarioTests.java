package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One fault of each kind while an application, a process of its own, builds two indexes
 * at once on a server of its own. The {@link FaultStormIT storm} does the same at random
 * moments of all operations.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultScenarioTests {

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

	private final ForeignLocks foreign = new ForeignLocks();

	private final Summary summary = new Summary(0);

	private FaultServer server;

	private Witness witness;

	private WriteLoad load;

	private Generation generation;

	private int next;

	@BeforeAll
	void start() {
		// the server looks after its clients, as many are set up to
		this.server = FaultServer.start(Map.of("client_connection_check_interval", "200ms"));
		FaultDatabase database = FaultDatabase.create(this.server, "scenarios");
		this.witness = new Witness(database);
		this.load = new WriteLoad(this.server, database.name(), this.foreign);
		this.generation = new Generation(database, 0, FaultKind.values().length + 3, 1, this.summary, this.foreign,
				this.witness);
	}

	@AfterAll
	void stop() throws Exception {
		this.generation.close();
		this.load.close();
		this.witness.close();
		this.server.close();
		assertThat(this.summary.complaints(this.load, LONGEST_WAIT, this.witness.lies())).isEmpty();
	}

	@Test
	void aBuildSurvivesTheDeathOfItsApplication() {
		strike(FaultKind.KILL_APPLICATION, true);
	}

	@Test
	void aBuildSurvivesADeploy() {
		strike(FaultKind.TERMINATE_APPLICATION, true);
	}

	@Test
	void aBuildSurvivesAnApplicationThatStandsStill() {
		strike(FaultKind.FREEZE_APPLICATION, true);
	}

	@Test
	void aBuildSurvivesAResetNetwork() {
		strike(FaultKind.CUT_NETWORK, false);
	}

	@Test
	void aBuildSurvivesASilentNetwork() {
		strike(FaultKind.CUT_NETWORK, true);
	}

	@Test
	void aBuildSurvivesFullConnectionSlots() {
		strike(FaultKind.FILL_CONNECTIONS, true);
	}

	@Test
	void anUnrelatedOldTransactionDoesNotCostTheBuild() {
		strike(FaultKind.OLD_TRANSACTION, true);
	}

	@Test
	void anOldTransactionOnTheTableDoesNotCostTheBuild() {
		strike(FaultKind.OLD_TRANSACTION, false);
	}

	@Test
	void aLockOfTheTableDoesNotCostTheBuild() {
		strike(FaultKind.TABLE_LOCK, false);
	}

	@Test
	void aBuildKilledByAQueuedAlterTableIsBegunAgain() {
		strike(FaultKind.QUEUED_ALTER, false);
	}

	@Test
	void aBuildThatAPersonCancelsIsLeftCancelledUntilRetried() {
		strike(FaultKind.CANCEL_BACKEND, true);
	}

	@Test
	void aTerminatedBackendIsARetry() {
		strike(FaultKind.TERMINATE_BACKEND, true);
	}

	@Test
	void aServerRestartInTheMiddleOfABuildIsARetry() {
		strike(FaultKind.RESTART_FAST, true);
	}

	@Test
	void aServerCrashInTheMiddleOfABuildIsARetry() {
		strike(FaultKind.RESTART_IMMEDIATE, true);
	}

	@Test
	void anIndexDroppedByHandIsReportedAndBroughtBackByAPerson() {
		strike(FaultKind.DROP_BY_HAND, true);
	}

	@Test
	void anIndexCreatedByHandWithAnotherDefinitionIsNeverTakenForOurs() {
		strike(FaultKind.CREATE_BY_HAND, true);
	}

	private void strike(FaultKind kind, boolean variant) {
		PlannedFault fault = new PlannedFault(kind, Duration.ZERO, Duration.ofSeconds(1), variant, 0);
		Round round = this.generation.rounds().get(this.next++);
		int survived = this.summary.survived(kind);
		int cancelled = this.summary.helped(kind);
		assertThat(this.generation.run(round, fault, this::awaitBuilds)).isTrue();
		assertThat(this.summary.complaints(this.load, LONGEST_WAIT, this.witness.lies())).isEmpty();
		if (kind.buildLives()) {
			assertThat(this.summary.survived(kind)).isEqualTo(survived + 2);
		}
		if (kind.needsPerson()) {
			assertThat(this.summary.helped(kind)).isGreaterThan(cancelled);
		}
	}

	private void awaitBuilds(Round round) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> this.generation.builds(round).size() == 2);
	}

}
