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
 * The table of decisions for REBUILD. The table's oid is 100, the index's 101.
 */
class RebuildDecisionTests {

	private static final String SQL = "REINDEX INDEX CONCURRENTLY \"logs_a_idx\"";

	private static final long BEFORE = 99;

	private static final long SAME = 101;

	private static final Decision REBUILD = new Decision.Run(Step.REBUILD, 100, 0);

	private static final Decision CLEAN_UP = new Decision.Run(Step.DROP_LEFTOVER, 100, 1);

	private final World world = new World().declare(World.rebuild("rebuild_a", "logs_a_idx"));

	static Stream<Arguments> open() {
		return Stream.of(row("nothing is remembered", (world) -> index(world), REBUILD),
				row("invalid, which a rebuild mends", (world) -> index(world).invalid(), REBUILD),
				row("it backs a constraint", (world) -> index(world).unique().constraint("logs_a_key"), REBUILD),
				row("it is a partition's", (world) -> index(world).parent("public.parent_idx"), REBUILD),
				row("somebody works on the table", (world) -> {
					index(world);
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")),
				row("invalid, and somebody builds it", (world) -> {
					index(world).invalid();
					world.workedOnBy("logs", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")),
				row("its row is being replaced", (world) -> index(world).inMotion(),
						new Decision.Wait("a transaction is changing the index")),
				row("a leftover that writes maintain", (world) -> {
					index(world);
					leftover(world, "_ccnew");
				}, CLEAN_UP), row("a leftover that costs nothing", (world) -> {
					index(world);
					leftover(world, "_ccold").unready();
				}, new Decision.Run(Step.DROP_LEFTOVER, 100, 0)), row("completed as another declaration", (world) -> {
					index(world);
					world.record("rebuild_a", OperationState.COMPLETED, "REINDEX INDEX CONCURRENTLY \"b\"", 1, null,
							null, null);
				}, REBUILD), row("another declaration had begun", (world) -> {
					index(world);
					world
						.record("rebuild_a", OperationState.PENDING, "REINDEX INDEX CONCURRENTLY \"b\"", 1, null, null,
								null)
						.began("rebuild_a", BEFORE);
				}, REBUILD), row("the next attempt is not due", (world) -> {
					index(world);
					world.record("rebuild_a", OperationState.PENDING, SQL, 1, World.NOW.plusSeconds(9), null, null);
				}, new Decision.Wait("retry at 2026-01-01T02:00:09Z")), row("a standby", (world) -> {
					index(world);
					world.standby();
				}, new Decision.Wait("the server is read-only (a standby)")));
	}

	static Stream<Arguments> begun() {
		return Stream.of(row("rebuilt by us", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.RUNNING).began("rebuild_a", BEFORE);
		}, new Decision.Complete(false)), row("rebuilt by the session of a dead instance", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.RUNNING, SQL, 1, null, 4711, World.GONE)
				.began("rebuild_a", BEFORE);
		}, new Decision.Complete(true)), row("its session died before it ended", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.RUNNING, SQL, 1, null, 4711, World.GONE).began("rebuild_a", SAME);
		}, REBUILD), row("its session died, and left something", (world) -> {
			index(world);
			leftover(world, "_ccnew");
			world.record("rebuild_a", OperationState.RUNNING, SQL, 1, null, 4711, World.GONE).began("rebuild_a", SAME);
		}, CLEAN_UP), row("rebuilt, but the old one is still there", (world) -> {
			index(world);
			leftover(world, "_ccold");
			world.record("rebuild_a", OperationState.RUNNING, SQL, 1, null, 4711, World.GONE)
				.began("rebuild_a", BEFORE);
		}, CLEAN_UP), row("another one, but invalid", (world) -> {
			index(world).invalid();
			world.record("rebuild_a", OperationState.PENDING).began("rebuild_a", BEFORE);
		}, REBUILD), row("it works", (world) -> {
			index(world);
			leftover(world, "_ccnew");
			world.lockedBy("logs", 4711, true).record("rebuild_a", OperationState.RUNNING).began("rebuild_a", SAME);
		}, new Decision.Watch(4711, false)), row("it goes on without its application", (world) -> {
			index(world);
			world.lockedBy("logs", 4711, true)
				.record("rebuild_a", OperationState.RUNNING, SQL, 1, null, 4711, World.GONE)
				.began("rebuild_a", SAME);
		}, new Decision.Watch(4711, true)), row("done, its session lets go", (world) -> {
			index(world);
			world.lockedBy("logs", 4711, true).record("rebuild_a", OperationState.RUNNING).began("rebuild_a", BEFORE);
		}, new Decision.Watch(4711, false)), row("an unknown session holds our lock", (world) -> {
			index(world);
			world.lockedBy("logs", 5, true);
		}, new Decision.Wait("table lock held by pid 5 (heavy-index:x)")));
	}

	static Stream<Arguments> ended() {
		return Stream.of(row("completed", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.COMPLETED).began("rebuild_a", BEFORE);
		}, new Decision.Keep()), row("completed, whatever was recorded of oids", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.COMPLETED).began("rebuild_a", SAME);
		}, new Decision.Keep()), row("completed, and somebody else's rebuild left something", (world) -> {
			index(world);
			leftover(world, "_ccnew");
			world.record("rebuild_a", OperationState.COMPLETED);
		}, new Decision.Keep()), row("completed, and missing", (world) -> {
			world.record("rebuild_a", OperationState.COMPLETED);
		}, new Decision.Drifted(Drift.MISSING)), row("completed, and invalid", (world) -> {
			index(world).invalid();
			world.record("rebuild_a", OperationState.COMPLETED);
		}, new Decision.Drifted(Drift.INVALID)), row("skipped", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.SKIPPED);
		}, new Decision.Keep()), row("failed", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.FAILED).began("rebuild_a", SAME);
		}, new Decision.Keep()), row("failed, and left something", (world) -> {
			index(world);
			leftover(world, "_ccnew");
			world.record("rebuild_a", OperationState.FAILED).began("rebuild_a", SAME);
		}, CLEAN_UP), row("stopped after the swap", (world) -> {
			index(world);
			world.record("rebuild_a", OperationState.FAILED).began("rebuild_a", BEFORE);
		}, new Decision.Complete(true)), row("cancelled before it began, and somebody's leftover", (world) -> {
			index(world);
			leftover(world, "_ccnew");
			world.record("rebuild_a", OperationState.CANCELLED, SQL, 0, null, null, null);
		}, new Decision.Keep()), row("cancelled, but its session still rebuilds", (world) -> {
			index(world);
			world.lockedBy("logs", 4711, true).record("rebuild_a", OperationState.CANCELLED).began("rebuild_a", SAME);
		}, new Decision.CancelBackend(4711)));
	}

	@ParameterizedTest
	@MethodSource({ "open", "begun", "ended" })
	void decides(Consumer<World> given, Decision expected) {
		this.world.table("logs");
		given.accept(this.world);
		assertThat(this.world.decide("rebuild_a")).isEqualTo(expected);
	}

	static Stream<Arguments> failures() {
		return Stream.of(failure("absent", (world) -> {
		}, "42704", "dependsOn"),
				failure("a table", (world) -> world.table("logs_a_idx"), "42809", "a table, no index"),
				failure("partitioned", (world) -> index(world).kind('I'), "0A000", "each partition"),
				failure("an exclusion constraint's", (world) -> index(world).exclusion("no \"overlap\""), "0A000",
						"\"no \"\"overlap\"\"\""));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void fails(Consumer<World> given, String sqlState, String message) {
		this.world.table("logs");
		given.accept(this.world);
		assertFails(this.world.decide("rebuild_a"), sqlState, message);
	}

	@Test
	void anIndexThatAnotherSchemaOfTheSearchPathHasTooIsRefused() {
		this.world.table("logs");
		index(this.world);
		this.world.table("app.logs");
		this.world.index("app.logs_a_idx", "app.logs", "(a)");
		assertThat(this.world.decide("rebuild_a")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).contains("the first is app.logs_a_idx"));
	}

	@Test
	void anIndexOfASystemCatalogIsRefused() {
		World other = new World().declare(World.rebuild("rebuild", "pg_catalog.pg_class_oid_index"));
		other.table("pg_catalog.pg_class");
		other.index("pg_catalog.pg_class_oid_index", "pg_catalog.pg_class", "(oid)");
		assertFails(other.decide("rebuild"), "0A000", "system catalogs");
	}

	@Test
	void waitsForTheIndexThatItDependsOn() {
		World other = new World().declare(World.create("create_a", "logs_a_idx", "logs", "(a)"),
				World.rebuild("rebuild_a", "logs_a_idx", "create_a"));
		other.table("logs");
		assertThat(other.decide("rebuild_a")).isEqualTo(new Decision.Wait("dependency create_a"));
		index(other);
		assertThat(other.decide("rebuild_a")).isEqualTo(REBUILD);
	}

	@Test
	void isCompleteOnceALaterOperationHasUsedTheIndexUp() {
		World other = new World().declare(World.rebuild("rebuild_a", "logs_a_idx"),
				World.rename("rename_a", "logs_a_idx", "logs_b_idx", "rebuild_a"),
				World.drop("drop_b", "logs_b_idx", "rename_a"));
		other.table("logs");
		index(other);
		assertThat(other.decide("rename_a")).isEqualTo(new Decision.Wait("dependency rebuild_a"));
		other.remove("logs_a_idx");
		other.index("logs_b_idx", "logs", "(a)");
		// our tables were lost as well
		assertThat(other.decide("rebuild_a")).isEqualTo(new Decision.Complete(true));
		other.record("rebuild_a", OperationState.COMPLETED);
		other.remove("logs_b_idx");
		assertThat(other.decide("rebuild_a")).isEqualTo(new Decision.Keep());
	}

	private static void assertFails(Decision decision, String sqlState, String message) {
		assertThat(decision).isInstanceOfSatisfying(Decision.Fail.class, (fail) -> {
			assertThat(fail.sqlState()).isEqualTo(sqlState);
			assertThat(fail.error()).contains(message);
		});
	}

	private static World.Relation index(World world) {
		return world.index("logs_a_idx", "logs", "(a)");
	}

	private static World.Relation leftover(World world, String suffix) {
		return world.index("logs_a_idx" + suffix, "logs", "(a)").invalid();
	}

	private static Arguments row(String name, Consumer<World> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

	private static Arguments failure(String name, Consumer<World> given, String sqlState, String message) {
		return argumentSet(name, given, sqlState, message);
	}

}
