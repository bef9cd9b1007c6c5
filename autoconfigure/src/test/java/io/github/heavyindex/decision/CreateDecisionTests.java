package io.github.heavyindex.decision;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * The table of decisions for CREATE.
 */
class CreateDecisionTests {

	private static final String SQL = "CREATE INDEX CONCURRENTLY \"logs_a_idx\" ON \"logs\" (a)";

	private final World world = new World().declare(World.create("create_a", "logs_a_idx", "logs", "(a)"));

	static Stream<Arguments> table() {
		return Stream.of(row("absent", (world) -> {
		}, new Decision.Run(Step.BUILD, 100, 0)),
				row("absent, and somebody works on the table", (world) -> world.workedOnBy("logs", 9),
						new Decision.Wait("table in use by pid 9 (psql)")),
				row("absent, and the table's lock is held", (world) -> world.lockedBy("logs", 9, true),
						new Decision.Wait("table lock held by pid 9 (heavy-index:x)")),
				row("valid, same definition", (world) -> index(world), new Decision.Complete(true)),
				row("valid, same definition, table in use", (world) -> {
					index(world);
					world.workedOnBy("logs", 9);
				}, new Decision.Complete(true)),
				row("valid, cannot be compared", (world) -> world.incomparable(index(world)), new Decision.Wait(
						"definition not compared: the expression takes the whole row", Decision.Wait.Until.MEND)),
				row("invalid, somebody works on it", (world) -> {
					index(world).invalid();
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")),
				row("invalid, nobody holds a lock any more, but the row is being replaced", (world) -> {
					index(world).invalid().inMotion();
				}, new Decision.Wait("a transaction is changing the index")),
				row("invalid, nobody works on it", (world) -> index(world).unready(),
						new Decision.Run(Step.DROP_LEFTOVER, 100, 0)),
				row("invalid and maintained by every write", (world) -> index(world).invalid(),
						new Decision.Run(Step.DROP_LEFTOVER, 100, 1)),
				row("invalid and rejects writes", (world) -> index(world).invalid().unique(),
						new Decision.Run(Step.DROP_LEFTOVER, 100, 2)),
				row("the server is a standby", (world) -> world.standby(),
						new Decision.Wait("the server is read-only (a standby)")),
				row("all slots in use", (world) -> {
					world.slots.add(1);
					world.slots.add(2);
				}, new Decision.Wait("slot: 2 of 2 in use")), row("one slot free", (world) -> {
					world.slots.add(1);
				}, new Decision.Run(Step.BUILD, 100, 0)), row("the next attempt is not due", (world) -> {
					world.record("create_a", OperationState.PENDING, SQL, 1, World.NOW.plusSeconds(9), null, null);
				}, new Decision.Wait("retry at 2026-01-01T02:00:09Z")), row("the next attempt is due", (world) -> {
					world.record("create_a", OperationState.PENDING, SQL, 1, World.NOW, null, null);
				}, new Decision.Run(Step.BUILD, 100, 0)),
				row("a leftover that costs nothing waits for the next attempt", (world) -> {
					index(world).unready();
					world.record("create_a", OperationState.PENDING, SQL, 1, World.NOW.plusSeconds(9), null, null);
				}, new Decision.Wait("retry at 2026-01-01T02:00:09Z")),
				row("a leftover that costs every write does not", (world) -> {
					index(world).invalid();
					world.record("create_a", OperationState.PENDING, SQL, 1, World.NOW.plusSeconds(9), null, null);
				}, new Decision.Run(Step.DROP_LEFTOVER, 100, 1)),
				row("the delay of another declaration is not ours", (world) -> {
					world.record("create_a", OperationState.PENDING, "other", 1, World.NOW.plusSeconds(9), null, null);
				}, new Decision.Run(Step.BUILD, 100, 0)), row("skipped", (world) -> {
					world.record("create_a", OperationState.SKIPPED);
				}, new Decision.Keep()), row("skipped, but declared anew", (world) -> {
					world.record("create_a", OperationState.SKIPPED, "other", 0, null, null, null);
				}, new Decision.Run(Step.BUILD, 100, 0)), row("completed, and stands", (world) -> {
					index(world);
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Keep()), row("completed, and gone", (world) -> {
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.MISSING)), row("completed, and invalid", (world) -> {
					index(world).invalid();
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.INVALID)), row("completed, and another one", (world) -> {
					world.index("logs_a_idx", "logs", "(b)");
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.DEFINITION_CHANGED)), row("completed, cannot be compared", (world) -> {
					world.incomparable(index(world));
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Keep()), row("completed, cannot be compared, but has changed", (world) -> {
					world.changed(index(world));
					world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.DEFINITION_CHANGED)), row("changed, but never completed", (world) -> {
					world.changed(index(world));
				}, new Decision.Wait("definition not compared: the expression takes the whole row",
						Decision.Wait.Until.MEND)),
				row("completed of another declaration, cannot be compared", (world) -> {
					world.incomparable(index(world));
					world.record("create_a", OperationState.COMPLETED, "other", 1, null, null, null);
				}, new Decision.Wait("definition not compared: the expression takes the whole row",
						Decision.Wait.Until.MEND)),
				row("completed of another declaration, same definition", (world) -> {
					index(world);
					world.record("create_a", OperationState.COMPLETED, "other", 1, null, null, null);
				}, new Decision.Complete(true)), row("completed of another declaration, gone", (world) -> {
					world.record("create_a", OperationState.COMPLETED, "other", 1, null, null, null);
				}, new Decision.Run(Step.BUILD, 100, 0)), row("failed", (world) -> {
					world.record("create_a", OperationState.FAILED);
				}, new Decision.Keep()), row("failed, and built by hand since", (world) -> {
					index(world);
					world.record("create_a", OperationState.FAILED);
				}, new Decision.Complete(true)), row("failed, with a leftover", (world) -> {
					index(world).invalid();
					world.record("create_a", OperationState.FAILED);
				}, new Decision.Run(Step.DROP_LEFTOVER, 100, 1)), row("failed, somebody builds it by hand", (world) -> {
					index(world).invalid();
					world.workedOnBy("logs", 9);
					world.record("create_a", OperationState.FAILED);
				}, new Decision.Keep()), row("failed before its first attempt, invalid", (world) -> {
					index(world).invalid();
					world.record("create_a", OperationState.FAILED, SQL, 0, null, null, null);
				}, new Decision.Keep()), row("failed, with a leftover, on a standby", (world) -> {
					index(world).invalid();
					world.standby().record("create_a", OperationState.FAILED);
				}, new Decision.Keep()), row("failed, declared anew", (world) -> {
					world.record("create_a", OperationState.FAILED, "other", 5, null, null, null);
				}, new Decision.Run(Step.BUILD, 100, 0)), row("cancelled", (world) -> {
					world.record("create_a", OperationState.CANCELLED);
				}, new Decision.Keep()), row("cancelled, and its session still works", (world) -> {
					index(world).invalid();
					world.lockedBy("logs", 4711, true).record("create_a", OperationState.CANCELLED);
				}, new Decision.CancelBackend(4711)),
				row("cancelled, but built, and its session has not ended yet", (world) -> {
					index(world);
					world.lockedBy("logs", 4711, true).record("create_a", OperationState.CANCELLED);
				}, new Decision.Complete(true)), row("cancelled, and its session has not begun to build", (world) -> {
					world.lockedBy("logs", 4711, true).record("create_a", OperationState.CANCELLED);
				}, new Decision.CancelBackend(4711)), row("cancelled, and its session is idle", (world) -> {
					index(world).invalid();
					world.lockedBy("logs", 4711, false).record("create_a", OperationState.CANCELLED);
				}, new Decision.Keep()), row("cancelled, with a leftover", (world) -> {
					index(world).invalid();
					world.record("create_a", OperationState.CANCELLED);
				}, new Decision.Run(Step.DROP_LEFTOVER, 100, 1)), row("cancelled, but built", (world) -> {
					index(world);
					world.record("create_a", OperationState.CANCELLED);
				}, new Decision.Complete(true)));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(Consumer<World> given, Decision expected) {
		this.world.table("logs");
		given.accept(this.world);
		assertThat(this.world.decide("create_a")).isEqualTo(expected);
	}

	static Stream<Arguments> failures() {
		return Stream.of(
				failure("the table is missing", (world) -> world.remove("logs"), "42P01", "logs does not exist"),
				failure("another definition", (world) -> world.index("logs_a_idx", "logs", "(b)"), "42P07",
						"Declared: (a) - existing: (b)"),
				failure("on another table", (world) -> {
					world.table("other");
					world.index("logs_a_idx", "other", "(a)");
				}, "42P07", "on another table"), failure("invalid, on another table", (world) -> {
					world.table("other");
					world.index("logs_a_idx", "other", "(a)").invalid();
				}, "42P07", "on another table"),
				failure("a table has the name", (world) -> world.table("logs_a_idx"), "42P07", "taken by a table"),
				failure("a view has the name", (world) -> world.relation("logs_a_idx", 'v'), "42P07",
						"taken by a view"),
				failure("invalid, attached to a partitioned index",
						(world) -> index(world).invalid().parent("public.parent_idx"), "2BP01", "parent_idx"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void fails(Consumer<World> given, String sqlState, String message) {
		this.world.table("logs");
		given.accept(this.world);
		assertThat(this.world.decide("create_a")).isInstanceOfSatisfying(Decision.Fail.class, (fail) -> {
			assertThat(fail.sqlState()).isEqualTo(sqlState);
			assertThat(fail.error()).contains(message);
		});
	}

	@Test
	void aPartitionedIndexThatIsWholeIsAdopted() {
		this.world.table("logs").kind('p');
		index(this.world).kind('I');
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Complete(true));
	}

	@Test
	void anIndexThatWasNotComparedIsComparedFirst() {
		this.world.table("logs");
		World.Relation index = index(this.world);
		this.world.uncompared(index);
		assertThat(this.world.decide("create_a"))
			.isEqualTo(new Decision.Compare((CreateIndex) this.world.operation("create_a"), index.toCatalog()));
	}

	@ParameterizedTest
	@EnumSource(names = { "PENDING", "RUNNING", "FAILED", "COMPLETED", "CANCELLED" })
	void nobodysBuildIsEverDroppedWhateverWasRecorded(OperationState state) {
		this.world.table("logs");
		index(this.world).invalid();
		this.world.record("create_a", state, SQL, 3, null, 4711, World.GONE);
		this.world.workedOnBy("logs", 9);
		assertThat(this.world.decide("create_a")).isNotInstanceOf(Decision.Run.class);
		this.world.idle();
		this.world.lockedBy("logs", 9, false);
		assertThat(this.world.decide("create_a")).isNotInstanceOf(Decision.Run.class);
		this.world.idle();
		index(this.world).invalid().inMotion();
		assertThat(this.world.decide("create_a")).isNotInstanceOf(Decision.Run.class);
	}

	@Test
	void ourBuildIsWatched() {
		this.world.table("logs");
		this.world.record("create_a", OperationState.RUNNING).lockedBy("logs", 4711, true);
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Watch(4711, false));
		index(this.world).invalid();
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Watch(4711, false));
	}

	@Test
	void theBuildOfADeadInstanceIsAdopted() {
		this.world.table("logs");
		index(this.world).invalid();
		this.world.record("create_a", OperationState.RUNNING, SQL, 1, null, 4711, World.GONE);
		this.world.lockedBy("logs", 4711, true);
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Watch(4711, true));
		this.world.idle();
		index(this.world);
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Complete(true));
	}

	@Test
	void aBuildIsNotDoneBeforeItsSessionSaysSo() {
		this.world.table("logs");
		index(this.world);
		this.world.record("create_a", OperationState.RUNNING).lockedBy("logs", 4711, true);
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Watch(4711, false));
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(new Decision.Complete(false));
	}

	@Test
	void aSessionOfOursThatIsIdleIsWaitedFor() {
		this.world.table("logs");
		index(this.world).invalid();
		this.world.record("create_a", OperationState.RUNNING).lockedBy("logs", 4711, false);
		assertThat(this.world.decide("create_a"))
			.isEqualTo(new Decision.Wait("table lock held by pid 4711 (create_a)"));
	}

	@Test
	void anotherOperationOfOursIsNamed() {
		this.world.declare(World.create("create_b", "logs_b_idx", "logs", "(b)"));
		this.world.table("logs");
		this.world.record("create_b", OperationState.RUNNING, SQL, 1, null, 5, World.ALIVE);
		this.world.lockedBy("logs", 5, true);
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Wait("table lock held by pid 5 (create_b)"));
	}

	@Test
	void aProcessIdThatWasGivenAnewIsNotCancelled() {
		this.world.declare(World.create("create_b", "logs_b_idx", "logs", "(b)"));
		this.world.table("logs");
		this.world.record("create_a", OperationState.CANCELLED);
		this.world.record("create_b", OperationState.RUNNING);
		this.world.lockedBy("logs", 4711, true);
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Keep());
		assertThat(this.world.decide("create_b")).isEqualTo(new Decision.Watch(4711, false));
	}

	@Test
	void theWorkerThatAsksIsNotInItsOwnWay() {
		this.world.table("logs");
		this.world.lockedBy("logs", 4711, true).workedOnBy("logs", 4711);
		this.world.slots.add(4711);
		this.world.slots.add(5);
		assertThat(this.world.decide("create_a")).isInstanceOf(Decision.Wait.class);
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(new Decision.Run(Step.BUILD, 100, 0));
		this.world.workedOnBy("logs", 9);
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(new Decision.Wait("table in use by pid 9 (psql)"));
	}

	@Test
	void aWorkerWithoutASlotWaitsForOne() {
		this.world.table("logs");
		this.world.slots.add(7);
		this.world.slots.add(8);
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(new Decision.Wait("slot: 2 of 2 in use"));
	}

	private static World.Relation table(World world) {
		return Objects.requireNonNull(world.find("logs"));
	}

	private static World.Relation index(World world) {
		return world.index("logs_a_idx", "logs", "(a)");
	}

	private static Arguments row(String name, Consumer<World> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

	private static Arguments failure(String name, Consumer<World> given, String sqlState, String message) {
		return argumentSet(name, given, sqlState, message);
	}

}
