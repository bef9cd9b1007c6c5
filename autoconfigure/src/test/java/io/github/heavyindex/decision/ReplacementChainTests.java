package io.github.heavyindex.decision;

import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Create {@code x_2nd}, drop {@code x}, rename {@code x_2nd} to {@code x}, at each point
 * of its life.
 */
class ReplacementChainTests {

	private static final String OLD = "(a)";

	private static final String NEW = "(a, b)";

	private static final Decision DONE = new Decision.Complete(true);

	private final World world = new World().declare(World.create("create", "x_2nd", "t", NEW),
			World.drop("drop", "x", "create"), World.rename("rename", "x_2nd", "x", "drop"));

	@BeforeEach
	void table() {
		this.world.table("t");
	}

	@Test
	void beginsWithTheNewIndexBesideTheOldOne() {
		this.world.index("x", "t", OLD);
		assertDecided(new Decision.Run(Step.BUILD, 100, 0), wait("dependency create"), wait("dependency drop"));
	}

	@Test
	void nothingIsDecidedBeforeTheOldOneIsCompared() {
		World.Relation x = this.world.index("x", "t", OLD);
		this.world.uncompared(x);
		assertThat(this.world.decide().values())
			.containsOnly(new Decision.Compare((CreateIndex) this.world.operation("create"), x.toCatalog()));
	}

	@Test
	void nothingIsDecidedWhereTheOldOneCannotBeCompared() {
		this.world.incomparable(this.world.index("x", "t", OLD));
		assertThat(this.world.decide().values())
			.containsOnly(mend("definition not compared: the expression takes the whole row"));
	}

	@Test
	void theOldOneIsSafeWhileTheNewOneIsBuilt() {
		this.world.index("x", "t", OLD);
		this.world.index("x_2nd", "t", NEW).invalid();
		this.world.lockedBy("t", 4711, true).record("create", OperationState.RUNNING);
		assertDecided(new Decision.Watch(4711, false), wait("dependency create"), wait("dependency drop"));
	}

	@Test
	void theOldOneIsSafeWhenTheBuildFailed() {
		this.world.index("x", "t", OLD);
		this.world.index("x_2nd", "t", NEW).invalid();
		assertDecided(new Decision.Run(Step.DROP_LEFTOVER, 100, 1), wait("dependency create"), wait("dependency drop"));
	}

	@Test
	void theOldOneIsSafeWhenTheNewOneIsNotAsDeclared() {
		this.world.index("x", "t", OLD);
		this.world.index("x_2nd", "t", "(c)");
		assertThat(this.world.decide("create")).isInstanceOf(Decision.Fail.class);
		assertThat(this.world.decide("drop")).isEqualTo(mend("dependency create"));
	}

	@Test
	void theOldOneIsSafeWhenTheNewOneDrifted() {
		this.world.index("x", "t", OLD);
		this.world.record("create", OperationState.COMPLETED);
		assertDecided(new Decision.Drifted(Drift.MISSING), mend("dependency create"), mend("dependency drop"));
	}

	@Test
	void theOldOneIsSafeWhenTheNewOneWasOnlySkipped() {
		this.world.index("x", "t", OLD);
		this.world.record("create", OperationState.SKIPPED);
		assertDecided(new Decision.Keep(), mend("index x_2nd, which is to take its place, is not there or not valid"),
				mend("dependency drop"));
	}

	@Test
	void theOldOneGoesWhenTheNewOneStands() {
		this.world.index("x", "t", OLD);
		this.world.index("x_2nd", "t", NEW);
		assertDecided(DONE, new Decision.Run(Step.DROP, 100, 0), wait("dependency drop"));
	}

	@Test
	void aHalfDroppedOldOneIsFinished() {
		this.world.index("x", "t", OLD).invalid();
		this.world.index("x_2nd", "t", NEW);
		assertDecided(DONE, new Decision.Run(Step.DROP, 100, 0), wait("dependency drop"));
	}

	@Test
	void theNewOneTakesTheName() {
		this.world.index("x_2nd", "t", NEW);
		assertDecided(DONE, DONE, new Decision.Run(Step.RENAME, 100, 0));
	}

	@Test
	void theEndIsKnownFromTheCatalogAlone() {
		this.world.index("x", "t", NEW);
		assertDecided(DONE, DONE, DONE);
	}

	@Test
	void theEndIsComparedWhenTheRowsAreLost() {
		World.Relation x = this.world.index("x", "t", NEW);
		this.world.uncompared(x);
		assertThat(this.world.decide().values()).allMatch(Decision.Compare.class::isInstance);
		this.world.compare(x.toCatalog());
		assertDecided(DONE, DONE, DONE);
	}

	@Test
	void theEndStays() {
		this.world.index("x", "t", NEW);
		complete();
		assertDecided(new Decision.Keep(), new Decision.Keep(), new Decision.Keep());
	}

	@Test
	void theEndStaysWhereItCannotBeCompared() {
		this.world.incomparable(this.world.index("x", "t", NEW));
		complete();
		assertDecided(new Decision.Keep(), new Decision.Keep(), new Decision.Keep());
	}

	@Test
	void anIndexThatADbaDroppedIsTheRenamesDriftAlone() {
		complete();
		assertDecided(new Decision.Keep(), new Decision.Keep(), new Decision.Drifted(Drift.MISSING));
	}

	@Test
	void anIndexThatADbaReplacedIsTheRenamesDriftAlone() {
		this.world.index("x", "t", OLD);
		complete();
		assertDecided(new Decision.Keep(), new Decision.Keep(), new Decision.Drifted(Drift.DEFINITION_CHANGED));
	}

	@Test
	void theNewOneIsNotDroppedWhenOnlyTheDropIsForgottenAndALeftoverStandsBesideIt() {
		this.world.index("x", "t", NEW);
		this.world.index("x_2nd", "t", NEW).invalid();
		complete();
		this.world.recorded.remove("drop");
		assertThat(this.world.decide("drop"))
			.isEqualTo(mend("the name belongs to the completed operation rename; see its drift"));
	}

	@Test
	void whereTheOldOneNeverWasTheRenameWaitsForTheNewOne() {
		assertDecided(new Decision.Run(Step.BUILD, 100, 0), DONE, wait("dependency create"));
		this.world.index("x_2nd", "t", NEW).invalid();
		this.world.lockedBy("t", 9, true);
		assertThat(this.world.decide("rename")).isInstanceOf(Decision.Wait.class);
	}

	@Test
	void anOldOneThatCameBackIsForAPersonToJudge() {
		this.world.index("x", "t", OLD);
		this.world.index("x_2nd", "t", NEW);
		this.world.record("create", OperationState.COMPLETED).record("drop", OperationState.COMPLETED);
		assertThat(this.world.decide("drop")).isEqualTo(new Decision.Keep());
		assertThat(this.world.decide("rename")).isInstanceOf(Decision.Fail.class);
	}

	@ParameterizedTest
	@EnumSource(names = { "PENDING", "RUNNING", "FAILED", "CANCELLED", "COMPLETED" })
	void anEqualIndexUnderTheNameIsNeverDroppedWithoutAnotherOne(OperationState state) {
		this.world.index("x", "t", NEW);
		this.world.record("create", state).record("drop", state).record("rename", state);
		assertThat(this.world.decide("drop")).isNotInstanceOf(Decision.Run.class);
		this.world.index("x_2nd", "t", NEW).unready();
		assertThat(this.world.decide("drop")).isNotInstanceOf(Decision.Run.class);
	}

	private void complete() {
		this.world.record("create", OperationState.COMPLETED)
			.record("drop", OperationState.COMPLETED)
			.record("rename", OperationState.COMPLETED);
	}

	private void assertDecided(Decision create, Decision drop, Decision rename) {
		assertThat(this.world.decide()).isEqualTo(Map.of("create", create, "drop", drop, "rename", rename));
	}

	private static Decision wait(String reason) {
		return new Decision.Wait(reason);
	}

	private static Decision mend(String reason) {
		return new Decision.Wait(reason, Decision.Wait.Until.MEND);
	}

}
