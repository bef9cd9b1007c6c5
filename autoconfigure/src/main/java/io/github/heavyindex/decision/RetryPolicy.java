package io.github.heavyindex.decision;

import java.time.Duration;

/**
 * How often and when a failed attempt is repeated.
 *
 * @param maxAttempts the most attempts, 1 for no retry
 * @param initialDelay the delay after the first attempt
 * @param multiplier by how much each delay is longer than the one before, at least 1
 * @param maxDelay the longest delay
 * @since 0.1.0
 */
public record RetryPolicy(int maxAttempts, Duration initialDelay, double multiplier, Duration maxDelay) {

	private static final double JITTER = 0.2;

	/**
	 * Whether one more attempt may follow.
	 * @param attempts the attempts so far
	 * @return whether to retry
	 */
	public boolean allows(int attempts) {
		return attempts < this.maxAttempts;
	}

	/**
	 * The delay before the next attempt.
	 * @param attempts the attempts so far, at least 1
	 * @param random a number from 0 to 1 that spreads the replicas
	 * @return the delay, up to 20 % shorter or longer than the rule says, never longer
	 * than the maximum
	 */
	public Duration delay(int attempts, double random) {
		double millis = this.initialDelay.toMillis() * Math.pow(this.multiplier, Math.max(0, attempts - 1));
		millis *= 1 + JITTER * (2 * random - 1);
		return Duration.ofMillis((long) Math.min(millis, (double) this.maxDelay.toMillis()));
	}

}
