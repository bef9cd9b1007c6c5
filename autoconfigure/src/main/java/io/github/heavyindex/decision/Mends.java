package io.github.heavyindex.decision;

import io.github.heavyindex.IndexOperation;
import org.jspecify.annotations.Nullable;

/**
 * What a person can do about an error of PostgreSQL.
 *
 * @since 0.1.0
 */
public final class Mends {

	private static final String RETRY = ", then retry";

	private static final String ROLL_BACK = ", then roll back again";

	private Mends() {
	}

	/**
	 * The mend of an error.
	 * @param sqlState the SQLSTATE
	 * @param operation the operation that failed
	 * @param table the table for people, or {@code null} if unknown
	 * @return a sentence
	 */
	public static String of(String sqlState, IndexOperation operation, @Nullable String table) {
		String on = (table != null) ? table : "the table";
		return switch (sqlState) {
			case "23505" -> "Remove the duplicate rows of " + on + ", then retry.";
			case "42501" -> "Grant the role what the message names: it must own " + on
					+ " and have CREATE on its schema (GRANT CREATE ON SCHEMA … TO …), then retry.";
			case "42P01" -> "Create the table, correct its name or add its schema, then retry.";
			case "42703" -> "Correct the column's name in the declaration, or add the column, then retry.";
			case "42704" ->
				"Correct the name in the declaration, or create the missing type, operator class or extension, then retry.";
			case "42P17", "42601", "42803", "42804", "42883", "42P20", "42P22", "42846" ->
				"Correct the declaration: " + operation.sql();
			case "0A000" -> "This server does not support the declaration; change it: " + operation.sql();
			case "2BP01" -> "Something depends on the index; drop that first, then retry.";
			case "53100" ->
				"The disk is full: free space (the index needs about as much again while it sorts), then retry.";
			case "53200" -> "The server is out of memory: lower heavy-index.build.maintenance-work-mem, then retry.";
			case "53400" ->
				"A limit of the server's configuration was exceeded (temp_file_limit, say): raise it, then retry.";
			case "55P03" -> "Somebody holds a lock; see blockedBy.";
			case "40P01" ->
				"Another session waited for a lock on " + on + " (an ALTER TABLE or ANALYZE, say); it is tried again.";
			default ->
				sqlState.startsWith("54") ? "The declaration exceeds a limit of PostgreSQL; make the index smaller."
						: "See the server's log, mend the cause, then retry.";
		};
	}

	/**
	 * What a person can do about an error on the way back of an operation.
	 * @param words an error with its mend, or the mend alone
	 * @return the same, without the advice to retry
	 */
	public static String onTheWayBack(String words) {
		return words.replace(RETRY + ".", ROLL_BACK + "; a retry would give the rollback up.")
			.replace(RETRY, ROLL_BACK);
	}

}
