package io.github.heavyindex.operation;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Guesses what a person meant.
 */
final class NearestName {

	private NearestName() {
	}

	/**
	 * The name that needs the fewest edits, if it is near enough to be a slip.
	 */
	static @Nullable String of(String name, Collection<String> candidates) {
		String nearest = null;
		int least = Math.max(2, name.length() / 4) + 1;
		for (String candidate : candidates) {
			if (Math.abs(candidate.length() - name.length()) < least) {
				int edits = edits(name, candidate);
				if (edits < least) {
					least = edits;
					nearest = candidate;
				}
			}
		}
		return nearest;
	}

	/**
	 * Levenshtein's distance, with one row of its table at a time.
	 */
	private static int edits(String left, String right) {
		int[] row = new int[right.length() + 1];
		for (int j = 0; j < row.length; j++) {
			row[j] = j;
		}
		for (int i = 1; i <= left.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= right.length(); j++) {
				int substitution = diagonal + ((left.charAt(i - 1) == right.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[right.length()];
	}

}
