package io.github.heavyindex.decision;

import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Wait.Until;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What an operation waits for in others.
 */
class DependencyDecisionTests {

	private final World world = new World().declare(World.create("first", "first_idx", "logs", "(a)"),
			World.create("second", "second_idx", "logs", "(b)", "first"));

	static Stream<Arguments> dependencies() {
		return Stream.of(row("not begun", (world) -> {
		}, false), row("built", (world) -> first(world), true), row("built, and recorded", (world) -> {
			first(world);
			world.record("first", OperationState.COMPLETED);
		}, true), row("invalid", (world) -> first(world).invalid(), false), row("drifted: missing", (world) -> {
			world.record("first", OperationState.COMPLETED);
		}, false), row("drifted: invalid", (world) -> {
			first(world).invalid();
			world.record("first", OperationState.COMPLETED);
		}, false), row("drifted: another definition", (world) -> {
			world.index("first_idx", "logs", "(z)");
			world.record("first", OperationState.COMPLETED);
		}, false), row("skipped", (world) -> world.record("first", OperationState.SKIPPED), true),
				row("skipped, but declared anew",
						(world) -> world.record("first", OperationState.SKIPPED, "other", 0, null, null, null), false),
				row("failed", (world) -> world.record("first", OperationState.FAILED), false),
				row("cancelled", (world) -> world.record("first", OperationState.CANCELLED), false),
				row("not compared", (world) -> world.uncompared(first(world)), false),
				row("cannot be compared", (world) -> world.incomparable(first(world)), false),
				row("completed, cannot be compared", (world) -> {
					world.incomparable(first(world));
					world.record("first", OperationState.COMPLETED);
				}, true), row("completed of another declaration, cannot be compared", (world) -> {
					world.incomparable(first(world));
					world.record("first", OperationState.COMPLETED, "other", 1, null, null, null);
				}, false));
	}

	@ParameterizedTest
	@MethodSource("dependencies")
	void startsOnlyAfter(Consumer<World> given, boolean satisfied) {
		this.world.table("logs");
		given.accept(this.world);
		Decision decision = this.world.decide("second");
		if (satisfied) {
			assertThat(decision).isInstanceOf(Decision.Run.class);
		}
		else {
			assertThat(decision).isInstanceOfSatisfying(Decision.Wait.class,
					(wait) -> assertThat(wait.reason()).isEqualTo("dependency first"));
		}
	}

	static Stream<Arguments> ends() {
		return Stream.of(end("not begun", (world) -> {
		}, Until.LATER), end("failed", (world) -> world.record("first", OperationState.FAILED), Until.MEND),
				end("cancelled", (world) -> world.record("first", OperationState.CANCELLED), Until.MEND),
				end("failed as it was declared before",
						(world) -> world.record("first", OperationState.FAILED, "other", 1, null, null, null),
						Until.LATER),
				end("fails now", (world) -> world.index("first_idx", "logs", "(z)"), Until.MEND),
				end("failed, its leftover is being removed", (world) -> {
					first(world).invalid();
					world.record("first", OperationState.FAILED);
				}, Until.MEND), end("drifted", (world) -> world.record("first", OperationState.COMPLETED), Until.MEND),
				end("waits for a table lock", (world) -> world.lockedBy("logs", 9, true), Until.LATER),
				end("cannot be compared", (world) -> world.incomparable(first(world)), Until.MEND));
	}

	@ParameterizedTest
	@MethodSource("ends")
	void saysWhatEndsTheWaitHoweverLongTheChain(Consumer<World> given, Until until) {
		World longer = new World().declare(World.create("first", "first_idx", "logs", "(a)"),
				World.create("second", "second_idx", "logs", "(b)", "first", "backfill"),
				World.create("third", "third_idx", "logs", "(c)", "second"));
		longer.table("logs");
		given.accept(longer);
		assertThat(longer.decide("third")).isEqualTo(new Decision.Wait("dependency second", until));
		longer.unmet.put("backfill", "prerequisite backfill");
		assertThat(longer.decide("second")).isEqualTo(new Decision.Wait("prerequisite backfill", until));
	}

	@Test
	void waitsForItsDependencyBeforeItFails() {
		this.world.table("logs");
		this.world.index("second_idx", "logs", "(z)");
		assertThat(this.world.decide("second")).isEqualTo(new Decision.Wait("dependency first"));
	}

	@Test
	void aDependencyThatFailedIsNotPassedOver() {
		assertThat(this.world.decide("first")).isInstanceOf(Decision.Fail.class);
		assertThat(this.world.decide("second")).isEqualTo(new Decision.Wait("dependency first", Until.MEND));
	}

	@Test
	void aRunningBuildIsWatchedEvenWhenItsDependencyDrifted() {
		this.world.table("logs");
		this.world.record("first", OperationState.COMPLETED);
		this.world.record("second", OperationState.RUNNING).lockedBy("logs", 4711, true);
		assertThat(this.world.decide("second")).isEqualTo(new Decision.Watch(4711, false));
	}

	@Test
	void saysWhichPrerequisiteIsMissing() {
		World other = new World()
			.declare(World.create("third", "third_idx", "logs", "(c)", "backfill", "another_backfill"));
		other.table("logs");
		other.unmet.put("backfill", "prerequisite backfill, which failed: java.io.UncheckedIOException: gone");
		assertThat(other.decide("third"))
			.isEqualTo(new Decision.Wait("prerequisite backfill, which failed: java.io.UncheckedIOException: gone"));
		other.unmet.clear();
		assertThat(other.decide("third")).isInstanceOf(Decision.Run.class);
	}

	@ParameterizedTest
	@EnumSource(Until.class)
	void aDependencyInAnotherDatabaseEndsAsItIsToldToo(Until until) {
		World other = new World().declare(World.create("third", "third_idx", "logs", "(c)", "elsewhere"))
			.declare(World.create("fourth", "fourth_idx", "logs", "(d)", "third"));
		other.table("logs");
		other.elsewhere.put("elsewhere", new Decision.Wait("dependency elsewhere", until));
		assertThat(other.decide("third")).isEqualTo(new Decision.Wait("dependency elsewhere", until));
		assertThat(other.decide("fourth")).isEqualTo(new Decision.Wait("dependency third", until));
		other.elsewhere.clear();
		assertThat(other.decide("third")).isInstanceOf(Decision.Run.class);
	}

	@Test
	void anIndexThatStandsNeedsNoPrerequisite() {
		World other = new World().declare(World.create("third", "third_idx", "logs", "(c)", "backfill"));
		other.table("logs");
		other.index("third_idx", "logs", "(c)");
		other.unmet.put("backfill", "prerequisite backfill");
		assertThat(other.decide("third")).isEqualTo(new Decision.Complete(true));
	}

	private static World.Relation first(World world) {
		return world.index("first_idx", "logs", "(a)");
	}

	private static Arguments end(String name, Consumer<World> given, Until until) {
		return argumentSet(name, given, until);
	}

	private static Arguments row(String name, Consumer<World> given, boolean satisfied) {
		return argumentSet(name, given, satisfied);
	}

}
