package io.github.heavyindex.execution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DataSourceStatus;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.actuate.TestOperation;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.operation.DeclaredOperation;
import io.github.heavyindex.operation.DeclaredOperations;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The board of two databases.
 */
class StatusOfAllTests {

	private static final Instant EARLIER = Instant.parse("2026-01-01T02:00:00Z");

	private static final Instant LATER = EARLIER.plusSeconds(1);

	private final DeclaredOperations declared = DeclaredOperations
		.of(List.of(declared("b", "reporting", "a"), declared("a", null), declared("c", null, "b")), List.of());

	private final List<BoardSection> sections = sections();

	private final Board board = new Board(this.declared, this.sections);

	@Test
	void beforeAnythingIsSeen() {
		HeavyIndexesStatus status = this.board.status();
		assertThat(status.operations()).extracting(OperationStatus::name).containsExactly("a", "b", "c");
		assertThat(status.lastObserved()).isNull();
		assertThat(status.dataSources()).extracting(DataSourceStatus::name).containsExactly(null, "reporting");
		assertThat(this.board.completed("b")).isFalse();
		assertThat(this.board.completed("nope")).isNull();
	}

	@Test
	void eachSectionTellsOfItsOwnAndTheOthersStay() {
		publish(1, LATER, null, false, TestOperation.of("b", OperationState.COMPLETED).on("reporting"));
		assertThat(this.board.completed("b")).isTrue();
		assertThat(this.board.status().lastObserved()).as("one was never seen").isNull();
		publish(0, EARLIER, null, true, TestOperation.of("a", OperationState.FAILED),
				TestOperation.of("c", OperationState.PENDING));
		HeavyIndexesStatus status = this.board.status();
		assertThat(status.lastObserved()).as("the oldest").isEqualTo(EARLIER);
		assertThat(status.paused()).isTrue();
		assertThat(status.summary().total()).isEqualTo(3);
		assertThat(status.summary().failed()).isEqualTo(1);
		assertThat(status.operations()).extracting(OperationStatus::name).containsExactly("a", "b", "c");
		assertThat(status.dataSources().get(0).paused()).isTrue();
		assertThat(status.dataSources().get(1).paused()).isFalse();
		assertThat(status.dataSources().get(1).summary().completed()).isEqualTo(1);
		assertThat(this.board.completed("b")).isTrue();
	}

	@Test
	void theFirstProblemIsNamed() {
		publish(1, LATER, "refused", false);
		assertThat(this.board.status().problem()).isEqualTo("Data source 'reporting': refused");
		publish(0, LATER, "a pooler", false);
		assertThat(this.board.status().problem()).isEqualTo("The application's data source: a pooler");
		assertThat(this.board.status().dataSources()).extracting(DataSourceStatus::problem)
			.containsExactly("a pooler", "refused");
	}

	private void publish(int section, Instant observed, @Nullable String problem, boolean paused,
			TestOperation... operations) {
		HeavyIndexesStatus status = TestOperation.status(observed, problem, operations);
		this.sections.get(section)
			.publish(new HeavyIndexesStatus(status.summary(), paused, status.instance(), observed, problem,
					status.operations(), null), Past.NONE, Map.of());
	}

	private List<BoardSection> sections() {
		List<BoardSection> sections = new ArrayList<>();
		for (DeclaredOperations part : this.declared.byDataSource()) {
			sections.add(new BoardSection(part,
					TestOperation.status(null, null,
							part.operations()
								.stream()
								.map((operation) -> TestOperation.of(operation.name(), OperationState.PENDING))
								.toArray(TestOperation[]::new))));
		}
		return sections;
	}

	private static DeclaredOperation declared(String name, @Nullable String dataSource, String... dependsOn) {
		CreateIndex.Builder builder = CreateIndex.named("i_" + name)
			.on("t")
			.columns("a")
			.name(name)
			.dependsOn(dependsOn);
		CreateIndex create = (dataSource != null) ? builder.dataSource(dataSource).build() : builder.build();
		return new DeclaredOperation(create, name, null);
	}

}
