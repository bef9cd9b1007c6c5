package io.github.heavyindex.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What holds a step back. It is two o'clock, and the table's oid is 100.
 */
class StartDecisionTests {

	private static final Decision BUILD = new Decision.Run(Step.BUILD, 100, 0);

	private static final Decision CLEAN_UP = new Decision.Run(Step.DROP_LEFTOVER, 100, 1);

	private static final Decision CLOSED = new Decision.Wait("window opens 03:00");

	private final World world = new World().declare(World.create("create_a", "logs_a_idx", "logs", "(a)"));

	@BeforeEach
	void settings() {
		this.world.table("logs");
		this.world.maxAttempts = 3;
		this.world.retryDelay = Duration.ofMinutes(10);
	}

	/**
	 * Attempts whose sessions ended and left no word.
	 */
	static Stream<Arguments> lost() {
		return Stream.of(row("the first", (world) -> lost(world, 1, ago(0)), BUILD),
				row("the second, a short time ago", (world) -> lost(world, 2, ago(9)),
						new Decision.Wait("retry at 2026-01-01T02:01:00Z")),
				row("the second, long enough ago", (world) -> lost(world, 2, ago(10)), BUILD),
				row("the second, nobody knows when", (world) -> lost(world, 2, null), BUILD),
				row("the last", (world) -> lost(world, 3, ago(60)), new Decision.Fail("57P01",
						"The server session was lost in each of 3 attempts. See the server's log for what ended it"
								+ " (a crash, an administrator, the network), then retry.")),
				row("the last, of another declaration", (world) -> {
					world.record("create_a", OperationState.RUNNING, "other", 3, null, 4711, World.GONE)
						.began("create_a", null, ago(60), null);
				}, BUILD));
	}

	static Stream<Arguments> held() {
		return Stream.of(row("closed", (world) -> world.guards = BloatDecisionTests.window(3), CLOSED),
				row("closed, but a person has ordered it now", (world) -> {
					world.runNow("create_a").guards = BloatDecisionTests.window(3);
				}, BUILD),
				row("a guard of the application holds", (world) -> world.held = "guard: batch",
						new Decision.Wait("guard: batch")),
				row("a vacuum holds the table, whatever a person has ordered",
						(world) -> world.runNow("create_a").vacuumedBy("logs", 9), vacuum()),
				row("closed, and an attempt of ours left what every write pays for", (world) -> {
					leftover(world);
					world.began("create_a", null, ago(60), null).guards = BloatDecisionTests.window(3);
				}, CLEAN_UP), row("paused, and an attempt of ours left what every write pays for", (world) -> {
					leftover(world);
					world.began("create_a", null, ago(60), null)
						.orders(new StandingOrders("paused", Map.of(), Map.of()));
				}, CLEAN_UP), row("a vacuum, and an attempt of ours left what every write pays for", (world) -> {
					leftover(world);
					world.began("create_a", null, ago(60), null).vacuumedBy("logs", 9);
				}, vacuum()), row("closed, and somebody left what every write pays for", (world) -> {
					leftover(world);
					world.guards = BloatDecisionTests.window(3);
				}, CLOSED), row("closed, and an attempt of ours left what costs nothing", (world) -> {
					leftover(world).unready();
					world.began("create_a", null, ago(60), null).guards = BloatDecisionTests.window(3);
				}, CLOSED));
	}

	@ParameterizedTest
	@MethodSource({ "lost", "held" })
	void decides(Consumer<World> given, Decision expected) {
		given.accept(this.world);
		assertThat(this.world.decide("create_a")).isEqualTo(expected);
	}

	@Test
	void theSessionOfAnAttemptGoesOnWhateverHoldsOthersBack() {
		this.world.record("create_a", OperationState.RUNNING).began("create_a", null, ago(60), null);
		this.world.guards = BloatDecisionTests.window(3);
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(BUILD);
		assertThat(this.world.decide("create_a", 9)).isEqualTo(CLOSED);
		this.world.record("create_a", OperationState.PENDING);
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(CLOSED);
	}

	@Test
	void oneThatBuildsPartitionAfterPartitionAsksBeforeEach() {
		lost(this.world, 3, ago(60));
		World.Relation logs = this.world.table("logs");
		World.Relation leaf = this.world.table("logs_1");
		this.world.partition(leaf, logs, null);
		Decision build = new Decision.Run(Step.BUILD, logs.oid, 0);
		assertThat(this.world.decide("create_a", 4711)).as("its session is not lost").isEqualTo(build);
		this.world.guards = BloatDecisionTests.window(3);
		assertThat(this.world.decide("create_a", 4711)).isEqualTo(CLOSED);
	}

	private static World lost(World world, int attempts, @Nullable Instant startedAt) {
		return world
			.record("create_a", OperationState.RUNNING, world.operation("create_a").sql(), attempts, null, 4711,
					World.GONE)
			.began("create_a", null, startedAt, null);
	}

	private static World.Relation leftover(World world) {
		return world.index("logs_a_idx", "logs", "(a)").invalid();
	}

	private static Decision vacuum() {
		return new Decision.Wait("guard: pid 9 vacuums the table to prevent wraparound, and does not give way");
	}

	private static Instant ago(int minutes) {
		return World.NOW.minus(Duration.ofMinutes(minutes));
	}

	private static Arguments row(String name, Consumer<World> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

}
