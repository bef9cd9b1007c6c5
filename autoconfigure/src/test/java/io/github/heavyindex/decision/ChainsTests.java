package io.github.heavyindex.decision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OnMismatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Chains}.
 */
class ChainsTests {

	private static final int MANY = 10_000;

	private static final Duration SHORT = Duration.ofSeconds(1);

	@Test
	void aReplacementIsAChain() {
		IndexOperation create = World.create("c", "x_2nd", "t", "(a)", "backfill");
		IndexOperation drop = World.drop("d", "x", "c");
		IndexOperation rename = World.rename("r", "x_2nd", "x", "d");
		Chains chains = new Chains(List.of(create, drop, rename));
		assertThat(chains.consumersAfter(create)).containsExactly(rename);
		assertThat(chains.producersAfter(drop)).containsExactly(rename);
		assertThat(chains.producersBefore(rename)).containsExactly(create);
		assertThat(chains.producersBefore(drop)).isEmpty();
		assertThat(chains.consumersAfter(rename)).isEmpty();
		assertThat(chains.prerequisites(rename)).containsExactly("backfill");
	}

	@Test
	void withoutADependencyThereIsNoChain() {
		IndexOperation create = World.create("c", "x", "t", "(a)");
		IndexOperation drop = World.drop("d", "x");
		Chains chains = new Chains(List.of(create, drop));
		assertThat(chains.consumersAfter(create)).isEmpty();
		assertThat(chains.producersAfter(drop)).isEmpty();
	}

	@Test
	void aChainMayGoByWayOfAnotherDatabase() {
		IndexOperation create = World.create("c", "x", "t", "(a)", "p");
		IndexOperation drop = World.drop("d", "x", "elsewhere");
		Chains chains = new Chains(List.of(create, drop), (name) -> name.equals("d") ? Set.of("c") : Set.of());
		assertThat(chains.consumersAfter(create)).containsExactly(drop);
		assertThat(chains.producersBefore(drop)).containsExactly(create);
		assertThat(chains.prerequisites(drop)).isEqualTo(Set.of("elsewhere", "p"));
	}

	@Test
	void namesOfTwoSchemasAreNoChain() {
		IndexOperation create = World.create("c", "x", "app.t", "(a)");
		IndexOperation drop = World.drop("d", "other.x", "c");
		assertThat(new Chains(List.of(create, drop)).consumersAfter(create)).isEmpty();
	}

	@Test
	void prerequisitesOfAllDependenciesAreGathered() {
		IndexOperation a = World.create("a", "a", "t", "(a)", "p1");
		IndexOperation b = World.create("b", "b", "t", "(b)", "p2");
		IndexOperation c = World.create("c", "c", "t", "(c)", "b", "a", "p3");
		assertThat(new Chains(List.of(a, b, c)).prerequisites(c)).isEqualTo(Set.of("p1", "p2", "p3"));
	}

	@Test
	void tenThousandIndexesAreDecidedInNoTime() {
		List<IndexOperation> operations = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			operations.add(World.create("create_" + i, "i" + i, "t", "(a)"));
		}
		assertThat(time(operations)).isLessThan(SHORT);
	}

	@Test
	@Tag("timed")
	void aLineOfTenThousandDependenciesIsDecidedInNoTime() {
		List<IndexOperation> operations = new ArrayList<>();
		operations.add(World.create("create_0", "i0", "t", "(a)", "backfill"));
		for (int i = 1; i < MANY; i++) {
			operations.add(World.create("create_" + i, "i" + i, "t", "(a)", "create_" + (i - 1)));
		}
		assertThat(time(operations)).isLessThan(SHORT);
	}

	@Test
	@Tag("timed")
	void aLineOfTenThousandCreationsAndDropsIsDecidedInNoTime() {
		List<IndexOperation> operations = new ArrayList<>();
		operations.add(World.create("create_0", "i0", "t", "(a)", "backfill"));
		operations.add(World.drop("drop_0", "i0", "create_0"));
		for (int i = 1; i < MANY / 2; i++) {
			operations.add(World.create("create_" + i, "i" + i, "t", "(a)", "drop_" + (i - 1)));
			operations.add(World.drop("drop_" + i, "i" + i, "create_" + i));
		}
		assertThat(time(operations)).isLessThan(SHORT);
	}

	@Test
	@Tag("timed")
	void aChainOfTenThousandRenamesIsDecidedInNoTime() {
		List<IndexOperation> operations = new ArrayList<>();
		operations.add(World.create("rename_0", "i0", "t", "(a)", "backfill"));
		for (int i = 1; i < MANY; i++) {
			operations.add(World.rename("rename_" + i, "i" + (i - 1), "i" + i, "rename_" + (i - 1)));
		}
		assertThat(time(operations)).isLessThan(SHORT);
	}

	private static Duration time(Collection<IndexOperation> operations) {
		World world = new World();
		World.Relation table = world.table("t");
		Map<String, Seen> seen = new HashMap<>();
		operations.forEach((operation) -> seen.put(operation.name(),
				new Seen((operation.table() != null) ? table.toCatalog() : null, null, null)));
		Observation observation = new Observation(World.NOW, 170000, false, List.of("public"), seen, Map.of(), Set.of(),
				Load.NOT_ASKED, Map.of(), Set.of());
		Context context = new Context(observation, Map.of(), (create, index) -> Comparison.EQUAL,
				Map.of("backfill", new Decision.Wait("prerequisite backfill")),
				new Policy(2, Guards.NONE, null, null,
						new RetryPolicy(Integer.MAX_VALUE, Duration.ZERO, 1, Duration.ZERO),
						new Upkeep(false, Duration.ZERO), OnMismatch.FAIL),
				List.of(), null, Map.of(), null, StandingOrders.NONE);
		long start = System.nanoTime();
		Map<String, Decision> decisions = Decider.decide(new Chains(operations), context);
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		assertThat(decisions).hasSize(operations.size());
		return duration;
	}

}
