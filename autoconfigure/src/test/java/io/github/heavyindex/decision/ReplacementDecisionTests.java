package io.github.heavyindex.decision;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.Drift;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * The table of decisions for a CREATE that replaces an index of another definition: what
 * stands under the declared name, and what under the side name.
 */
class ReplacementDecisionTests {

	private static final String SIDE = SideIndex.nameOf(new RelationName(null, "logs_a_idx")).name();

	private static final String OLD = "(b)";

	private static final String NEW = "(a)";

	private static final Decision BUILD_BESIDE = new Decision.Run(Step.BUILD_BESIDE, 100, 0);

	private static final Decision SWAP = new Decision.Run(Step.SWAP, 100, 0);

	private final World world = new World().declare(World.replace("create_a", "logs_a_idx", "logs", NEW));

	static Stream<Arguments> table() {
		return Stream.of(row("absent", (world) -> {
		}, new Decision.Run(Step.BUILD, 100, 0)),
				row("as declared", (world) -> index(world, NEW), new Decision.Complete(true)),
				row("another definition", (world) -> index(world, OLD), BUILD_BESIDE),
				row("another definition, table in use", (world) -> {
					index(world, OLD);
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")),
				row("another definition, the table's lock held", (world) -> {
					index(world, OLD);
					world.lockedBy("logs", 9, true);
				}, new Decision.Wait("table lock held by pid 9 (heavy-index:x)")),
				row("another definition, not compared yet beside", (world) -> {
					index(world, OLD);
					world.incomparable(side(world, NEW).marked());
				}, new Decision.Wait("definition not compared: the expression takes the whole row")),
				row("built beside", (world) -> {
					index(world, OLD);
					side(world, NEW).marked();
				}, SWAP), row("built beside by an application that died before its mark", (world) -> {
					index(world, OLD);
					side(world, NEW);
				}, SWAP), row("built beside by an earlier version of the declaration", (world) -> {
					index(world, OLD);
					side(world, "(c)").marked();
				}, drop(Step.DROP_SIDE, 1)), row("half built, and nobody builds", (world) -> {
					index(world, OLD);
					side(world, NEW).marked().unready();
				}, drop(Step.DROP_SIDE, 0)), row("half built, rejects writes", (world) -> {
					index(world, OLD);
					side(world, NEW).marked().invalid().unique();
				}, drop(Step.DROP_SIDE, 2)), row("half built before its mark", (world) -> {
					index(world, OLD);
					side(world, NEW).invalid();
				}, drop(Step.DROP_SIDE, 1)), row("half built, the row in motion", (world) -> {
					index(world, OLD);
					side(world, NEW).marked().invalid().inMotion();
				}, new Decision.Wait("a transaction is changing the index")), row("half built, worked on", (world) -> {
					index(world, OLD);
					side(world, NEW).marked().invalid();
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")), row("swapped", (world) -> {
					index(world, NEW);
					side(world, OLD).marked();
				}, drop(Step.DROP_REPLACED, 1)), row("swapped, the replaced one half dropped", (world) -> {
					index(world, NEW);
					side(world, OLD).marked().unready();
				}, drop(Step.DROP_REPLACED, 0)), row("swapped, the replaced one being dropped", (world) -> {
					index(world, NEW);
					side(world, OLD).marked().invalid();
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")), row("swapped, and declared anew", (world) -> {
					index(world, "(c)");
					side(world, OLD).marked();
				}, drop(Step.DROP_SIDE, 1)), row("swapped, and declared as before", (world) -> {
					index(world, OLD);
					side(world, NEW).marked();
				}, SWAP),
				row("swapped, and the new one dropped by somebody", (world) -> side(world, OLD).marked(),
						new Decision.Run(Step.BUILD, 100, 0)),
				row("built beside, and the old one dropped by somebody", (world) -> side(world, NEW).marked(), SWAP),
				row("built beside before its mark, and the old one dropped by somebody", (world) -> side(world, NEW),
						SWAP),
				row("completed, and its session has not ended yet", (world) -> {
					index(world, NEW);
					side(world, OLD).marked();
					world.record("create_a", OperationState.CANCELLED).lockedBy("logs", 4711, true);
				}, new Decision.Watch(4711, false)), row("as declared, and a person's index beside", (world) -> {
					index(world, NEW);
					side(world, "(c)");
				}, new Decision.Complete(true)), row("completed, and stands", (world) -> {
					index(world, NEW);
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Keep()), row("completed, and the replaced one still there", (world) -> {
					index(world, NEW);
					side(world, OLD).marked();
					world.record("create_a", OperationState.COMPLETED);
				}, drop(Step.DROP_SIDE, 1)),
				row("completed, and another application drops the replaced one", (world) -> {
					index(world, NEW);
					side(world, OLD).marked();
					world.record("create_a", OperationState.COMPLETED);
					world.lockedBy("logs", 9, true);
				}, new Decision.Keep()), row("completed, and another definition", (world) -> {
					index(world, OLD);
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.DEFINITION_CHANGED)), row("failed to swap, the work kept", (world) -> {
					index(world, OLD);
					side(world, NEW).marked();
					world.record("create_a", OperationState.FAILED);
				}, new Decision.Keep()), row("failed to build", (world) -> {
					index(world, OLD);
					side(world, NEW).marked().invalid();
					world.record("create_a", OperationState.FAILED);
				}, drop(Step.DROP_SIDE, 1)), row("failed to drop the replaced one", (world) -> {
					index(world, NEW);
					side(world, OLD).marked().invalid();
					world.record("create_a", OperationState.FAILED);
				}, drop(Step.DROP_SIDE, 1)), row("cancelled before the swap", (world) -> {
					index(world, OLD);
					side(world, NEW).marked();
					world.record("create_a", OperationState.CANCELLED);
				}, drop(Step.DROP_SIDE, 1)), row("cancelled, and the index beside is the only one", (world) -> {
					side(world, NEW).marked();
					world.record("create_a", OperationState.CANCELLED);
				}, new Decision.Keep()), row("cancelled, and a person's index beside", (world) -> {
					index(world, OLD);
					side(world, "(c)").invalid();
					world.record("create_a", OperationState.CANCELLED);
				}, new Decision.Keep()),
				row("another version of the application that runs declares otherwise", (world) -> {
					index(world, OLD);
					world.record("create_a", OperationState.COMPLETED, "other", 1, null, 4711, World.ALIVE);
				}, new Decision.Wait(
						"another version of the application, which still runs, declares another definition")),
				row("another version of the application declared otherwise", (world) -> {
					index(world, OLD);
					world.record("create_a", OperationState.COMPLETED, "other", 1, null, 4711, World.GONE);
				}, BUILD_BESIDE));
	}

	private static Arguments row(String name, Consumer<World> state, Decision decision) {
		return argumentSet(name, state, decision);
	}

	private static Decision drop(Step step, int urgency) {
		return new Decision.Run(step, 100, urgency);
	}

	private static World.Relation index(World world, String definition) {
		return world.index("logs_a_idx", "logs", definition);
	}

	private static World.Relation side(World world, String definition) {
		return world.index(SIDE, "logs", definition);
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(Consumer<World> state, Decision decision) {
		this.world.table("logs");
		state.accept(this.world);
		assertThat(this.world.decide("create_a")).isEqualTo(decision);
	}

	@Test
	void definitionsAreComparedFirst() {
		this.world.table("logs");
		index(this.world, OLD);
		World.Relation side = side(this.world, NEW);
		this.world.uncompared(side);
		assertThat(this.world.decide("create_a")).isInstanceOfSatisfying(Decision.Compare.class,
				(compare) -> assertThat(compare.index().name().name()).isEqualTo(SIDE));
	}

	@Test
	void whatItBuiltItGoesOnWithWhateverHoldsOperationsBack() {
		this.world.table("logs");
		index(this.world, OLD);
		side(this.world, NEW).marked();
		this.world.slots.add(1);
		this.world.slots.add(2);
		this.world.record("create_a", OperationState.RUNNING);
		assertThat(this.world.decide("create_a", 9)).isEqualTo(new Decision.Wait("slot: 2 of 2 in use"));
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(SWAP);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aPersonsIndexOfTheSideNameIsNamedAndLeftAlone(boolean valid) {
		this.world.table("logs");
		index(this.world, OLD);
		side(this.world, "(c)").valid = valid;
		assertFails("42P07", SIDE, "is left alone", "DROP INDEX CONCURRENTLY");
	}

	@Test
	void anotherTablesIndexOfTheSideNameIsNamedAndLeftAlone() {
		this.world.table("logs");
		this.world.table("other");
		index(this.world, OLD);
		this.world.index(SIDE, "other", NEW).marked();
		assertFails("42P07", SIDE, "is left alone");
	}

	@Test
	void aTableOfTheSideNameIsNamedAndLeftAlone() {
		this.world.table("logs");
		index(this.world, OLD);
		this.world.table(SIDE);
		assertFails("42P07", "is taken by a table", "rename it");
	}

	@Test
	void aReplicaIdentityIsNotReplaced() {
		this.world.table("logs");
		index(this.world, OLD).replicaIdentity();
		assertFails("55000", "replica identity", "REPLICA IDENTITY DEFAULT");
	}

	@Test
	void aPartOfAPartitionedIndexIsNotReplaced() {
		this.world.table("logs");
		index(this.world, OLD).parent("all_logs_idx");
		assertFails("0A000", "part of the partitioned index all_logs_idx");
	}

	@Test
	void aPartitionedIndexIsNotReplaced() {
		this.world.relation("logs", 'p');
		index(this.world, OLD).kind('I');
		assertFails("0A000", "partitioned index");
	}

	@Test
	void whatIsNotToBeReplacedFails() {
		World world = new World().declare(World.create("create_a", "logs_a_idx", "logs", NEW));
		world.table("logs");
		index(world, OLD);
		assertThat(world.decide("create_a")).isInstanceOf(Decision.Fail.class);
		world.onMismatch(OnMismatch.REPLACE);
		assertThat(world.decide("create_a")).isEqualTo(BUILD_BESIDE);
	}

	@Test
	void whatIsBesideTakesThePlaceOfNothingOnlyWhereItIsOurs() {
		World world = new World().declare(World.create("create_a", "logs_a_idx", "logs", NEW));
		world.table("logs");
		World.Relation side = side(world, NEW);
		assertThat(world.decide("create_a")).as("a person's, and nothing is to be replaced")
			.isEqualTo(new Decision.Run(Step.BUILD, 100, 0));
		side.marked();
		assertThat(world.decide("create_a")).isEqualTo(SWAP);
		side.invalid();
		assertThat(world.decide("create_a")).isEqualTo(new Decision.Run(Step.BUILD, 100, 0));
	}

	@Test
	void driftIsComparedBeforeItIsRepaired() {
		this.world.repairs = true;
		this.world.table("logs");
		index(this.world, OLD);
		World.Relation side = side(this.world, NEW).marked();
		this.world.record("create_a", OperationState.COMPLETED).uncompared(side);
		assertThat(this.world.decide("create_a")).isInstanceOf(Decision.Compare.class);
		this.world.compare(side.toCatalog());
		assertThat(this.world.decide("create_a"))
			.isEqualTo(new Decision.Drifted(Drift.DEFINITION_CHANGED, new Decision.Run(Step.SWAP, 100, 0), null));
	}

	/**
	 * An earlier version of the application began to replace the index.
	 */
	@Test
	void whatAnotherDeclarationMarkedIsDroppedThoughNothingIsToBeReplaced() {
		World world = new World().declare(World.create("create_a", "logs_a_idx", "logs", OLD));
		world.table("logs");
		index(world, OLD);
		side(world, NEW).marked();
		assertThat(world.decide("create_a")).isEqualTo(drop(Step.DROP_REPLACED, 1));
	}

	@Test
	void theDeferrabilityOfAConstraintIsKeptAndNoDifference() {
		World world = new World().declare(World.replace("create_a", "logs_a_idx", "logs", NEW));
		world.table("logs");
		World.Relation index = index(world, NEW + " DEFERRABLE");
		assertThat(world.decide("create_a")).isEqualTo(BUILD_BESIDE);
		index.constraint("logs_a_idx");
		assertThat(world.decide("create_a")).isEqualTo(new Decision.Complete(true));
	}

	@ParameterizedTest
	@ValueSource(strings = { "i", "x", "ä" })
	void theSideNameFitsAndTellsWhoseItIs(String letter) {
		String longest = letter.repeat(RelationName.MAX_BYTES / letter.getBytes(StandardCharsets.UTF_8).length);
		// a longer one than PostgreSQL takes would be refused here
		RelationName side = SideIndex.nameOf(new RelationName("public", longest));
		assertThat(side.name()).startsWith(letter.repeat(20)).contains("_heavy_index_");
		assertThat(side.name().getBytes(StandardCharsets.UTF_8).length).as("no more is cut off than must be")
			.isGreaterThan(RelationName.MAX_BYTES - letter.getBytes(StandardCharsets.UTF_8).length);
		assertThat(side.schema()).isEqualTo("public");
		assertThat(side).isNotEqualTo(SideIndex.nameOf(new RelationName("public", longest.substring(1))))
			.isNotEqualTo(SideIndex.nameOf(side));
	}

	private void assertFails(String sqlState, String... texts) {
		assertThat(this.world.decide("create_a")).isInstanceOfSatisfying(Decision.Fail.class, (fail) -> {
			assertThat(fail.sqlState()).isEqualTo(sqlState);
			assertThat(fail.error()).contains(texts);
		});
	}

}
