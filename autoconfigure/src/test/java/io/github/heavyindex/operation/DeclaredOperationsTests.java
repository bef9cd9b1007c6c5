package io.github.heavyindex.operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.UnknownOperationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DeclaredOperations}.
 */
class DeclaredOperationsTests {

	@Test
	void operationsComeAfterThoseTheyDependOnElseAsDeclared() {
		DeclaredOperations operations = of(create("d", "c"), create("z"), create("c", "a", "b"), create("b"),
				create("a"));
		assertThat(names(operations)).containsExactly("z", "b", "a", "c", "d");
		assertThat(operations.declared()).extracting(DeclaredOperation::origin).first().isEqualTo("bean 'z'");
	}

	@Test
	void dependenciesAreDirectAndAncestorsAreAll() {
		DeclaredOperations operations = DeclaredOperations.of(
				declared(create("d", "c", "backfill"), create("c", "a", "b"), create("b", "a"), create("a")),
				List.of(prerequisite("backfill")));
		assertThat(operations.dependenciesOf("d")).containsExactly("c");
		assertThat(operations.ancestorsOf("d")).containsExactly("c", "a", "b");
		assertThat(operations.ancestorsOf("a")).isEmpty();
		assertThat(operations.prerequisites()).containsOnlyKeys("backfill");
		assertThat(operations.find("d")).get().extracting(IndexOperation::name).isEqualTo("d");
		assertThat(operations.find("nope")).isEmpty();
		assertThat(operations.nameOf(Object.class)).isNull();
		assertThatExceptionOfType(UnknownOperationException.class).isThrownBy(() -> operations.ancestorsOf("nope"));
	}

	@Test
	void noDeclarationsAreFine() {
		assertThat(of().operations()).isEmpty();
	}

	@Test
	void duplicateNamesAreRefused() {
		assertRefused("bean 'x': The name 'x' is also that of bean 'x'", create("x"),
				DropIndex.named("other").name("x").build());
	}

	@Test
	void aDefaultNameThatTwoSchemasShareIsRefusedAndAsksForAName() {
		assertRefused("The default name 'create_i' is also that of bean 'create_i': b.i and a.i differ",
				CreateIndex.named("i").on("a.t").columns("x").build(),
				CreateIndex.named("i").on("b.t").columns("x").build());
	}

	@Test
	void aDefaultNameThatDoesNotMatchIsRefusedAndAsksForAName() {
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> of(CreateIndex.named("größe").on("t").columns("x").build()))
			.withMessageContaining("The default name 'create_größe'")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("Set 'name'"));
	}

	@Test
	void aNameThatDoesNotMatchIsRefused() {
		assertRefused("The name 'a b' of the operation does not match", create("a b"));
		assertRefused("does not match", create("x".repeat(201)));
		assertRefused("does not match", create("a/b"));
		assertThat(of(create("A-b_c.d$9"), create("x".repeat(200))).operations()).hasSize(2);
	}

	@Test
	void anUnknownDependencyIsRefusedAndANearNameIsSuggested() {
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> of(create("create_logs_idx"), create("b", "create_log_idx")))
			.withMessageContaining("bean 'b'")
			.withMessageContaining("depends on 'create_log_idx'")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Did you mean 'create_logs_idx'?"));
		assertThatExceptionOfType(OperationDeclarationException.class).isThrownBy(() -> of(create("b", "backfill")))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("HeavyIndexPrerequisite"));
	}

	@Test
	void aCycleIsRefusedAndPrinted() {
		assertRefused("bean 'a', bean 'b', bean 'c': The operations depend on each other in a cycle: a -> b -> c -> a",
				create("free"), create("a", "b"), create("b", "c", "free"), create("c", "a"), create("outside", "a"));
		assertRefused("a -> a", create("a", "a"));
	}

	@Test
	void aLongCycleIsPrintedShort() {
		assertRefused("bean 'n18', bean 'n19': The operations depend on each other in a cycle: n0 -> n1 -> n2",
				cycle(20));
		assertRefused("n18 -> n19 -> n0", cycle(20));
		assertRefused("bean 'n18', bean 'n19': The operations depend on each other in a cycle: n0 -> n1 -> n2",
				cycle(21));
		assertRefused("n18 -> n19 -> … (1 more) -> n0", cycle(21));
	}

	@Test
	void aMaximumDurationIsPositive() {
		assertRefused("The max-duration PT0S of the operation 'drop_i' is not positive",
				DropIndex.named("i").maxDuration(Duration.ZERO).build());
		assertRefused("The max-duration PT-1S of the operation 'drop_i' is not positive",
				DropIndex.named("i").maxDuration(Duration.ofSeconds(-1)).build());
		assertThat(of(DropIndex.named("i").maxDuration(Duration.ofNanos(1)).build()).operations()).hasSize(1);
	}

	@Test
	void aLimitOfBloatIsAPercentage() {
		assertRefused("'rebuild_i' is 0, no percentage", RebuildIndex.named("i").whenBloat(0).build());
		assertRefused("'rebuild_i' is 100, no percentage", RebuildIndex.named("i").whenBloat(100).build());
		assertThat(of(RebuildIndex.named("i").whenBloat(1).build(), RebuildIndex.named("j").whenBloat(99).build())
			.operations()).hasSize(2);
	}

	@Test
	void twoOperationsThatCreateTheSameIndexAreRefused() {
		assertRefused("'second' creates the index i, which 'first' of bean 'first' creates too",
				CreateIndex.named("i").on("t").columns("a").name("first").build(),
				CreateIndex.named("i").on("u").columns("a").name("second").build());
	}

	@Test
	void aPrerequisiteCannotHaveTheNameOfAnOperationOrOfAnother() {
		List<DeclaredOperation> declared = declared(create("a"));
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> DeclaredOperations.of(declared, List.of(prerequisite("a"))))
			.withMessageContaining("same name 'a' as the prerequisite");
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> DeclaredOperations.of(declared, List.of(prerequisite("p"), prerequisite("p"))))
			.withMessageContaining("'p' is also that of");
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> DeclaredOperations.of(declared, List.of(prerequisite(" "))))
			.withMessageContaining("no name");
	}

	@Test
	void allProblemsAreListedButNotEndlessly() {
		IndexOperation[] bad = IntStream.range(0, 50)
			.mapToObj((i) -> create("n" + i, "nowhere"))
			.toArray(IndexOperation[]::new);
		assertRefused("50 problems with declared index operations:\n  - bean 'n0'", bad);
		assertRefused("and 30 more", bad);
		assertRefused("  - and 1 more", Arrays.copyOf(bad, 21));
		assertThatExceptionOfType(OperationDeclarationException.class).isThrownBy(() -> of(Arrays.copyOf(bad, 20)))
			.withMessageContaining("bean 'n19'")
			.withMessageNotContaining("more");
	}

	@Test
	@Tag("timed")
	@Timeout(60)
	void tenThousandOperationsInAChainAreSortedWithoutRecursion() {
		List<IndexOperation> chain = new ArrayList<>();
		for (int i = 9_999; i > 0; i--) {
			chain.add(create("n" + i, "n" + (i - 1)));
		}
		chain.add(create("n0"));
		DeclaredOperations operations = of(chain.toArray(IndexOperation[]::new));
		assertThat(names(operations)).startsWith("n0", "n1", "n2").endsWith("n9999").hasSize(10_000);
		assertThat(operations.ancestorsOf("n9999")).hasSize(9_999);
		chain.set(9_999, create("n0", "n9999"));
		assertRefused("n9999 -> n9998 ->", chain.toArray(IndexOperation[]::new));
		assertRefused("more) -> n9999", chain.toArray(IndexOperation[]::new));
	}

	private static IndexOperation[] cycle(int length) {
		return IntStream.range(0, length)
			.mapToObj((i) -> create("n" + i, "n" + (i + 1) % length))
			.toArray(IndexOperation[]::new);
	}

	private static void assertRefused(String message, IndexOperation... operations) {
		assertThatExceptionOfType(OperationDeclarationException.class).isThrownBy(() -> of(operations))
			.withMessageContaining(message)
			.satisfies((ex) -> assertThat(ex.getAction()).isNotBlank());
	}

	private static DeclaredOperations of(IndexOperation... operations) {
		return DeclaredOperations.of(declared(operations), List.of());
	}

	private static List<DeclaredOperation> declared(IndexOperation... operations) {
		return Stream.of(operations)
			.map((operation) -> new DeclaredOperation(operation, "bean '" + operation.name() + "'", null))
			.toList();
	}

	private static CreateIndex create(String name, String... dependsOn) {
		String index = "i" + Integer.toHexString(name.hashCode());
		return CreateIndex.named(index).on("t").columns("a").name(name).dependsOn(dependsOn).build();
	}

	private static List<String> names(DeclaredOperations operations) {
		return operations.operations().stream().map(IndexOperation::name).toList();
	}

	private static HeavyIndexPrerequisite prerequisite(String name) {
		return new HeavyIndexPrerequisite() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public boolean isComplete() {
				return false;
			}

		};
	}

}
