package io.github.heavyindex.decision;

import java.util.Map;

import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chains of other shapes than the replacement's.
 */
class ChainDecisionTests {

	private static final Decision DONE = new Decision.Complete(true);

	private static final Decision BUILD = new Decision.Run(Step.BUILD, 100, 0);

	private static final Decision DROP = new Decision.Run(Step.DROP, 100, 0);

	private static final Decision RENAME = new Decision.Run(Step.RENAME, 100, 0);

	private final World world = new World();

	@Test
	void createAndDropWithNothingToWaitForIsDoneWhereNothingIs() {
		createAndDrop();
		assertDecided(Map.of("create", DONE, "drop", DONE));
	}

	@Test
	void createAndDropBuildsWhileADropMustWait() {
		createAndDrop("p");
		this.world.unmet.put("p", "prerequisite p");
		assertDecided(Map.of("create", BUILD, "drop", wait("dependency create")));
		this.world.index("x", "t", "(a)");
		assertDecided(Map.of("create", DONE, "drop", wait("prerequisite p")));
		this.world.unmet.clear();
		assertDecided(Map.of("create", DONE, "drop", DROP));
	}

	@Test
	void aDropIsNotDoneWhileThePrerequisiteOfWhatItDependsOnIsOpen() {
		this.world.declare(World.create("create", "x", "t", "(a)", "p"), World.drop("drop", "x", "create"));
		this.world.table("t");
		this.world.unmet.put("p", "prerequisite p");
		this.world.record("create", OperationState.SKIPPED);
		assertThat(this.world.decide("drop")).isEqualTo(wait("its turn: the index to drop is not there yet"));
	}

	@Test
	void theDropOfAConstraintsIndexIsNotDoneBeforeThereIsAConstraint() {
		this.world.declare(World.create("create", "i", "t", "(a)"),
				World.constraint("add", "c", "t", Kind.UNIQUE, "i", "create"), World.drop("drop", "c", "add"));
		this.world.table("t");
		this.world.index("i", "t", "(a)").unique();
		assertThat(this.world.decide("drop")).isEqualTo(wait("dependency add"));
	}

	@Test
	void aDropThatIsDoneNeedsItsPrerequisiteNoMore() {
		createAndDrop("p");
		this.world.unmet.put("p", "prerequisite p");
		this.world.record("create", OperationState.COMPLETED).record("drop", OperationState.COMPLETED);
		assertDecided(Map.of("create", new Decision.Keep(), "drop", new Decision.Keep()));
	}

	@Test
	void aDropThatWasDoneUnderThatNameForAnotherIndexSaysNothing() {
		createAndDrop("p");
		this.world.unmet.put("p", "prerequisite p");
		this.world.record("drop", OperationState.COMPLETED, "DROP INDEX CONCURRENTLY \"y\"", 1, null, null, null);
		assertDecided(Map.of("create", BUILD, "drop", wait("dependency create")));
		this.world.record("create", OperationState.COMPLETED);
		assertThat(this.world.decide("create")).isEqualTo(new Decision.Drifted(Drift.MISSING));
	}

	@Test
	void aDropThatStoppedHalfwayIsFinished() {
		createAndDrop();
		this.world.index("x", "t", "(a)").invalid();
		this.world.record("create", OperationState.COMPLETED).record("drop", OperationState.PENDING);
		assertDecided(
				Map.of("create", new Decision.Drifted(Drift.INVALID), "drop", new Decision.Run(Step.DROP, 100, 1)));
	}

	@Test
	void anotherDefinitionIsNotDropped() {
		createAndDrop();
		this.world.index("x", "t", "(z)");
		assertThat(this.world.decide("create")).isInstanceOf(Decision.Fail.class);
		assertThat(this.world.decide("drop")).isEqualTo(mend("dependency create"));
	}

	@Test
	void aBuildThatHasJustBegunIsNotTakenForOneThatWasDropped() {
		createAndDrop();
		this.world.record("create", OperationState.RUNNING).lockedBy("t", 4711, true);
		assertDecided(Map.of("create", new Decision.Watch(4711, false), "drop", wait("dependency create")));
	}

	@Test
	void dropAndCreateUnderTheSameName() {
		this.world.declare(World.drop("drop", "x"), World.create("create", "x", "t", "(new)", "drop"));
		this.world.table("t");
		this.world.index("x", "t", "(old)");
		assertDecided(Map.of("drop", DROP, "create", wait("dependency drop")));
		this.world.remove("x");
		assertDecided(Map.of("drop", DONE, "create", BUILD));
		this.world.index("x", "t", "(new)").invalid();
		this.world.workedOnBy("t", 9);
		assertDecided(
				Map.of("drop", wait("table in use by pid 9 (psql)"), "create", wait("table in use by pid 9 (psql)")));
		this.world.idle();
		this.world.record("drop", OperationState.COMPLETED);
		assertDecided(Map.of("drop", new Decision.Keep(), "create", new Decision.Run(Step.DROP_LEFTOVER, 100, 1)));
		this.world.index("x", "t", "(new)");
		this.world.recorded.clear();
		assertDecided(Map.of("drop", DONE, "create", DONE));
		World.Relation x = this.world.index("x", "t", "(new)");
		this.world.uncompared(x);
		assertThat(this.world.decide().values()).allMatch(Decision.Compare.class::isInstance);
	}

	@Test
	void theIndexOfACompletedCreationIsNotDroppedWhenOnlyTheDropIsForgotten() {
		this.world.declare(World.drop("drop", "x"), World.create("create", "x", "t", "(new)", "drop"));
		this.world.table("t");
		this.world.index("x", "t", "(changed by hand)");
		this.world.record("create", OperationState.COMPLETED);
		assertDecided(Map.of("drop", mend("the name belongs to the completed operation create; see its drift"),
				"create", new Decision.Drifted(Drift.DEFINITION_CHANGED)));
	}

	@Test
	void dropFirstAndReplaceAfterwards() {
		this.world.declare(World.drop("drop", "x"), World.create("create", "x_2nd", "t", "(new)", "drop"),
				World.rename("rename", "x_2nd", "x", "create"));
		this.world.table("t");
		this.world.index("x", "t", "(old)");
		assertDecided(Map.of("drop", DROP, "create", wait("dependency drop"), "rename", wait("dependency create")));
	}

	@Test
	void aReplacementThatSomebodyElseBuilt() {
		this.world.declare(World.drop("drop", "x"), World.rename("rename", "y", "x", "drop"));
		this.world.table("t");
		this.world.index("x", "t", "(old)");
		World.Relation y = this.world.index("y", "t", "(new)").invalid();
		assertThat(this.world.decide("drop"))
			.isEqualTo(mend("index y, which is to take its place, is not there or not valid"));
		y.valid = true;
		assertDecided(Map.of("drop", DROP, "rename", wait("dependency drop")));
		this.world.remove("x");
		assertDecided(Map.of("drop", DONE, "rename", RENAME));
		this.world.rename(y, "x");
		assertDecided(Map.of("drop", DONE, "rename", DONE));
	}

	@Test
	void renamedTwice() {
		this.world.declare(World.create("create", "a", "t", "(a)"), World.rename("r1", "a", "b", "create"),
				World.rename("r2", "b", "c", "r1"));
		this.world.table("t");
		assertDecided(Map.of("create", BUILD, "r1", wait("dependency create"), "r2", wait("dependency r1")));
		World.Relation index = this.world.index("a", "t", "(a)");
		assertDecided(Map.of("create", DONE, "r1", RENAME, "r2", wait("dependency r1")));
		this.world.rename(index, "b");
		assertDecided(Map.of("create", DONE, "r1", DONE, "r2", RENAME));
		this.world.rename(index, "c");
		assertDecided(Map.of("create", DONE, "r1", DONE, "r2", DONE));
		index.definition = "(z)";
		assertDecided(Map.of("create", BUILD, "r1", wait("dependency create"), "r2", wait("dependency r1")));
	}

	@Test
	void aSecondReplacementDoesNotPassForTheEndOfTheFirst() {
		twoReplacements();
		this.world.index("x_2nd", "t", "(second)");
		// x is gone, but by the first drop: the first rename is still to come
		assertDecided(Map.of("c1", DONE, "d1", DONE, "r1", RENAME, "c2", wait("dependency r1"), "d2",
				wait("dependency c2"), "r2", wait("dependency d2")));
	}

	@Test
	void aSecondReplacementBeginsWhenTheFirstIsDone() {
		twoReplacements();
		this.world.index("x", "t", "(second)");
		assertDecided(Map.of("c1", DONE, "d1", DONE, "r1", DONE, "c2", BUILD, "d2", wait("dependency c2"), "r2",
				wait("dependency d2")));
		World.Relation third = this.world.index("x_3rd", "t", "(third)");
		assertDecided(Map.of("c1", DONE, "d1", DONE, "r1", DONE, "c2", DONE, "d2", DROP, "r2", wait("dependency d2")));
		this.world.remove("x");
		assertDecided(Map.of("c1", DONE, "d1", DONE, "r1", DONE, "c2", DONE, "d2", DONE, "r2", RENAME));
		this.world.rename(third, "x");
		assertThat(this.world.decide().values()).containsOnly(DONE);
	}

	@Test
	void aNameThatIsUsedAgainByALaterRename() {
		this.world.declare(World.create("c1", "a", "t", "(1)"), World.rename("r1", "a", "x", "c1"),
				World.drop("d1", "x", "r1"), World.create("c2", "b", "t", "(2)", "d1"),
				World.rename("r2", "b", "a", "c2"));
		this.world.table("t");
		this.world.index("a", "t", "(2)");
		assertThat(this.world.decide().values()).containsOnly(DONE);
	}

	@Test
	void anAbsentIndexOfAnotherSchemaEndsNothing() {
		this.world.declare(World.create("create", "x", "t", "(a)"), World.drop("drop", "other.x", "create"));
		this.world.table("t");
		assertDecided(Map.of("create", BUILD, "drop", DONE));
	}

	@Test
	void anAbsentIndexThatTheSearchPathCannotMeanEndsNothing() {
		this.world.declare(World.create("create", "x", "other.t", "(a)"), World.drop("drop", "x", "create"));
		this.world.table("other.t");
		assertDecided(Map.of("create", BUILD, "drop", DONE));
	}

	@Test
	void aNameWithoutSchemaIsTheIndexThatItLeadsTo() {
		this.world.searchPath("app", "public")
			.declare(World.create("create", "x_2nd", "public.t", "(new)"), World.drop("drop", "x", "create"),
					World.rename("rename", "x_2nd", "x", "drop"));
		this.world.table("t");
		this.world.index("x", "t", "(old)");
		assertDecided(Map.of("create", BUILD, "drop", wait("dependency create"), "rename", wait("dependency drop")));
		World.Relation second = this.world.index("x_2nd", "t", "(new)");
		assertDecided(Map.of("create", DONE, "drop", DROP, "rename", wait("dependency drop")));
		this.world.remove("x");
		assertDecided(Map.of("create", DONE, "drop", DONE, "rename", RENAME));
		this.world.rename(second, "x");
		assertDecided(Map.of("create", DONE, "drop", DONE, "rename", DONE));
	}

	@Test
	void twoSchemasWithTheSameNamesAreTwoChains() {
		for (String schema : new String[] { "app", "public" }) {
			String name = schema + "_";
			this.world.declare(World.create(name + "create", "x_2nd", schema + ".t", "(new)"),
					World.drop(name + "drop", schema + ".x", name + "create"),
					World.rename(name + "rename", schema + ".x_2nd", "x", name + "drop"));
			this.world.table(schema + ".t");
		}
		this.world.index("app.x", "app.t", "(new)");
		this.world.index("public.x", "public.t", "(old)");
		Map<String, Decision> decisions = this.world.decide();
		assertThat(decisions).containsEntry("app_create", DONE)
			.containsEntry("app_drop", DONE)
			.containsEntry("app_rename", DONE)
			.containsEntry("public_create", new Decision.Run(Step.BUILD, 101, 0))
			.containsEntry("public_drop", wait("dependency public_create"));
	}

	private void createAndDrop(String... prerequisites) {
		String[] dependencies = new String[prerequisites.length + 1];
		dependencies[0] = "create";
		System.arraycopy(prerequisites, 0, dependencies, 1, prerequisites.length);
		this.world.declare(World.create("create", "x", "t", "(a)"), World.drop("drop", "x", dependencies));
		this.world.table("t");
	}

	private void twoReplacements() {
		this.world.declare(World.create("c1", "x_2nd", "t", "(second)"), World.drop("d1", "x", "c1"),
				World.rename("r1", "x_2nd", "x", "d1"), World.create("c2", "x_3rd", "t", "(third)", "r1"),
				World.drop("d2", "x", "c2"), World.rename("r2", "x_3rd", "x", "d2"));
		this.world.table("t");
	}

	private void assertDecided(Map<String, Decision> expected) {
		assertThat(this.world.decide()).isEqualTo(expected);
	}

	private static Decision wait(String reason) {
		return new Decision.Wait(reason);
	}

	private static Decision mend(String reason) {
		return new Decision.Wait(reason, Decision.Wait.Until.MEND);
	}

}
