package io.github.heavyindex.decision;

import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * The table of decisions for RENAME, of an index that no operation of ours created.
 */
class RenameDecisionTests {

	private final World world = new World().declare(World.rename("rename_a", "old_idx", "new_idx"));

	static Stream<Arguments> table() {
		return Stream.of(row("old only", (world) -> old(world), new Decision.Run(Step.RENAME, 100, 0)),
				row("old only, partitioned", (world) -> old(world).kind('I'), new Decision.Run(Step.RENAME, 100, 0)),
				row("new only", (world) -> renamed(world), new Decision.Complete(true)),
				row("new only, and somebody changes it", (world) -> {
					renamed(world).invalid();
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")),
				row("old only, and somebody works on the table", (world) -> {
					old(world);
					world.workedOnBy("logs", 9);
				}, new Decision.Run(Step.RENAME, 100, 0)), row("being renamed by us", (world) -> {
					old(world);
					world.lockedBy("logs", 4711, true).record("rename_a", OperationState.RUNNING);
				}, new Decision.Watch(4711, false)), row("old only, the table's lock is held", (world) -> {
					old(world);
					world.lockedBy("logs", 9, true);
				}, new Decision.Wait("table lock held by pid 9 (heavy-index:x)")),
				row("old only, being built", (world) -> {
					old(world).invalid();
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")), row("old only, being changed",
						(world) -> old(world).inMotion(), new Decision.Wait("a transaction is changing the index")),
				row("renamed by us", (world) -> {
					renamed(world);
					world.record("rename_a", OperationState.RUNNING);
				}, new Decision.Complete(false)), row("renamed by us, whose session still works", (world) -> {
					renamed(world);
					world.lockedBy("logs", 4711, true).record("rename_a", OperationState.RUNNING);
				}, new Decision.Watch(4711, false)), row("completed", (world) -> {
					renamed(world);
					world.record("rename_a", OperationState.COMPLETED);
				}, new Decision.Keep()), row("completed, and gone", (world) -> {
					world.record("rename_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.MISSING)), row("completed, and invalid", (world) -> {
					renamed(world).invalid();
					world.record("rename_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.INVALID)), row("failed", (world) -> {
					old(world);
					world.record("rename_a", OperationState.FAILED);
				}, new Decision.Keep()), row("cancelled, an old leftover", (world) -> {
					old(world).invalid();
					world.record("rename_a", OperationState.CANCELLED);
				}, new Decision.Keep()), row("a standby", (world) -> {
					old(world);
					world.standby();
				}, new Decision.Wait("the server is read-only (a standby)")));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(Consumer<World> given, Decision expected) {
		this.world.table("logs");
		given.accept(this.world);
		assertThat(this.world.decide("rename_a")).isEqualTo(expected);
	}

	static Stream<Arguments> failures() {
		return Stream.of(failure("both", (world) -> {
			old(world);
			renamed(world);
		}, "42P07", "Both public.old_idx and public.new_idx exist"), failure("neither", (world) -> {
		}, "42704", "Neither old_idx nor new_idx exists"),
				failure("a table under the old name", (world) -> world.table("old_idx"), "42809", "a table, no index"),
				failure("a table under the new name", (world) -> world.table("new_idx"), "42P07", "taken by a table"),
				failure("a table under the new name, and the old one", (world) -> {
					old(world);
					world.table("new_idx");
				}, "42P07", "exist"),
				failure("new only, invalid", (world) -> renamed(world).invalid(), "42704", "is invalid"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void fails(Consumer<World> given, String sqlState, String message) {
		this.world.table("logs");
		given.accept(this.world);
		assertThat(this.world.decide("rename_a")).isInstanceOfSatisfying(Decision.Fail.class, (fail) -> {
			assertThat(fail.sqlState()).isEqualTo(sqlState);
			assertThat(fail.error()).contains(message);
		});
	}

	@Test
	void anIndexThatAnotherSchemaOfTheSearchPathHasTooIsRefused() {
		this.world.table("logs");
		old(this.world);
		this.world.table("app.logs");
		this.world.index("app.old_idx", "app.logs", "(a)");
		assertThat(this.world.decide("rename_a")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).contains("the first is app.old_idx"));
	}

	@Test
	void anotherDefinitionUnderTheNewNameIsNotTheOneToRename() {
		World chain = new World().declare(World.create("create_a", "old_idx", "logs", "(a)"),
				World.rename("rename_a", "old_idx", "new_idx", "create_a"));
		chain.table("logs");
		chain.record("create_a", OperationState.SKIPPED);
		chain.index("new_idx", "logs", "(z)");
		assertThat(chain.decide("rename_a")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).contains("has another definition than the one declared"));
	}

	@Test
	void anIndexIsLookedForUnderTheNewNameInTheSchemaOfTheOldOne() {
		this.world.table("app.logs");
		this.world.table("logs");
		this.world.index("app.old_idx", "app.logs", "(a)");
		renamed(this.world);
		assertThat(this.world.decide("rename_a")).isInstanceOf(Decision.Run.class);
	}

	private static World.Relation old(World world) {
		return world.index("old_idx", "logs", "(a)");
	}

	private static World.Relation renamed(World world) {
		return world.index("new_idx", "logs", "(a)");
	}

	private static Arguments row(String name, Consumer<World> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

	private static Arguments failure(String name, Consumer<World> given, String sqlState, String message) {
		return argumentSet(name, given, sqlState, message);
	}

}
