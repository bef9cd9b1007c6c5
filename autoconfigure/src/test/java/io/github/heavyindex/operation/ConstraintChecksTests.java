package io.github.heavyindex.operation;

import java.util.List;
import java.util.stream.Stream;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConstraintChecks}.
 */
class ConstraintChecksTests {

	private static final IndexOperation CREATE = CreateIndex.named("i").on("t").columns("a").unique().build();

	@Test
	void aConstraintOfADeclaredUniqueIndexIsFine() {
		assertThat(check(CREATE, unique("c", "i").dependsOn("create_i").build())).isEmpty();
		assertThat(check(unique("c", "i").build(), unique("c2", "i2").build())).isEmpty();
	}

	@Test
	void theIndexMayBeCreatedAgainAfterwards() {
		assertThat(check(unique("c", "i").build(),
				CreateIndex.named("i").on("t").columns("a").dependsOn("constraint_i").build()))
			.isEmpty();
	}

	@Test
	void oneConstraintIsAddedOnce() {
		assertThat(check(unique("c", "i").build(), unique("c", "i2").build()))
			.containsExactly("bean 'constraint_i2': The operation 'constraint_i2' adds the constraint c, as does"
					+ " 'constraint_i' of bean 'constraint_i'");
	}

	@Test
	void twoOperationsThatDoTheSameAreToldOnce() {
		assertThat(check(AddConstraint.named("c").on("t").primaryKey().usingIndex("i").build(),
				AddConstraint.named("c").on("t").primaryKey().usingIndex("i").name("again").build()))
			.containsExactly("bean 'again': The operation 'again' adds the constraint c, as does 'constraint_i'"
					+ " of bean 'constraint_i'");
	}

	@Test
	void oneIndexBacksOneConstraint() {
		assertThat(check(unique("c", "i").build(), unique("c2", "i").name("again").build())).singleElement()
			.asString()
			.contains("makes a constraint of the index i, as does 'constraint_i'");
	}

	@Test
	void oneTableHasOnePrimaryKey() {
		assertThat(check(AddConstraint.named("c").on("s.t").primaryKey().usingIndex("i").build(),
				AddConstraint.named("c2").on("s.t").primaryKey().usingIndex("i2").build(),
				AddConstraint.named("c3").on("s.u").primaryKey().usingIndex("i3").build()))
			.singleElement()
			.asString()
			.contains("adds a primary key to s.t, as does 'constraint_i'");
	}

	@Test
	void anIndexDeclaredWithoutUniqueBacksNone() {
		assertThat(check(CreateIndex.named("100%").on("t").columns("a").name("create").build(),
				unique("c", "100%").name("add").dependsOn("create").build()))
			.singleElement()
			.asString()
			.contains("uses the index \"100%\", which is declared without UNIQUE by 'create'");
	}

	@Test
	void anIndexThatIsCreatedWithoutBeingDependedOnIsRefused() {
		List<String> problems = check(CREATE, unique("c", "i").build());
		assertThat(problems).singleElement()
			.asString()
			.contains("uses the index i without depending on its creation by 'create_i'");
		IndexOperation between = CreateIndex.named("j").on("t").columns("b").dependsOn("create_i").build();
		assertThat(check(CREATE, between, unique("c", "i").dependsOn("create_j").build())).isEmpty();
	}

	private static AddConstraint.Builder unique(String constraint, String index) {
		return AddConstraint.named(constraint).on("t").unique().usingIndex(index);
	}

	private static List<String> check(IndexOperation... operations) {
		List<DeclaredOperation> declared = Stream.of(operations)
			.map((operation) -> new DeclaredOperation(operation, "bean '" + operation.name() + "'", null))
			.toList();
		return ConstraintChecks.of(declared).stream().map(DeclarationProblem::toString).toList();
	}

}
