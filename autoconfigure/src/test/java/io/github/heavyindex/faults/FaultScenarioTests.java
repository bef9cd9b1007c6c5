package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

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
	void aBuildKilledByAQueuedAnalyzeIsBegunAgain() {
		Round round = strike(FaultKind.QUEUED_ALTER, true);
		assertThat(this.generation.errors(round.createSuccessor())).containsExactly("40P01");
	}

	@Test
	void aBuildThatAPersonCancelsIsLeftCancelledUntilRetried() {
		Round round = strike(FaultKind.CANCEL_BACKEND, true);
		assertThat(this.generation.errors(round.createSuccessor(), round.createNew())).containsExactly("57014");
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
		strike(FaultKind.DROP_BY_HAND, true, this::awaitEnd);
	}

	@Test
	void anIndexCreatedByHandWithAnotherDefinitionIsNeverTakenForOurs() {
		strike(FaultKind.CREATE_BY_HAND, true, this::awaitEnd);
	}

	private Round strike(FaultKind kind, boolean variant) {
		return strike(kind, variant, this::awaitBuilds);
	}

	private Round strike(FaultKind kind, boolean variant, Consumer<Round> moment) {
		// by hand, it is the index that was created, elsewhere the first of what there is
		int choice = kind.needsPerson() ? 1 : 0;
		PlannedFault fault = new PlannedFault(kind, Duration.ZERO, Duration.ofSeconds(1), variant, choice);
		Round round = this.generation.rounds().get(this.next++);
		int survived = this.summary.survived(kind);
		int helped = this.summary.helped(kind);
		assertThat(this.generation.run(round, fault, moment)).isTrue();
		assertThat(this.summary.complaints(this.load, LONGEST_WAIT, this.witness.lies())).isEmpty();
		assertThat(this.summary.survived(kind)).isEqualTo(kind.buildLives() ? survived + 2 : survived);
		assertThat(this.summary.helped(kind)).isEqualTo(kind.needsPerson() ? helped + 1 : helped);
		return round;
	}

	private void awaitBuilds(Round round) {
		await((begun) -> this.generation.builds(begun).size() == 2, round);
	}

	private void awaitEnd(Round round) {
		await(this.generation::isSettled, round);
	}

	private static void await(Predicate<Round> condition, Round round) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> condition.test(round));
	}

}
