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
 * The table of decisions for DROP.
 */
class DropDecisionTests {

	private final World world = new World().declare(World.drop("drop_a", "logs_a_idx"));

	static Stream<Arguments> table() {
		return Stream.of(row("absent", (world) -> {
		}, new Decision.Complete(true)), row("present", (world) -> index(world), new Decision.Run(Step.DROP, 100, 0)),
				row("present, and partitioned", (world) -> index(world).kind('I'), new Decision.Run(Step.DROP, 100, 0)),
				row("half-dropped", (world) -> index(world).unready(), new Decision.Run(Step.DROP, 100, 0)),
				row("under construction", (world) -> {
					index(world).invalid();
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")),
				row("its row is being replaced", (world) -> index(world).invalid().inMotion(),
						new Decision.Wait("a transaction is changing the index")),
				row("somebody works on the table", (world) -> {
					index(world);
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")), row("being dropped by us", (world) -> {
					index(world).invalid();
					world.lockedBy("logs", 4711, true).record("drop_a", OperationState.RUNNING);
				}, new Decision.Watch(4711, false)), row("cancelled, but its session still drops", (world) -> {
					index(world).invalid();
					world.lockedBy("logs", 4711, true).record("drop_a", OperationState.CANCELLED);
				}, new Decision.Keep()), row("cancelled", (world) -> {
					index(world);
					world.record("drop_a", OperationState.CANCELLED);
				}, new Decision.Keep()), row("cancelled, but gone", (world) -> {
					world.record("drop_a", OperationState.CANCELLED);
				}, new Decision.Complete(true)), row("failed", (world) -> {
					index(world);
					world.record("drop_a", OperationState.FAILED);
				}, new Decision.Keep()), row("failed, and half-dropped: that is no build's leftover", (world) -> {
					index(world).invalid();
					world.record("drop_a", OperationState.FAILED);
				}, new Decision.Keep()), row("dropped by the session of a dead instance", (world) -> {
					world.record("drop_a", OperationState.RUNNING, "DROP INDEX CONCURRENTLY \"logs_a_idx\"", 1, null,
							4711, World.GONE);
				}, new Decision.Complete(true)), row("dropped by us", (world) -> {
					world.record("drop_a", OperationState.RUNNING);
				}, new Decision.Complete(false)), row("completed", (world) -> {
					world.record("drop_a", OperationState.COMPLETED);
				}, new Decision.Keep()), row("completed, and there again", (world) -> {
					index(world);
					world.record("drop_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.MISSING)), row("completed, and somebody builds it again", (world) -> {
					index(world).invalid();
					world.workedOnBy("logs", 9);
					world.record("drop_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.MISSING)), row("completed under that name for another index", (world) -> {
					index(world);
					world.record("drop_a", OperationState.COMPLETED, "DROP INDEX CONCURRENTLY \"b\"", 1, null, null,
							null);
				}, new Decision.Run(Step.DROP, 100, 0)), row("skipped", (world) -> {
					index(world);
					world.record("drop_a", OperationState.SKIPPED);
				}, new Decision.Keep()), row("a standby", (world) -> {
					index(world);
					world.standby();
				}, new Decision.Wait("the server is read-only (a standby)")), row("no slot", (world) -> {
					index(world);
					world.slots.add(1);
					world.slots.add(2);
				}, new Decision.Wait("slot: 2 of 2 in use")), row("the next attempt is not due", (world) -> {
					index(world);
					world.record("drop_a", OperationState.PENDING, "DROP INDEX CONCURRENTLY \"logs_a_idx\"", 1,
							World.NOW.plusSeconds(9), null, null);
				}, new Decision.Wait("retry at 2026-01-01T02:00:09Z")));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(Consumer<World> given, Decision expected) {
		this.world.table("logs");
		given.accept(this.world);
		assertThat(this.world.decide("drop_a")).isEqualTo(expected);
	}

	static Stream<Arguments> failures() {
		return Stream.of(
				failure("backs a constraint", (world) -> index(world).unique().constraint("logs \"a\" key"), "2BP01",
						"DROP CONSTRAINT \"logs \"\"a\"\" key\""),
				failure("is the replica identity", (world) -> index(world).replicaIdentity(), "55000",
						"REPLICA IDENTITY DEFAULT"),
				failure("is a partition's", (world) -> index(world).parent("public.parent_idx"), "2BP01",
						"public.parent_idx"),
				failure("is a table", (world) -> world.table("logs_a_idx"), "42809", "a table, no index"),
				failure("is a sequence", (world) -> world.relation("logs_a_idx", 'S'), "42809",
						"a sequence, no index"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void fails(Consumer<World> given, String sqlState, String message) {
		this.world.table("logs");
		given.accept(this.world);
		assertThat(this.world.decide("drop_a")).isInstanceOfSatisfying(Decision.Fail.class, (fail) -> {
			assertThat(fail.sqlState()).isEqualTo(sqlState);
			assertThat(fail.error()).contains(message);
		});
	}

	@Test
	void anIndexThatAnotherSchemaOfTheSearchPathHasTooIsRefused() {
		this.world.table("logs");
		index(this.world);
		this.world.table("app.logs");
		this.world.index("app.logs_a_idx", "app.logs", "(a)");
		assertThat(this.world.decide("drop_a")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).startsWith("More than one schema of the search path has an index"
						+ " \"logs_a_idx\", the first is app.logs_a_idx."));
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
