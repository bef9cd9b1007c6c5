package io.github.heavyindex.actuate;

import java.util.Map;

import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexesHealthIndicator}.
 */
class HeavyIndexesHealthIndicatorTests {

	@Test
	void nothingDeclaredIsUp() {
		Health health = health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsOnlyKeys("summary");
	}

	@ParameterizedTest
	@CsvSource({ "PENDING, OUT_OF_SERVICE", "RUNNING, OUT_OF_SERVICE", "CANCELLED, OUT_OF_SERVICE", "FAILED, DOWN",
			"COMPLETED, UP", "SKIPPED, UP" })
	void aCriticalOperationDecides(OperationState state, String status) {
		Health health = health(TestOperation.of("create_x", state).critical().build());
		assertThat(health.getStatus()).isEqualTo(new Status(status));
		if (status.equals("UP")) {
			assertThat(health.getDetails()).doesNotContainKey("incompleteCritical");
		}
		else {
			assertThat(health.getDetails()).containsEntry("incompleteCritical", Map.of("create_x", state));
		}
	}

	@ParameterizedTest
	@EnumSource(OperationState.class)
	void anOperationThatIsNotCriticalNeverDoes(OperationState state) {
		Health health = health(TestOperation.of("create_x", state).build());
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsOnlyKeys("summary");
	}

	@Test
	void aFailureOutweighsAnotherThatStillRunsWhateverTheirOrder() {
		OperationStatus failed = TestOperation.of("create_x", OperationState.FAILED).critical().build();
		OperationStatus running = TestOperation.of("create_y", OperationState.RUNNING).critical().build();
		assertThat(health(failed, running).getStatus()).isEqualTo(Status.DOWN);
		assertThat(health(running, failed).getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void driftIsADetailEvenOfACriticalOperation() {
		Health health = health(
				TestOperation.of("create_x", OperationState.COMPLETED).critical().drift(Drift.MISSING).build());
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("drifted", Map.of("create_x", Drift.MISSING));
	}

	@Test
	void aProblemIsADetail() {
		InMemoryHeavyIndexes heavyIndexes = new InMemoryHeavyIndexes(
				TestOperation.of("create_x", OperationState.PENDING).build());
		heavyIndexes.problem("The database does not answer");
		Health health = new HeavyIndexesHealthIndicator(heavyIndexes, true).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("problem", "The database does not answer");
	}

	@Test
	void theSummaryCounts() {
		Health health = health(TestOperation.of("create_x", OperationState.COMPLETED).build(),
				TestOperation.of("create_y", OperationState.FAILED).build());
		assertThat(health.getDetails()).containsEntry("summary",
				new HeavyIndexesStatus.Summary(2, 1, 0, 0, 1, 0, 0, 0));
	}

	@Test
	void withoutEffectOnTheStatusItIsUpAndStillNamesWhatIsNotComplete() {
		InMemoryHeavyIndexes heavyIndexes = new InMemoryHeavyIndexes(
				TestOperation.of("create_x", OperationState.FAILED).critical().build());
		Health health = new HeavyIndexesHealthIndicator(heavyIndexes, false).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("incompleteCritical", Map.of("create_x", OperationState.FAILED));
	}

	private static Health health(OperationStatus... operations) {
		return new HeavyIndexesHealthIndicator(new InMemoryHeavyIndexes(operations), true).health();
	}

}
