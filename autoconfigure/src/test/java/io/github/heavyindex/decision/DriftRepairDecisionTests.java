package io.github.heavyindex.decision;

import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Drifted;
import io.github.heavyindex.decision.Decision.Run;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What is done about drift where it is to be repaired. The table's oid is 100.
 */
class DriftRepairDecisionTests {

	private final World world = new World().declare(World.create("create", "create_idx", "logs", "(a)"),
			World.drop("drop", "drop_idx"), World.rename("rename", "rename_idx", "renamed_idx"),
			World.rebuild("rebuild", "rebuild_idx"));

	@BeforeEach
	void complete() {
		this.world.repairs = true;
		this.world.maxAttempts = 3;
		this.world.table("logs");
		for (String name : new String[] { "create", "drop", "rename", "rebuild" }) {
			this.world.record(name, OperationState.COMPLETED);
		}
	}

	static Stream<Arguments> table() {
		return Stream.of(row("create: missing", "create", (world) -> {
		}, new Drifted(Drift.MISSING, new Run(Step.BUILD, 100, 0), null)),
				row("create: invalid", "create", (world) -> index(world, "create_idx").invalid(),
						new Drifted(Drift.INVALID, new Run(Step.DROP_LEFTOVER, 100, 1), null)),
				row("create: invalid, and somebody works on it", "create", (world) -> {
					index(world, "create_idx").invalid();
					world.workedOnBy("logs", 9);
				}, new Drifted(Drift.INVALID, null, "table in use by pid 9 (psql)")),
				row("create: another definition", "create", (world) -> world.index("create_idx", "logs", "(b)"),
						new Drifted(Drift.DEFINITION_CHANGED, null,
								"not repaired: another definition is replaced only with onMismatch = REPLACE")),
				row("create: missing, no slot", "create", (world) -> {
					world.slots.add(1);
					world.slots.add(2);
				}, new Drifted(Drift.MISSING, null, "slot: 2 of 2 in use")),
				row("create: missing, no window", "create", (world) -> world.guards = closed(),
						new Drifted(Drift.MISSING, null, "window opens 03:00")),
				row("create: invalid and maintained, no window: it is no attempt's leftover", "create", (world) -> {
					index(world, "create_idx").invalid();
					world.began("create", 1L, World.NOW, null).guards = closed();
				}, new Drifted(Drift.INVALID, null, "window opens 03:00")),
				row("create: missing on a standby", "create", World::standby,
						new Drifted(Drift.MISSING, null, "the server is read-only (a standby)")),
				row("create: missing once more", "create", (world) -> attempts(world, "create", 3),
						new Drifted(Drift.MISSING, new Run(Step.BUILD, 100, 0), null)),
				row("create: missing again and again", "create", (world) -> attempts(world, "create", 4),
						new Drifted(Drift.MISSING, null,
								"not repaired any more after 4 attempts (see what keeps changing the index; 'retry'"
										+ " starts counting anew)")),
				row("drop: back again", "drop", (world) -> index(world, "drop_idx"),
						new Drifted(Drift.MISSING, null, byHand())),
				row("rename: back under the old name", "rename", (world) -> index(world, "rename_idx"),
						new Drifted(Drift.MISSING, null, byHand())),
				row("rebuild: missing", "rebuild", (world) -> {
				}, new Drifted(Drift.MISSING, null, "not repaired: a rebuild brings back no index")),
				row("rebuild: invalid", "rebuild", (world) -> index(world, "rebuild_idx").invalid(),
						new Drifted(Drift.INVALID, new Run(Step.REBUILD, 100, 0), null)));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(String operation, Consumer<World> given, Decision expected) {
		given.accept(this.world);
		assertThat(this.world.decide(operation)).isEqualTo(expected);
	}

	@Test
	void aTableThatIsGoneIsNamed() {
		this.world.remove("logs");
		assertThat(this.world.decide("create")).isInstanceOfSatisfying(Drifted.class,
				(drifted) -> assertThat(drifted.reason()).startsWith("not repaired: The table logs does not exist"));
	}

	@Test
	void dependentsWaitForTheRepair() {
		this.world.declare(World.create("later", "later_idx", "logs", "(b)", "create"));
		assertThat(this.world.decide("later")).isEqualTo(new Decision.Wait("dependency create"));
	}

	@Test
	void onlyThoseOfWhatIsNotRepairedWaitForAPerson() {
		this.world.declare(World.create("later", "later_idx", "logs", "(b)", "create"));
		attempts(this.world, "create", 4);
		assertThat(this.world.decide("later"))
			.isEqualTo(new Decision.Wait("dependency create", Decision.Wait.Until.MEND));
	}

	@Test
	void onlyWhereItIsSaid() {
		this.world.repairs = false;
		assertThat(this.world.decide("create")).isEqualTo(new Drifted(Drift.MISSING));
	}

	private static String byHand() {
		return "not repaired by itself; 'retry' carries the operation out again";
	}

	private static void attempts(World world, String name, int attempts) {
		world.record(name, OperationState.COMPLETED, world.operation(name).sql(), attempts, null, null, null);
	}

	private static Guards closed() {
		return BloatDecisionTests.window(3);
	}

	private static World.Relation index(World world, String name) {
		return world.index(name, "logs", "(a)");
	}

	private static Arguments row(String name, String operation, Consumer<World> given, Decision expected) {
		return argumentSet(name, operation, given, expected);
	}

}
