package io.github.heavyindex.decision;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OperationState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What stops an operation that runs. It is two o'clock, and it has been running for an
 * hour.
 */
class RunningBuildDecisionTests {

	private static final Decision WATCH = new Decision.Watch(4711, false);

	private final World world = new World().declare(World.create("create_a", "logs_a_idx", "logs", "(a)"));

	@BeforeEach
	void run() {
		this.world.table("logs");
		start("create_a");
	}

	private void start(String name) {
		this.world.record(name, OperationState.RUNNING)
			.began(name, null, World.NOW.minus(Duration.ofHours(1)), null)
			.lockedBy("logs", 4711, true);
	}

	static Stream<Arguments> table() {
		return Stream.of(row("nothing", (world) -> {
		}, WATCH), row("it has taken as long as it may", (world) -> world.maxDuration = Duration.ofMinutes(60), WATCH),
				row("it takes too long", (world) -> world.maxDuration = Duration.ofMinutes(59),
						new Decision.Stop(4711,
								"max-duration: the attempt took longer than PT59M. Raise max-duration or"
										+ " choose a calmer time, then retry.",
								true)),
				row("it takes too long, whatever a person has ordered", (world) -> {
					world.runNow("create_a").maxDuration = Duration.ofMinutes(1);
				}, new Decision.Stop(4711,
						"max-duration: the attempt took longer than PT1M. Raise max-duration or"
								+ " choose a calmer time, then retry.",
						true)),
				row("nobody knows how long it has taken", (world) -> {
					world.began("create_a", null, null, null).maxDuration = Duration.ofMinutes(1);
				}, WATCH), row("it takes too long, but the index stands: its session records that", (world) -> {
					world.index("logs_a_idx", "logs", "(a)");
					world.maxDuration = Duration.ofMinutes(1);
				}, WATCH), row("traffic queues, and may", (world) -> world.heldUp.put(4711, Duration.ofDays(1)), WATCH),
				row("traffic queues", (world) -> {
					world.heldUp.put(4711, Duration.ofMillis(500));
					world.yieldAfter = Duration.ofMillis(500);
				}, WATCH), row("traffic queues too long", (world) -> {
					world.heldUp.put(4711, Duration.ofMillis(501));
					world.yieldAfter = Duration.ofMillis(500);
				}, new Decision.Stop(4711,
						"gave way: reads or writes queued for 501 ms behind a statement that waits for the build",
						false)),
				row("traffic queues behind another session", (world) -> {
					world.heldUp.put(9, Duration.ofDays(1));
					world.yieldAfter = Duration.ofMillis(500);
				}, WATCH),
				row("a guard of the application holds, but stops nothing", (world) -> world.held = "batch", WATCH),
				row("a guard of the application holds, and stops", (world) -> {
					world.held = "guard: batch";
					world.guards = new Guards(null, null, null, null, true, true);
				}, new Decision.Stop(4711, "stopped, guard: batch", false)),
				row("guards stop, but none holds", (world) -> {
					world.guards = new Guards(null, null, null, null, true, true);
				}, WATCH),
				row("the window is closed, and stops nothing", (world) -> world.guards = closed(false), WATCH),
				row("the window is closed, and stops", (world) -> world.guards = closed(true),
						new Decision.Stop(4711, "stopped, window opens 03:00", false)),
				row("the window is closed, but a person has ordered it now", (world) -> {
					world.runNow("create_a").guards = closed(true);
				}, WATCH), row("it is not known yet whether the index that stands is the declared one", (world) -> {
					world.uncompared(world.index("logs_a_idx", "logs", "(a)"));
				}, WATCH), row("it cannot be known whether the index that stands is the declared one", (world) -> {
					world.incomparable(world.index("logs_a_idx", "logs", "(a)"));
				}, WATCH));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(Consumer<World> given, Decision expected) {
		given.accept(this.world);
		assertThat(this.world.decide("create_a")).isEqualTo(expected);
	}

	@Test
	void anOperationMayHaveALimitOfItsOwn() {
		this.world.maxDuration = Duration.ofMinutes(1);
		this.world.declare(CreateIndex.named("logs_b_idx")
			.on("logs")
			.columns("b")
			.name("create_b")
			.maxDuration(Duration.ofMinutes(60))
			.build());
		this.world.recorded.clear();
		start("create_b");
		assertThat(this.world.decide("create_b")).isEqualTo(WATCH);
	}

	@Test
	void aRebuildIsStoppedToo() {
		this.world.declare(World.rebuild("rebuild", "logs_c_idx"));
		this.world.index("logs_c_idx", "logs", "(c)");
		this.world.recorded.clear();
		start("rebuild");
		this.world.guards = closed(true);
		assertThat(this.world.decide("rebuild"))
			.isEqualTo(new Decision.Stop(4711, "stopped, window opens 03:00", false));
	}

	@Test
	void aDropAndARenameAreOnlyEverFinished() {
		this.world.declare(World.drop("drop", "logs_d_idx"), World.rename("rename", "logs_e_idx", "logs_f_idx"));
		this.world.index("logs_d_idx", "logs", "(d)").invalid();
		this.world.index("logs_e_idx", "logs", "(e)");
		this.world.maxDuration = Duration.ofMinutes(1);
		this.world.guards = closed(true);
		for (String name : new String[] { "drop", "rename" }) {
			this.world.recorded.clear();
			start(name);
			assertThat(this.world.decide(name)).isEqualTo(WATCH);
		}
	}

	private static Guards closed(boolean stops) {
		Window window = new Window(LocalTime.of(3, 0), LocalTime.of(5, 0), EnumSet.allOf(DayOfWeek.class),
				ZoneOffset.UTC, stops, null);
		return new Guards(window, null, null, null, false, true);
	}

	private static Arguments row(String name, Consumer<World> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

}
