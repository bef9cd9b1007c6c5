package io.github.heavyindex.decision;

import org.jspecify.annotations.Nullable;

/**
 * Whether an index has the definition that an operation declares, as PostgreSQL sees it.
 *
 * @param verdict the verdict
 * @param declared what PostgreSQL makes of the declaration, or {@code null} if unknown
 * @param actual the definition in the catalog, or {@code null} if unknown
 * @param reason why the verdict is none, or {@code null}
 * @since 0.1.0
 */
public record Comparison(Verdict verdict, @Nullable String declared, @Nullable String actual, @Nullable String reason) {

	/**
	 * Not compared yet.
	 */
	public static final Comparison UNKNOWN = new Comparison(Verdict.UNKNOWN, null, null, null);

	/**
	 * Both are the same.
	 */
	public static final Comparison EQUAL = new Comparison(Verdict.EQUAL, null, null, null);

	/**
	 * The definitions cannot be compared now or ever; this is never held against the
	 * operation.
	 * @param reason why
	 * @return a comparison without verdict
	 */
	public static Comparison impossible(String reason) {
		return new Comparison(Verdict.IMPOSSIBLE, null, null, reason);
	}

	/**
	 * The same, where what stands there is not what was completed.
	 * @param actual the definition in the catalog
	 * @return a comparison without verdict
	 */
	public Comparison withActual(String actual) {
		return new Comparison(this.verdict, this.declared, actual, this.reason);
	}

	/**
	 * The definitions differ.
	 * @param declared what PostgreSQL makes of the declaration
	 * @param actual the definition in the catalog
	 * @return a comparison
	 */
	public static Comparison different(String declared, String actual) {
		return new Comparison(Verdict.DIFFERENT, declared, actual, null);
	}

	/**
	 * Whether the index has the declared definition and something behind it.
	 * @param end how its definition ends beyond the declared one
	 */
	boolean differsOnlyBy(String end) {
		return this.verdict == Verdict.DIFFERENT && this.actual != null && this.actual.equals(this.declared + end);
	}

	/**
	 * The verdict of a comparison.
	 */
	public enum Verdict {

		/**
		 * The definitions are the same.
		 */
		EQUAL,

		/**
		 * The definitions differ.
		 */
		DIFFERENT,

		/**
		 * Not compared yet.
		 */
		UNKNOWN,

		/**
		 * Cannot be compared.
		 */
		IMPOSSIBLE

	}

}
