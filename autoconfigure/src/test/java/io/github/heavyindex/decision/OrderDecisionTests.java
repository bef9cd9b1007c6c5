package io.github.heavyindex.decision;

import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision.Wait.Until;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What people order, as far as it decides whether an operation starts.
 */
class OrderDecisionTests {

	private static final StandingOrders PAUSED = new StandingOrders("paused by alice", Map.of(), Map.of());

	private final World world = new World();

	private final IndexOperation sensitive = CreateIndex.named("x_idx")
		.on("t")
		.columns("x")
		.name("create_x")
		.dependsOn("create_a")
		.requiresApproval()
		.build();

	@BeforeEach
	void declare() {
		this.world.declare(World.create("create_a", "a_idx", "t", "(a)"), this.sensitive);
		this.world.table("t");
	}

	private void runNow(String name) {
		this.world.recorded.put(name, new Recorded(OperationState.PENDING, this.world.operation(name).sql(), 0, null,
				null, true, null, null, null, null, null));
	}

	@Test
	void aPauseHoldsWhatWouldStart() {
		assertThat(this.world.decide("create_a")).isInstanceOf(Decision.Run.class);
		assertThat(this.world.orders(PAUSED).decide("create_a"))
			.isEqualTo(new Decision.Wait("paused by alice", Until.PERMISSION));
		runNow("create_a");
		assertThat(this.world.decide("create_a")).isEqualTo(new Decision.Wait("paused by alice", Until.PERMISSION));
	}

	@Test
	void aPauseHidesNothingThatIsDone() {
		this.world.index("a_idx", "t", "(a)");
		assertThat(this.world.orders(PAUSED).decide("create_a")).isInstanceOf(Decision.Complete.class);
	}

	@Test
	void approvalIsWaitedForBeforeDependencies() {
		assertThat(this.world.decide("create_x")).isEqualTo(new Decision.Wait("approval", Until.PERMISSION));
		this.world.orders(new StandingOrders(null, Map.of("create_x", "another statement"), Map.of()));
		assertThat(this.world.decide("create_x")).isEqualTo(new Decision.Wait("approval", Until.PERMISSION));
		this.world.orders(new StandingOrders(null, Map.of("create_x", this.sensitive.sql()), Map.of()));
		assertThat(this.world.decide("create_x")).isEqualTo(new Decision.Wait("dependency create_a"));
	}

	@Test
	void whatStandsNeedsNoApproval() {
		this.world.index("x_idx", "t", "(x)");
		assertThat(this.world.decide("create_x")).isInstanceOf(Decision.Complete.class);
	}

	@Test
	void whatASkippedOperationLeftIsRemovedAndHoldsNobodyUp() {
		this.world.index("a_idx", "t", "(a)").invalid();
		this.world.record("create_a", OperationState.SKIPPED);
		this.world.orders(new StandingOrders(null, Map.of("create_x", this.sensitive.sql()), Map.of()));
		assertThat(this.world.decide("create_a")).isInstanceOfSatisfying(Decision.Run.class,
				(run) -> assertThat(run.step()).isEqualTo(Decision.Step.DROP_LEFTOVER));
		assertThat(this.world.decide("create_x")).isInstanceOf(Decision.Run.class);
	}

	@Test
	void aSkippedOperationIsLeftAloneWhileSomebodyWorksOnItsTable() {
		this.world.index("a_idx", "t", "(a)").invalid();
		this.world.record("create_a", OperationState.SKIPPED);
		this.world.workedOnBy("t", 99);
		assertThat(this.world.decide("create_a")).isInstanceOf(Decision.Keep.class);
	}

	@Test
	void whatWasSkippedWithoutAnAttemptIsNotOurs() {
		this.world.index("a_idx", "t", "(a)").invalid();
		this.world.record("create_a", OperationState.SKIPPED, this.world.operation("create_a").sql(), 0, null, null,
				null);
		assertThat(this.world.decide("create_a")).isInstanceOf(Decision.Keep.class);
	}

}
