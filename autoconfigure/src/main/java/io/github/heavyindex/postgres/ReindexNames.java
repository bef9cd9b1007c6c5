package io.github.heavyindex.postgres;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.heavyindex.RelationName;

/**
 * The names that {@code REINDEX CONCURRENTLY} gives to the index it builds and to the one
 * it takes away (manual, "REINDEX", "Rebuilding Indexes Concurrently"):
 * {@code <index>_ccnew} and {@code <index>_ccold}, numbered where that is taken, and the
 * index's part cut so that the whole fits into 63 bytes ({@code ChooseRelationName} in
 * the server's source).
 */
final class ReindexNames {

	private static final Pattern SUFFIX = Pattern.compile("_cc(?:new|old)(?:[1-9][0-9]*)?\\z");

	// a cut never splits a character, which has at most four bytes
	private static final int LONGEST_CHARACTER = 4;

	private ReindexNames() {
	}

	/**
	 * Whether a name is derived from that of an index.
	 * @param name the name in question
	 * @param index the index
	 * @return whether a rebuild of the index may have given it
	 */
	static boolean isDerived(String name, String index) {
		Matcher suffix = SUFFIX.matcher(name);
		if (!suffix.find()) {
			return false;
		}
		String stem = name.substring(0, suffix.start());
		if (stem.equals(index)) {
			return true;
		}
		return index.startsWith(stem) && bytes(index + suffix.group()) > RelationName.MAX_BYTES
				&& bytes(name) > RelationName.MAX_BYTES - LONGEST_CHARACTER;
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

}
