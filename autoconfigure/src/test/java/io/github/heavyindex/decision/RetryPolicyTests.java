package io.github.heavyindex.decision;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryPolicy}.
 */
class RetryPolicyTests {

	private final RetryPolicy policy = new RetryPolicy(5, Duration.ofSeconds(30), 2, Duration.ofMinutes(10));

	@ParameterizedTest
	@CsvSource({ "1, 30", "2, 60", "3, 120", "4, 240", "5, 480", "6, 600", "7, 600", "100000, 600", "0, 30" })
	void eachDelayIsLongerUpToTheLongest(int attempts, long seconds) {
		assertThat(this.policy.delay(attempts, 0.5)).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@CsvSource({ "1, 0, 24", "1, 1, 36", "6, 1, 600" })
	void replicasAreSpreadByAFifthButNeverBeyondTheLongest(int attempts, double random, long seconds) {
		assertThat(this.policy.delay(attempts, random)).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5000 })
	void noDelayStaysNone(int attempts) {
		assertThat(new RetryPolicy(5, Duration.ZERO, 2, Duration.ofMinutes(10)).delay(attempts, 1))
			.isEqualTo(Duration.ZERO);
	}

	@Test
	void theFirstAttemptCounts() {
		assertThat(this.policy.allows(4)).isTrue();
		assertThat(this.policy.allows(5)).isFalse();
		assertThat(this.policy.allows(6)).isFalse();
		assertThat(new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO).allows(1)).isFalse();
	}

}
