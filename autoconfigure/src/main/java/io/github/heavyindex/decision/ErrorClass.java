package io.github.heavyindex.decision;

import java.util.Set;

/**
 * What an error of PostgreSQL means for an operation (manual, "PostgreSQL Error Codes").
 * Every error is followed by an observation: only when the goal is not met does the class
 * count.
 *
 * @since 0.1.0
 */
public enum ErrorClass {

	/**
	 * It may go well the next time.
	 */
	RETRY,

	/**
	 * It goes well once the server's state has changed; this counts as no attempt.
	 */
	WAIT,

	/**
	 * The connection is gone; the server session may live on.
	 */
	CONNECTION_LOST,

	/**
	 * Somebody cancelled the statement.
	 */
	CANCELLED,

	/**
	 * It would fail again.
	 */
	FAIL;

	private static final Set<String> RETRIED = Set.of("55P03", "40P01", "40001", "57P01", "57P02", "57P03", "57P05",
			"25P03", "25P04", "55006", "XX000",
			// the object came while we looked: the next observation tells
			"42P07");

	private static final Set<String> AWAITED = Set.of("25006", "53300");

	/**
	 * Classifies an error.
	 * @param sqlState the SQLSTATE
	 * @param onCatalog whether the error is about a table or index of {@code pg_catalog}
	 * @param existedBefore whether the relation that is missing now was there a moment
	 * ago; an operator class or type that is missing was not
	 * @return the class
	 */
	public static ErrorClass of(String sqlState, boolean onCatalog, boolean existedBefore) {
		if (sqlState.startsWith("08")) {
			return CONNECTION_LOST;
		}
		if (sqlState.equals("57014")) {
			return CANCELLED;
		}
		if (AWAITED.contains(sqlState)) {
			return WAIT;
		}
		boolean retried = switch (sqlState) {
			// two sessions created the same name at once; not the user's data
			case "23505" -> onCatalog;
			case "42P01", "42704" -> existedBefore;
			default -> RETRIED.contains(sqlState);
		};
		return retried ? RETRY : FAIL;
	}

}
