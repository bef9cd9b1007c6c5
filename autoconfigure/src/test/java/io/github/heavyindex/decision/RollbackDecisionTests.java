package io.github.heavyindex.decision;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the way back is decided about.
 */
class RollbackDecisionTests {

	private static final CreateIndex BEFORE = (CreateIndex) World.create("any", "old_idx", "public.t", "(old)");

	private final World world = new World();

	@BeforeEach
	void declare() {
		this.world.declare(World.create("create_a", "a_idx", "t", "(a)"),
				World.create("create_b", "b_idx", "t", "(b)", "create_a"), World.rename("rename_c", "c_idx", "d_idx"),
				World.drop("drop_old", "old_idx"));
		this.world.table("t");
		for (IndexOperation operation : this.world.operations()) {
			this.world.record(operation.name(), OperationState.PENDING);
		}
	}

	private Decision undo(String name, World.@Nullable Relation own) {
		Undo undo = Objects.requireNonNull(
				Undo.of(this.world.operation(name), (own != null) ? own.oid : null, (own == null) ? BEFORE : null));
		this.world.orders(new StandingOrders("paused", Map.of(), Map.of(name, undo)));
		return this.world.decide(name);
	}

	private static void assertRuns(Decision decision, Decision.Step step) {
		assertThat(decision).isInstanceOfSatisfying(Decision.Run.class,
				(run) -> assertThat(run.step()).isEqualTo(step));
	}

	@Test
	void aBuiltIndexIsDropped() {
		World.Relation own = this.world.index("a_idx", "t", "(a)");
		assertRuns(undo("create_a", own), Decision.Step.DROP);
		this.world.remove("a_idx");
		assertThat(undo("create_a", own)).isEqualTo(new Decision.RolledBack(true));
		assertThat(this.world.decide("create_b")).as("nobody counts on it")
			.isEqualTo(new Decision.Wait("dependency create_a"));
	}

	@Test
	void itWaitsForLocksAndSlots() {
		World.Relation own = this.world.index("a_idx", "t", "(a)");
		this.world.lockedBy("t", 99, true);
		assertThat(undo("create_a", own)).isInstanceOf(Decision.Wait.class);
		this.world.idle();
		this.world.slots.addAll(Set.of(1, 2));
		assertThat(undo("create_a", own)).isEqualTo(new Decision.Wait("slot: 2 of 2 in use"));
	}

	@Test
	void anotherIndexOfThatNameIsLeftAlone() {
		World.Relation own = this.world.index("a_idx", "t", "(a)");
		this.world.remove("a_idx");
		this.world.index("a_idx", "t", "(a)");
		assertThat(undo("create_a", own)).isInstanceOfSatisfying(Decision.Fail.class,
				(fail) -> assertThat(fail.error()).startsWith("It cannot be rolled back: another index"));
	}

	@Test
	void whatOthersCountOnIsLeftAlone() {
		World.Relation own = this.world.index("a_idx", "t", "(a)");
		this.world.index("b_idx", "t", "(b)");
		this.world.record("create_b", OperationState.RUNNING);
		assertThat(undo("create_a", own)).isEqualTo(new Decision.Wait("create_b, which depends on it, is running"));
		for (OperationState state : new OperationState[] { OperationState.COMPLETED, OperationState.SKIPPED }) {
			this.world.record("create_b", state);
			assertThat(undo("create_a", own))
				.isInstanceOfSatisfying(Decision.Fail.class, (fail) -> assertThat(fail.error()).contains("create_b",
						state.name(),
						(state == OperationState.SKIPPED) ? "Pause, then 'retry' and 'cancel'" : "Roll that one back"));
		}
	}

	@Test
	void aRenamedIndexIsRenamedBack() {
		World.Relation own = this.world.index("d_idx", "t", "(c)");
		assertRuns(undo("rename_c", own), Decision.Step.RENAME);
		this.world.rename(own, "c_idx");
		assertThat(undo("rename_c", own)).isEqualTo(new Decision.RolledBack(true));
	}

	@Test
	void aRollbackThatWasCancelledIsOver() {
		World.Relation own = this.world.index("a_idx", "t", "(a)");
		this.world.record("create_a", OperationState.CANCELLED);
		assertThat(undo("create_a", own)).isEqualTo(new Decision.RolledBack(false));
	}

	@Test
	void whatACancelledRollbackLeftIsRememberedUntilItIsGone() {
		this.world.record("drop_old", OperationState.CANCELLED);
		this.world.index("old_idx", "t", "(old)").invalid();
		this.world.workedOnBy("t", 99);
		assertThat(undo("drop_old", null)).isEqualTo(new Decision.Keep());
		this.world.remove("old_idx");
		assertThat(undo("drop_old", null)).isEqualTo(new Decision.RolledBack(false));
	}

	@Test
	void theIndexOfAPartitionedTableIsBuiltAgainWithTheHelpOfFreeSlotsAndLeftAsItIsWhenThatIsCancelled() {
		World.Relation leaf = this.world.table("t_1");
		World.Relation leftover = this.world.index("t_1_old_idx", "t_1", "(old)").invalid();
		this.world.partition(leaf, Objects.requireNonNull(this.world.find("t")), null, leftover);
		this.world.index("old_idx", "t", "(old)").kind('I').invalid();
		this.world.record("create_a", OperationState.CANCELLED)
			.record("create_b", OperationState.CANCELLED)
			.record("rename_c", OperationState.CANCELLED);
		this.world.record("drop_old", OperationState.RUNNING).lockedBy("t", 4711, true).held = "guard: batch";
		assertThat(undo("drop_old", null)).isInstanceOf(Decision.Watch.class);
		assertThat(this.world.assistance()).containsEntry("drop_old", Assistance.JOIN);
		this.world.idle();
		this.world.record("drop_old", OperationState.CANCELLED);
		assertRuns(undo("drop_old", null), Decision.Step.DROP_LEFTOVER);
		this.world.workedOnBy("t_1", 99);
		assertThat(undo("drop_old", null)).isEqualTo(new Decision.Keep());
		this.world.partitions.clear();
		assertThat(undo("drop_old", null)).as("the whole is not valid yet").isEqualTo(new Decision.RolledBack(false));
	}

	@Test
	void aBuiltIndexMayBeUndone() {
		World.Relation own = this.world.index("a_idx", "t", "(a)");
		assertThat(this.world.refuseRollback("create_a", way("create_a", own))).isNull();
		this.world.lockedBy("t", 99, true);
		assertThat(this.world.refuseRollback("create_a", way("create_a", own))).as("that is waited for").isNull();
	}

	@Test
	void whatCannotBeUndoneIsRefusedBeforehand() {
		World.Relation own = this.world.index("a_idx", "t", "(a)");
		this.world.record("create_b", OperationState.RUNNING);
		assertThat(this.world.refuseRollback("create_a", way("create_a", own)))
			.isEqualTo("create_b, which depends on it, is running. Wait until that one has ended.");
		this.world.record("create_b", OperationState.COMPLETED);
		assertThat(this.world.refuseRollback("create_a", way("create_a", own)))
			.isEqualTo("create_b, which depends on it, is COMPLETED. Roll that one back first.");
		this.world.record("create_b", OperationState.PENDING);
		own.replicaIdentity();
		assertThat(this.world.refuseRollback("create_a", way("create_a", own))).contains("replica identity");
		assertThat(this.world.refuseRollback("create_a", null)).contains("not made so by this operation");
		assertThat(this.world.refuseRollback("rename_c", null)).contains("not made so by this operation");
		assertThat(this.world.refuseRollback("drop_old", null))
			.contains("definition of the dropped index is not known");
	}

	@Test
	void aRebuildAndAConstraintAreNeverUndone() {
		this.world.declare(World.rebuild("rebuild", "r_idx"),
				World.constraint("add", "t_key", "t", Kind.UNIQUE, "t_idx"));
		assertThat(this.world.refuseRollback("rebuild", null)).isEqualTo("a rebuild leaves nothing to undo.");
		assertThat(this.world.refuseRollback("add", null)).contains("DROP CONSTRAINT");
	}

	private Undo way(String name, World.Relation own) {
		return Objects.requireNonNull(Undo.of(this.world.operation(name), own.oid, null));
	}

	@Test
	void onlyTheWayBackThatIsKnownExists() {
		assertThat(Undo.of(this.world.operation("create_a"), null, null)).isNull();
		assertThat(Undo.of(this.world.operation("rename_c"), null, null)).isNull();
		assertThat(Undo.of(this.world.operation("drop_old"), 1L, null)).isNull();
		assertThat(Undo.of(this.world.operation("create_a"), null, BEFORE)).isNull();
	}

}
