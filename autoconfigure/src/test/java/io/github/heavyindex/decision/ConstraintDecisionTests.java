package io.github.heavyindex.decision;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.AddConstraint.Timing;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.ConstraintFacts.Existing;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * The table of decisions for a constraint, of an index that no operation of ours created.
 */
class ConstraintDecisionTests {

	private final World world = new World().declare(World.constraint("add", "t_key", "t", Kind.UNIQUE, "t_idx"),
			World.constraint("pk", "t_pk", "t", Kind.PRIMARY_KEY, "t_idx"));

	static Stream<Arguments> table() {
		return Stream.of(row("the index alone", (world) -> index(world), new Decision.Run(Step.ADD_CONSTRAINT, 100, 0)),
				row("the constraint alone", (world) -> constraint(world), new Decision.Complete(true)),
				row("both, on the same columns", (world) -> {
					index(world);
					constraint(world);
				}, new Decision.Complete(true)), row("the table's lock is held", (world) -> {
					index(world);
					world.lockedBy("t", 9, true);
				}, new Decision.Wait("table lock held by pid 9 (heavy-index:x)")),
				row("somebody works on the table", (world) -> {
					index(world);
					world.workedOnBy("t", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")),
				row("somebody works on the table, no index yet", (world) -> world.workedOnBy("t", 9),
						new Decision.Wait("table in use by pid 9 (psql)")),
				row("somebody builds the index", (world) -> {
					index(world).unready();
					world.workedOnBy("t", 9);
				}, new Decision.Wait("table in use by pid 9 (psql)")), row("the index is being changed",
						(world) -> index(world).inMotion(), new Decision.Wait("a transaction is changing the index")),
				row("a standby", (world) -> {
					index(world);
					world.standby();
				}, new Decision.Wait("the server is read-only (a standby)")), row("added by us", (world) -> {
					constraint(world);
					world.record("add", OperationState.RUNNING);
				}, new Decision.Complete(false)), row("added by us, whose session still works", (world) -> {
					constraint(world);
					world.lockedBy("t", 4711, true).record("add", OperationState.RUNNING);
				}, new Decision.Watch(4711, false)), row("being added by us", (world) -> {
					index(world);
					world.lockedBy("t", 4711, true).record("add", OperationState.RUNNING);
				}, new Decision.Watch(4711, false)),
				row("being added by us, and the name is another table's now", (world) -> {
					world.table("u");
					world.index("t_idx", "u", "(a)");
					world.lockedBy("t", 4711, true).record("add", OperationState.RUNNING);
				}, new Decision.Watch(4711, false)), row("completed", (world) -> {
					constraint(world);
					world.record("add", OperationState.COMPLETED);
				}, new Decision.Keep()), row("completed, and another index took the old name", (world) -> {
					index(world);
					long oid = constraint(world).oid;
					world.facts("add", facts(new Existing('u', oid, false, false), false))
						.record("add", OperationState.COMPLETED);
				}, new Decision.Keep()), row("completed, and gone", (world) -> {
					index(world);
					world.record("add", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.MISSING)), row("completed, and invalid", (world) -> {
					constraint(world).invalid();
					world.record("add", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.INVALID)), row("completed, and of another kind", (world) -> {
					constraint(world).primaryKey = true;
					world.record("add", OperationState.COMPLETED);
				}, new Decision.Drifted(Drift.DEFINITION_CHANGED)), row("failed", (world) -> {
					index(world);
					world.record("add", OperationState.FAILED);
				}, new Decision.Keep()));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(Consumer<World> given, Decision expected) {
		this.world.table("t");
		given.accept(this.world);
		assertThat(this.world.decide("add")).isEqualTo(expected);
	}

	static Stream<Arguments> failures() {
		return Stream.of(failure("no index", (world) -> {
		}, "42704", "There is no index t_idx", "CREATE UNIQUE INDEX"), failure("a table under the index's name",
				(world) -> world.table("t_idx"), "42809", "a table, no index"),
				failure("another table's index", (world) -> {
					world.table("u");
					world.index("t_idx", "u", "(a)");
				}, "55000", "does not belong to public.t but to public.u"),
				failure("invalid, and nobody works on it", (world) -> index(world).invalid(), "55000", "is invalid"),
				failure("backs another constraint", (world) -> index(world).constraint("t_idx"), "55000",
						"RENAME CONSTRAINT \"t_idx\" TO \"t_key\""),
				failure("a table under the constraint's name", (world) -> {
					index(world);
					world.table("t_key");
				}, "42P07", "taken by a table", "Choose another name"),
				failure("an index under the constraint's name", (world) -> {
					index(world);
					world.index("t_key", "t", "(a)");
				}, "42P07", "taken by an index"), failure("a check constraint of that name", (world) -> {
					index(world);
					world.facts("add", facts(new Existing('c', 0, false, false), true));
				}, "42710", "of another kind (CHECK)", "DROP CONSTRAINT \"t_key\""),
				failure("a deferrable constraint of that name", (world) -> {
					long oid = constraint(world).oid;
					world.facts("add", facts(new Existing('u', oid, true, true), true));
				}, "42710", "UNIQUE DEFERRABLE INITIALLY DEFERRED"), failure("on other columns", (world) -> {
					index(world);
					long oid = constraint(world).oid;
					world.facts("add", facts(new Existing('u', oid, false, false), false));
				}, "42710", "another definition than the index t_idx"), failure("the constraint's index is invalid",
						(world) -> constraint(world).invalid(), "55000", "REINDEX INDEX CONCURRENTLY public.t_key"),
				failure("a partial index", (world) -> {
					index(world);
					world.facts("add",
							new ConstraintFacts(null, true, null, "is partial", false, List.of(), List.of()));
				}, "42809", "public.t_idx is partial", "makes no constraint of such an index"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void fails(Consumer<World> given, String sqlState, String[] texts) {
		this.world.table("t");
		given.accept(this.world);
		assertFails("add", sqlState, texts);
	}

	static Stream<Arguments> tables() {
		return Stream.of(argumentSet("partitioned", 'p', "0A000", "is not supported on partitioned tables"),
				argumentSet("a view", 'v', "42809", "is a view, no table"),
				argumentSet("a materialized view", 'm', "42809", "is a materialized view, no table"));
	}

	@ParameterizedTest
	@MethodSource("tables")
	void failsOnWhatIsNoPlainTable(char kind, String sqlState, String text) {
		this.world.relation("t", kind);
		index(this.world);
		assertFails("add", sqlState, text);
	}

	@Test
	void failsWithoutTheTable() {
		assertFails("add", "42P01", "The table t does not exist");
	}

	static Stream<Arguments> primaryKeys() {
		return Stream.of(
				argumentSet("another one", new ConstraintFacts(null, true, "t_pkey", null, false, List.of(), List.of()),
						"42P16", "has a primary key \"t_pkey\" already"),
				argumentSet("equal nulls", new ConstraintFacts(null, true, null, null, true, List.of(), List.of()),
						"42P16", "NULLS NOT DISTINCT"),
				argumentSet("nulls", new ConstraintFacts(null, true, null, null, false, List.of("a", "b"), List.of()),
						null,
						"The columns [a, b] of t may hold nulls, and to add a primary key PostgreSQL would look at every"
								+ " row while nobody can use the table. Forbid nulls online first, for each of them:"
								+ " ALTER TABLE t ADD CONSTRAINT \"a_not_null\" CHECK (\"a\" IS NOT NULL) NOT VALID;"
								+ " ALTER TABLE t VALIDATE CONSTRAINT \"a_not_null\";"
								+ " ALTER TABLE t ALTER COLUMN \"a\" SET NOT NULL"),
				argumentSet("perhaps nulls",
						new ConstraintFacts(null, true, null, null, false, List.of(), List.of("t_a_not_null")), "55000",
						"VALIDATE CONSTRAINT"));
	}

	@ParameterizedTest
	@MethodSource("primaryKeys")
	void failsAsAPrimaryKey(ConstraintFacts facts, @Nullable String sqlState, String text) {
		this.world.table("t");
		index(this.world);
		this.world.facts("pk", facts).facts("add", facts);
		assertFails("pk", sqlState, text);
		assertThat(this.world.decide("add")).isInstanceOf(Decision.Run.class);
	}

	@Test
	void aDependencyComesBeforeWhateverStandsInItsWay() {
		World world = new World().declare(World.create("create", "t_idx", "t", "(a)"),
				World.constraint("add", "t_key", "t", Kind.UNIQUE, "t_idx", "create"));
		world.table("t");
		assertThat(world.decide("add")).isEqualTo(new Decision.Wait("dependency create"));
		world.index("t_idx", "t", "(a)").unready();
		assertThat(world.decide("add")).isEqualTo(new Decision.Wait("dependency create"));
	}

	@Test
	void whatIsDeclaredAboutTheIndexHoldsForTheConstraint() {
		World world = new World().declare(World.create("create", "t_idx", "t", "(a)"),
				World.constraint("add", "t_key", "t", Kind.UNIQUE, "t_idx", "create"));
		world.table("t");
		world.index("t_key", "t", "(b)").constraint("t_key");
		world.record("create", OperationState.SKIPPED);
		assertThat(world.decide("add")).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).contains("Declared: (a) - existing: (b)"));
		world.record("add", OperationState.COMPLETED);
		assertThat(world.decide("add")).isEqualTo(new Decision.Drifted(Drift.DEFINITION_CHANGED));
	}

	@Test
	void theIndexOfADeferrableConstraintIsTheOneThatTheChainBrings() {
		World world = new World().declare(World.create("create", "t_idx", "t", "(a)"),
				new AddConstraint(RelationName.literal("t"), "t_key", Kind.UNIQUE, "t_idx", Timing.INITIALLY_DEFERRED,
						new OperationOptions("add", Set.of("create"), false, null, null, false, null, null, null)),
				World.rename("rename", "t_key", "t_new_key", "add"));
		world.table("t");
		World.Relation index = world.index("t_key", "t", "(a) DEFERRABLE").unique().constraint("t_key");
		world.facts("add", facts(new Existing('u', index.oid, true, true), true));
		assertThat(world.decide("create")).isEqualTo(new Decision.Complete(true));
		assertThat(world.decide("add")).isEqualTo(new Decision.Complete(true));
		assertThat(world.decide("rename")).isInstanceOf(Decision.Run.class);
		world.rename(index, "t_new_key");
		assertThat(world.decide("rename")).as("an earlier step of the chain made it deferrable")
			.isEqualTo(new Decision.Complete(true));
		index.definition = "(b) DEFERRABLE";
		assertThat(world.decide("rename")).isNotInstanceOf(Decision.Complete.class);
	}

	@Test
	void theIndexOfAnotherConstraintIsNotDeferrable() {
		World world = new World().declare(World.create("create", "t_idx", "t", "(a)"),
				World.constraint("add", "t_key", "t", Kind.UNIQUE, "t_idx", "create"));
		world.table("t");
		world.record("create", OperationState.SKIPPED);
		world.index("t_key", "t", "(a) DEFERRABLE").unique().constraint("t_key");
		assertThat(world.decide("add")).isInstanceOf(Decision.Fail.class);
	}

	@Test
	void aDroppedConstraintIsItsOwnDriftAndNotThatOfItsIndex() {
		World world = new World().declare(World.create("create", "t_idx", "t", "(a)"),
				World.constraint("add", "t_key", "t", Kind.UNIQUE, "t_idx", "create"));
		world.table("t");
		world.record("create", OperationState.COMPLETED).record("add", OperationState.COMPLETED);
		assertThat(world.decide("create")).isEqualTo(new Decision.Keep());
		assertThat(world.decide("add")).isEqualTo(new Decision.Drifted(Drift.MISSING));
	}

	private void assertFails(String name, @Nullable String sqlState, String... texts) {
		assertThat(this.world.decide(name)).isInstanceOfSatisfying(Decision.Fail.class, (fail) -> {
			assertThat(fail.sqlState()).isEqualTo(sqlState);
			assertThat(fail.error()).contains(texts);
		});
	}

	private static ConstraintFacts facts(Existing existing, boolean sameColumns) {
		return new ConstraintFacts(existing, sameColumns, null, null, false, List.of(), List.of());
	}

	private static World.Relation index(World world) {
		return world.index("t_idx", "t", "(a)").unique();
	}

	private static World.Relation constraint(World world) {
		return world.index("t_key", "t", "(a)").unique().constraint("t_key");
	}

	private static Arguments row(String name, Consumer<World> given, Decision expected) {
		return argumentSet(name, given, expected);
	}

	private static Arguments failure(String name, Consumer<World> given, String sqlState, String... texts) {
		return argumentSet(name, given, sqlState, texts);
	}

}
