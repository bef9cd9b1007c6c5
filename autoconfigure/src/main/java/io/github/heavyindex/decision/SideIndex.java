package io.github.heavyindex.decision;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.heavyindex.RelationName;

/**
 * What stands under the side name of an index: its replacement while that is built, and
 * the replaced index after both have changed names, until it is dropped.
 * <p>
 * The name alone is no proof: a person may have taken it. The mark is, a comment on the
 * index. What bears none is never dropped as long as it is valid.
 *
 * @param relation what stands there
 * @param marked whether its comment says that it is ours
 * @since 0.1.0
 */
public record SideIndex(CatalogRelation relation, boolean marked) {

	/**
	 * How the comments begin that mark an index as ours.
	 */
	public static final String MARK = "heavy-index: ";

	private static final String INFIX = "_heavy_index_";

	private static final int HASH_BYTES = 4;

	/**
	 * The side name of an index: always the same, in the schema of the index, and within
	 * the length that PostgreSQL leaves uncut.
	 * @param index the index
	 * @return another name
	 */
	public static RelationName nameOf(RelationName index) {
		String suffix = INFIX + hash(index.name());
		String name = index.name();
		int end = name.length();
		while (bytes(name.substring(0, end)).length + suffix.length() > RelationName.MAX_BYTES) {
			end = name.offsetByCodePoints(end, -1);
		}
		return new RelationName(index.schema(), name.substring(0, end) + suffix);
	}

	private static String hash(String name) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(name));
			return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
