package io.github.heavyindex.decision;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.github.heavyindex.RelationName;

/**
 * The names of the indexes that we build on partitions: the partition's name, an
 * underscore and the index's name. Names that would be longer than PostgreSQL keeps are
 * cut and end in a hash of the whole, so that no two come out the same.
 *
 * @since 0.1.0
 */
public final class PartitionIndexName {

	private static final int HASH_BYTES = 4;

	private static final int NAMES = 9;

	private PartitionIndexName() {
	}

	/**
	 * The name of the index on a partition.
	 * @param partition the partition's name
	 * @param index the declared index
	 * @return a name of at most 63 bytes
	 */
	public static String of(String partition, String index) {
		return fit(partition + "_" + index, "");
	}

	/**
	 * All names that an index of ours on a partition may bear: further ones are for where
	 * another relation has taken the first.
	 * @param partition the partition's name
	 * @param index the declared index
	 * @return the names, the preferred one first
	 */
	public static List<String> all(String partition, String index) {
		List<String> names = new ArrayList<>(List.of(of(partition, index)));
		for (int number = 2; number <= NAMES; number++) {
			names.add(fit(partition + "_" + index, "_" + number));
		}
		return names;
	}

	private static String fit(String name, String suffix) {
		if (bytes(name + suffix) <= RelationName.MAX_BYTES) {
			return name + suffix;
		}
		String end = "_" + hash(name) + suffix;
		return cut(name, RelationName.MAX_BYTES - bytes(end)) + end;
	}

	/**
	 * The longest beginning of a name that has so many bytes.
	 */
	private static String cut(String name, int bytes) {
		int end = name.length();
		while (bytes(name.substring(0, end)) > bytes) {
			end = name.offsetByCodePoints(end, -1);
		}
		return name.substring(0, end);
	}

	private static String hash(String name) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

}
