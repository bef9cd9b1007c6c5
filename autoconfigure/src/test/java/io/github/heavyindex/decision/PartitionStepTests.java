package io.github.heavyindex.decision;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.PartitionState.Index;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What is done next about one partition, by what the catalog shows of it.
 */
class PartitionStepTests {

	private static final long PARENT = 7;

	private static final String OWN = "logs_1_logs_a_idx";

	private static final CreateIndex CREATE = CreateIndex.named("logs_a_idx").on("logs").columns("a").build();

	private static final PartitionStep BUILD = new PartitionStep.Build(OWN);

	static Stream<Arguments> table() {
		return Stream.of(row("nothing there", state(), BUILD),
				row("no partition any more", new PartitionState(false, null, List.of(), Set.of()),
						new PartitionStep.Gone()),
				row("attached", state(index("x", PARENT, true, false)), new PartitionStep.Done()),
				row("attached to another index", state(index("x", 8L, true, true)), BUILD),
				row("attached, but invalid", state(index("x", PARENT, false, false)),
						new PartitionStep.Repair(name("x"))),
				row("attached, but invalid, while somebody works on it", busy(index("x", PARENT, false, false)),
						new PartitionStep.Busy(9)),
				row("an equal one", state(index("x", null, true, false), index("y", null, true, true)),
						new PartitionStep.Attach(name("y"))),
				row("an equal one, while somebody works on the table", busy(index("y", null, true, true)),
						new PartitionStep.Attach(name("y"))),
				row("ours first", state(index("a", null, true, true), index(OWN, null, true, true)),
						new PartitionStep.Attach(name(OWN))),
				row("an equal one that is invalid and not ours", state(index("y", null, false, true)), BUILD),
				row("an invalid one of ours", state(index(OWN, null, false, true)), new PartitionStep.Clean(name(OWN))),
				row("an invalid one of ours by another declaration", state(index(OWN, null, false, false)),
						new PartitionStep.Clean(name(OWN))),
				row("an invalid one of ours, being built", busy(index(OWN, null, false, true)),
						new PartitionStep.Busy(9)),
				row("nothing there, but somebody works on it", busy(), new PartitionStep.Busy(9)),
				row("our name is taken", new PartitionState(true, null, List.of(), Set.of(OWN)),
						new PartitionStep.Build(OWN + "_2")),
				row("what a repair left", state(index("x", PARENT, false, false), index("x_ccnew", null, false, true)),
						new PartitionStep.Clean(name("x_ccnew"))),
				row("what repairs left", state(index("x", PARENT, false, false), index("x_ccold3", null, false, true)),
						new PartitionStep.Clean(name("x_ccold3"))),
				row("what the repair of another one left",
						state(index("x", PARENT, false, false), index("xy_ccnew", null, false, true)),
						new PartitionStep.Repair(name("x"))),
				row("a valid index that is named like what a repair leaves",
						state(index("x", PARENT, false, false), index("x_ccnew", null, true, false)),
						new PartitionStep.Repair(name("x"))));
	}

	@ParameterizedTest
	@MethodSource("table")
	void decides(PartitionState state, PartitionStep expected) {
		assertThat(PartitionStep.of(CREATE, partition("logs_1", 'r'), state, PARENT)).isEqualTo(expected);
	}

	@Test
	void aPartitionedPartitionIsAttachedThoughItIsNotValidYet() {
		Partition nested = partition("logs_1", 'p');
		assertThat(PartitionStep.of(CREATE, nested, state(index(OWN, null, false, true)), PARENT))
			.isEqualTo(new PartitionStep.Attach(name(OWN)));
		assertThat(PartitionStep.of(CREATE, nested, state(index(OWN, PARENT, false, false)), PARENT))
			.isEqualTo(new PartitionStep.Done());
	}

	@Test
	void aPartitionOnWhichAllNamesAreTakenIsRefused() {
		PartitionState taken = new PartitionState(true, null, List.of(),
				Set.copyOf(PartitionIndexName.all("logs_1", "logs_a_idx")));
		assertThatIllegalStateException().isThrownBy(() -> PartitionStep.of(CREATE, partition("logs_1", 'r'), taken, 7))
			.withMessageContaining("on public.logs_1 are taken");
	}

	@Test
	void aPartitionIsIndexedOnceTheIndexThatIsAttachedIsValid() {
		World world = new World();
		world.table("t");
		World.Relation index = world.index("i", "t", "(a)");
		assertThat(indexed(index.toCatalog())).isTrue();
		assertThat(indexed(index.invalid().toCatalog())).isFalse();
		assertThat(indexed(world.table("u").toCatalog())).isFalse();
		assertThat(indexed(null)).isFalse();
	}

	private static boolean indexed(@Nullable CatalogRelation index) {
		return new Partition(1, name("logs_1"), 'r', 2, 0, index, List.of()).indexed();
	}

	@Test
	void aNameIsAsLongAsPostgresLeavesIt() {
		assertThat(PartitionIndexName.of("p".repeat(31), "i".repeat(31)))
			.isEqualTo("p".repeat(31) + "_" + "i".repeat(31));
		assertThat(PartitionIndexName.of("p".repeat(31), "i".repeat(32))).hasSize(63).startsWith("p".repeat(31) + "_i");
	}

	@Test
	void namesAreRecognisableUniqueAndKept() {
		assertThat(PartitionIndexName.of("logs_1", "logs_a_idx")).isEqualTo(OWN);
		Set<String> all = new HashSet<>();
		for (String partition : List.of("p", "ä".repeat(31), "x".repeat(63), "x".repeat(62) + "y",
				"\uD83D\uDE80".repeat(15))) {
			for (String index : List.of("i", "i".repeat(63), "i".repeat(62) + "j")) {
				List<String> names = PartitionIndexName.all(partition, index);
				assertThat(names).doesNotHaveDuplicates().allSatisfy((name) -> {
					assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
					assertThat(name).startsWith(partition.substring(0, 1));
				});
				all.addAll(names);
			}
		}
		assertThat(all).hasSize(5 * 3 * 9);
	}

	private static Partition partition(String name, char kind) {
		return new Partition(1, name(name), kind, 2, 0, null, List.of());
	}

	private static PartitionState state(Index... indexes) {
		return new PartitionState(true, null, List.of(indexes), Set.of());
	}

	private static PartitionState busy(Index... indexes) {
		return new PartitionState(true, 9, List.of(indexes), Set.of());
	}

	private static Index index(String name, @Nullable Long parent, boolean valid, boolean equal) {
		return new Index(name(name), parent, valid, equal, name.startsWith("x_cc"));
	}

	private static RelationName name(String name) {
		return new RelationName("public", name);
	}

	private static Arguments row(String name, PartitionState state, PartitionStep expected) {
		return argumentSet(name, state, expected);
	}

}
