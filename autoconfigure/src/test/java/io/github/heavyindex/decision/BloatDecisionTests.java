package io.github.heavyindex.decision;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * The table of decisions for a REBUILD that bloat of more than 40 % orders. The table's
 * oid is 100, the index's 101.
 */
class BloatDecisionTests {

	private static final String SQL = "REINDEX INDEX CONCURRENTLY \"logs_a_idx\"";

	private static final Duration LONG_AGO = Duration.ofDays(8);

	private static final Decision REBUILD = new Decision.Run(Step.REBUILD, 100, 0);

	private static final Decision KEEP = new Decision.Keep();

	private final World world = new World()
		.declare(RebuildIndex.named("logs_a_idx").name("rebuild_a").whenBloat(40).build());

	static Stream<Arguments> first() {
		return Stream.of(row("slender", (world) -> world.bloat.put(101L, Bloat.of(40)), new Decision.Complete(true)),
				row("slender, and somebody works on the table", (world) -> {
					world.bloat.put(101L, Bloat.of(4));
					world.workedOnBy("logs", 9);
				}, new Decision.Complete(true)),
				row("bloated", (world) -> world.bloat.put(101L, Bloat.of(41)), REBUILD),
				row("bloated, closed", (world) -> {
					world.bloat.put(101L, Bloat.of(41));
					world.guards = window(3);
				}, new Decision.Wait("window opens 03:00")), row("slender, closed", (world) -> {
					world.bloat.put(101L, Bloat.of(1));
					world.guards = window(3);
				}, new Decision.Wait("window opens 03:00")),
				row("slender, closed, and somebody works on it", (world) -> {
					world.bloat.put(101L, Bloat.of(1));
					world.workedOnBy("logs", 9).guards = window(3);
				}, new Decision.Wait("window opens 03:00")), row("bloated, open", (world) -> {
					world.bloat.put(101L, Bloat.of(41));
					world.guards = window(1);
				}, REBUILD), row("not estimated yet", (world) -> {
				}, new Decision.Wait("an estimate of the bloat")),
				row("no statistics", (world) -> world.bloat.put(101L, Bloat.unknown("statistics")),
						new Decision.Wait("statistics", Decision.Wait.Until.MEND)),
				row("invalid: bloat does not matter", (world) -> {
					world.bloat.put(101L, Bloat.of(1));
					world.index("logs_a_idx", "logs", "(a)").invalid();
				}, REBUILD), row("an attempt failed", (world) -> {
					world.bloat.put(101L, Bloat.of(1));
					world.record("rebuild_a", OperationState.PENDING, SQL, 1, null, null, null).began("rebuild_a", 101);
				}, REBUILD));
	}

	static Stream<Arguments> again() {
		return Stream.of(row("slender still", (world) -> completed(world, null, null, 39), KEEP),
				row("adopted, and just not bloated", (world) -> completed(world, null, null, 40), KEEP),
				row("adopted, and bloated now", (world) -> completed(world, null, null, 41), REBUILD),
				row("bloated again", (world) -> completed(world, LONG_AGO, 0.0, 41), REBUILD),
				row("bloated again too soon", (world) -> completed(world, Duration.ofDays(6), 0.0, 99), KEEP),
				row("the estimate was as high when it was fresh", (world) -> completed(world, LONG_AGO, 45.0, 50),
						KEEP),
				row("the estimate is far higher than when it was fresh",
						(world) -> completed(world, LONG_AGO, 50.0, 75), REBUILD),
				row("what it was when it was fresh is not known yet", (world) -> completed(world, LONG_AGO, null, 75),
						KEEP),
				row("bloated, closed", (world) -> {
					completed(world, LONG_AGO, 0.0, 80);
					world.guards = window(3);
				}, KEEP), row("bloated, and somebody works on the table", (world) -> {
					completed(world, LONG_AGO, 0.0, 80);
					world.workedOnBy("logs", 9);
				}, KEEP), row("bloated, no slot", (world) -> {
					completed(world, LONG_AGO, 0.0, 80);
					world.slots.add(1);
					world.slots.add(2);
				}, KEEP), row("no estimate any more", (world) -> {
					completed(world, LONG_AGO, 0.0, 80);
					world.bloat.put(101L, Bloat.unknown("statistics"));
				}, KEEP));
	}

	@ParameterizedTest
	@MethodSource({ "first", "again" })
	void decides(Consumer<World> given, Decision expected) {
		this.world.table("logs");
		this.world.index("logs_a_idx", "logs", "(a)");
		given.accept(this.world);
		assertThat(this.world.decide("rebuild_a")).isEqualTo(expected);
	}

	@Test
	void whatCanNeverBeEstimatedFails() {
		this.world.table("logs");
		this.world.index("logs_a_idx", "logs", "(a)");
		this.world.bloat.put(101L, Bloat.impossible("the bloat of a gin index cannot be estimated"));
		assertThat(this.world.decide("rebuild_a")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).contains("gin", "rebuild-when-bloat"));
	}

	@ParameterizedTest
	@CsvSource({ "60,,60", "60,0,60", "60,20,50", "20,20,0", "10,20,0", "60,100,60" })
	void theErrorOfTheEstimateIsTakenOff(double now, @Nullable Double fresh, double expected) {
		assertThat(Bloat.of(now).since(fresh)).isEqualTo(expected);
	}

	private static void completed(World world, @Nullable Duration ago, @Nullable Double fresh, double bloat) {
		world.record("rebuild_a", OperationState.COMPLETED)
			.began("rebuild_a", (ago != null) ? 99L : null, (ago != null) ? World.NOW.minus(ago) : null, fresh);
		world.bloat.put(101L, Bloat.of(bloat));
	}

	/**
	 * It is two o'clock.
	 */
	static Guards window(int start) {
		Window window = new Window(LocalTime.of(start, 0), LocalTime.of(start + 2, 0), EnumSet.allOf(DayOfWeek.class),
				ZoneOffset.UTC, false, null);
		return new Guards(window, null, null, null, false, true);
	}

	private static Arguments row(String name, Consumer<World> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

}
