package io.github.heavyindex.operation;

/**
 * Enough of a statement for a message to a person.
 */
final class Excerpt {

	private static final int MAX_LENGTH = 160;

	private Excerpt() {
	}

	static String of(String sql) {
		String line = sql.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
		return (line.length() <= MAX_LENGTH) ? line : line.substring(0, MAX_LENGTH) + "…";
	}

}
