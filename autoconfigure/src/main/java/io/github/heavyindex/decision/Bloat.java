package io.github.heavyindex.decision;

import org.jspecify.annotations.Nullable;

/**
 * How much of an index is estimated to be empty space.
 *
 * @param percent the percentage of its size, 0 to 100, or {@code null} if it cannot be
 * told
 * @param unknown why it cannot be told, or {@code null}
 * @param forGood whether it can never be told of this index
 * @since 0.1.0
 */
public record Bloat(@Nullable Double percent, @Nullable String unknown, boolean forGood) {

	/**
	 * An estimate.
	 * @param percent the percentage, 0 to 100
	 * @return the estimate
	 */
	public static Bloat of(double percent) {
		return new Bloat(percent, null, false);
	}

	/**
	 * No estimate yet.
	 * @param reason why, and the mend
	 * @return no estimate
	 */
	public static Bloat unknown(String reason) {
		return new Bloat(null, reason, false);
	}

	/**
	 * No estimate ever.
	 * @param reason why
	 * @return no estimate
	 */
	public static Bloat impossible(String reason) {
		return new Bloat(null, reason, true);
	}

	/**
	 * The bloat since the last rebuild. A fresh index has none, so what was estimated
	 * then is the error of the estimate.
	 * @param fresh what was estimated right after the rebuild, or {@code null} if nothing
	 * @return the percentage, or {@code null} if it cannot be told
	 */
	@Nullable Double since(@Nullable Double fresh) {
		if (this.percent == null || fresh == null || fresh >= 100) {
			return this.percent;
		}
		return Math.max(0, 100 - (100 - this.percent) * 100 / (100 - fresh));
	}

}
