package io.github.heavyindex.decision;

import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What is decided about the index of a partitioned table as a whole.
 */
class PartitionDecisionTests {

	private static final Decision BUILD = new Decision.Run(Step.BUILD, 100, 0);

	private final World world = new World().declare(World.create("create_a", "logs_a_idx", "logs", "(a)"));

	private final World.Relation logs = this.world.table("logs").kind('p');

	private final World.Relation leaf = this.world.table("logs_1");

	static Stream<Arguments> table() {
		return Stream.of(row("nothing there", (test) -> test.partition(), BUILD), row("no partitions", (test) -> {
		}, BUILD), row("its index waits for those of the partitions", (test) -> {
			test.partition();
			test.index().invalid();
		}, BUILD), row("whole", (test) -> {
			test.partition();
			test.index();
		}, new Decision.Complete(true)), row("what a crash left costs every write", (test) -> {
			test.index().invalid();
			test.partition(test.leftover());
		}, new Decision.Run(Step.DROP_LEFTOVER, 100, 1)), row("what a crash left rejects writes", (test) -> {
			test.partition(test.leftover().unique());
		}, new Decision.Run(Step.DROP_LEFTOVER, 100, 2)),
				row("what a crash left costs nothing", (test) -> test.partition(test.leftover().unready()), BUILD),
				row("somebody builds on the partition", (test) -> {
					test.partition(test.leftover());
					test.world.workedOnBy("logs_1", 9);
				}, BUILD), row("somebody replaces the leftover's row", (test) -> {
					test.partition(test.leftover().inMotion());
				}, BUILD), row("somebody else's leftover", (test) -> {
					test.partition(test.world.index("other", "logs_1", "(a)").invalid());
				}, BUILD), row("cancelled, with a leftover", (test) -> {
					test.index().invalid();
					test.partition(test.leftover());
					test.world.record("create_a", OperationState.CANCELLED);
				}, new Decision.Run(Step.DROP_LEFTOVER, 100, 1)), row("failed, and unfinished", (test) -> {
					test.index().invalid();
					test.partition();
					test.world.record("create_a", OperationState.FAILED);
				}, new Decision.Keep()), row("under way", (test) -> {
					test.index().invalid();
					test.partition();
					test.world.record("create_a", OperationState.RUNNING).lockedBy("logs", 4711, true);
				}, new Decision.Watch(4711, false)), row("under way, between two partitions", (test) -> {
					test.index().invalid();
					test.partition();
					test.world.record("create_a", OperationState.RUNNING).lockedBy("logs", 4711, false);
				}, new Decision.Watch(4711, false)), row("completed, and invalid since", (test) -> {
					test.index().invalid();
					test.world.record("create_a", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.INVALID)));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(Consumer<PartitionDecisionTests> given, Decision expected) {
		given.accept(this);
		assertThat(this.world.decide("create_a")).isEqualTo(expected);
	}

	@Test
	void aSessionThatOutlivedItsApplicationAndIsIdleIsWaitedFor() {
		partition();
		this.world
			.record("create_a", OperationState.RUNNING, this.world.operation("create_a").sql(), 1, null, 4711,
					World.GONE)
			.lockedBy("logs", 4711, false);
		assertThat(this.world.decide("create_a")).isInstanceOf(Decision.Wait.class);
	}

	@Test
	void anInvalidOneIsComparedBeforePartitionsAreAttachedToIt() {
		World.Relation index = index().invalid();
		this.world.uncompared(index);
		assertThat(this.world.decide("create_a")).isInstanceOf(Decision.Compare.class);
		partition();
		this.world.compare(index.toCatalog());
		assertThat(this.world.decide("create_a")).isEqualTo(BUILD);
	}

	@Test
	void foreignPartitionsAndOtherDefinitionsAreRefused() {
		this.world.index("logs_a_idx", "logs", "(b)").kind('I').invalid();
		assertFails("another definition");
		this.world.remove("logs_a_idx");
		this.world.partition(this.leaf.kind('f'), this.logs, null);
		assertFails("logs_1", "detach");
	}

	@Test
	void onOnlyIsRefused() {
		World world = new World().declare(
				new CreateIndex(RelationName.literal("logs"), "logs_a_idx", false, true, "(a)", OperationOptions.NONE));
		world.table("logs").kind('p');
		assertThat(world.decide("create_logs_a_idx")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).contains("Leave ONLY out"));
	}

	@Test
	void freeSlotsHelpWhileTheOperationRunsAndNobodyElseWantsThem() {
		partition();
		assertThat(this.world.assistance()).containsEntry("create_a", Assistance.LEAVE);
		this.world.record("create_a", OperationState.RUNNING).lockedBy("logs", 4711, true);
		assertThat(this.world.assistance()).containsEntry("create_a", Assistance.JOIN);
		this.world.declare(World.create("create_b", "t_b_idx", "t", "(b)"));
		this.world.table("t");
		assertThat(this.world.assistance()).as("create_b wants it").containsEntry("create_a", Assistance.LEAVE);
		this.world.slots.add(1);
		this.world.slots.add(2);
		assertThat(this.world.assistance()).as("create_b waits for it").containsEntry("create_a", Assistance.LEAVE);
		this.world.record("create_a", OperationState.CANCELLED);
		assertThat(this.world.assistance()).containsEntry("create_a", Assistance.STOP).doesNotContainKey("create_b");
	}

	@Test
	void nobodyHelpsOnWhereARunningBuildIsStopped() {
		partition();
		this.world.record("create_a", OperationState.RUNNING).lockedBy("logs", 4711, true).held = "guard: batch";
		assertThat(this.world.assistance()).containsEntry("create_a", Assistance.LEAVE);
		this.world.guards = new Guards(null, null, null, null, true, true);
		assertThat(this.world.assistance()).containsEntry("create_a", Assistance.STOP);
		this.world.runNow("create_a");
		assertThat(this.world.assistance()).containsEntry("create_a", Assistance.JOIN);
	}

	private void assertFails(String... message) {
		assertThat(this.world.decide("create_a")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).contains(message));
	}

	private void partition(World.Relation... invalid) {
		this.world.partition(this.leaf, this.logs, null, invalid);
	}

	private World.Relation index() {
		return this.world.index("logs_a_idx", "logs", "(a)").kind('I');
	}

	private World.Relation leftover() {
		return this.world.index("logs_1_logs_a_idx", "logs_1", "(a)").invalid();
	}

	private static Arguments row(String name, Consumer<PartitionDecisionTests> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

}
