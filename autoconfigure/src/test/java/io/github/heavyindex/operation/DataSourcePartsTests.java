package io.github.heavyindex.operation;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.IndexOperation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Operations of several data sources, taken together and apart.
 */
class DataSourcePartsTests {

	@Test
	void onlyOneDataSourceIsNotTakenApart() {
		DeclaredOperations own = of(create(null, "a"), create(null, "b", "a"));
		assertThat(own.byDataSource()).containsExactly(own);
		assertThat(own.dataSource()).isNull();
		DeclaredOperations named = of(create("reporting", "a"));
		assertThat(named.byDataSource()).containsExactly(named);
		assertThat(named.dataSource()).isEqualTo("reporting");
		assertThat(of().byDataSource()).hasSize(1);
	}

	@Test
	void eachDataSourceHasAPartTheOwnOneFirst() {
		List<DeclaredOperations> parts = of(create("x", "b"), create("y", "c"), create(null, "a"), create("x", "d"))
			.byDataSource();
		assertThat(parts).extracting(DeclaredOperations::dataSource).containsExactly(null, "x", "y");
		assertThat(parts.get(1).operations()).extracting(IndexOperation::name).containsExactly("b", "d");
	}

	@Test
	void aPartKnowsWhatItWaitsForElsewhereAndWhatItDependsOnByWayOfThat() {
		List<DeclaredOperations> parts = DeclaredOperations
			.of(declared(create(null, "a", "backfill"), create("x", "b", "a"), create("x", "c", "b"),
					create(null, "d", "c", "other")), List.of(new Prerequisite("backfill"), new Prerequisite("other")))
			.byDataSource();
		assertThat(parts.get(0).dependenciesElsewhere()).containsExactly("c");
		assertThat(parts.get(0).dependenciesOf("d")).isEqualTo(Set.of("a"));
		assertThat(parts.get(0).ancestorsOf("d")).containsExactly("a");
		assertThat(parts.get(0).prerequisites()).containsOnlyKeys("backfill", "other");
		assertThat(parts.get(1).dependenciesElsewhere()).containsExactly("a");
		assertThat(parts.get(1).dependenciesOf("c")).isEqualTo(Set.of("b"));
		assertThat(parts.get(1).prerequisites()).isEmpty();
	}

	@Test
	void cyclesAreFoundOverAll() {
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> of(create(null, "a", "c"), create("x", "b", "a"), create("y", "c", "b")))
			.withMessageContaining("in a cycle: a -> c -> b -> a");
	}

	@Test
	void namesOfOperationsAreUniqueOverAllAndThoseOfIndexesInEach() {
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> of(index(null, "i").build(), index("x", "i").build()))
			.withMessageContaining(
					"The default name 'create_i' is also that of bean 'create_i', on another data source")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("Set 'name'", "unique over all data sources"));
		DeclaredOperations same = of(index(null, "i").name("own").build(), index("x", "i").name("others").build());
		assertThat(same.byDataSource()).hasSize(2);
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> of(index("x", "i").name("one").build(), index("x", "i").name("two").build()))
			.withMessageContaining("creates the index i, which 'one' of bean 'one' creates too");
	}

	@Test
	void aConstraintTakesAnIndexOfItsOwnDatabase() {
		AddConstraint elsewhere = AddConstraint.named("k").on("t").unique().usingIndex("i").dataSource("x").build();
		assertThat(of(index(null, "i").build(), elsewhere).byDataSource()).hasSize(2);
		AddConstraint here = AddConstraint.named("k").on("t").unique().usingIndex("i").build();
		assertThatExceptionOfType(OperationDeclarationException.class)
			.isThrownBy(() -> of(index(null, "i").build(), here))
			.withMessageContaining("without depending on its creation");
		AddConstraint other = AddConstraint.named("k")
			.on("t")
			.unique()
			.usingIndex("i")
			.dataSource("x")
			.name("other")
			.build();
		assertThat(of(here, other).byDataSource()).as("the same constraint in both").hasSize(2);
	}

	private static DeclaredOperations of(IndexOperation... operations) {
		return DeclaredOperations.of(declared(operations), List.of());
	}

	private static List<DeclaredOperation> declared(IndexOperation... operations) {
		return Stream.of(operations)
			.map((operation) -> new DeclaredOperation(operation, "bean '" + operation.name() + "'", null))
			.toList();
	}

	private static CreateIndex create(@Nullable String dataSource, String name, String... dependsOn) {
		return index(dataSource, "i_" + name).name(name).dependsOn(dependsOn).build();
	}

	private static CreateIndex.Builder index(@Nullable String dataSource, String index) {
		CreateIndex.Builder builder = CreateIndex.named(index).on("t").columns("a");
		return (dataSource != null) ? builder.dataSource(dataSource) : builder;
	}

	private record Prerequisite(String name) implements HeavyIndexPrerequisite {

		@Override
		public boolean isComplete() {
			return false;
		}

	}

}
