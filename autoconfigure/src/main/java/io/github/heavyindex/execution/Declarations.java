package io.github.heavyindex.execution;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

import io.github.heavyindex.HeavyIndexGuard;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationOptions;
import org.jspecify.annotations.Nullable;

/**
 * What must be the same on two instances for one to show what the other one has seen: the
 * operations, and the settings by which it is decided what becomes of them. The old and
 * the new version of an application, beside each other, look each for itself.
 *
 * @param text all of it
 */
record Declarations(String text) {

	private static final int LENGTH = 16;

	static Declarations of(List<IndexOperation> operations, Settings settings) {
		Packer all = new Packer().integer(ShownCodec.FORMAT);
		operations.stream().sorted(Comparator.comparing(IndexOperation::name)).forEach((operation) -> {
			OperationOptions options = operation.options();
			all.text(operation.name())
				.text(operation.sql())
				.list(options.dependsOn().stream().sorted().toList(), Packer::text)
				.bool(options.critical())
				.bool(options.requiresApproval())
				.orNull(options.description(), Packer::text)
				.text(options.onMismatch() + "," + options.maxDuration() + "," + options.rebuildWhenBloat());
		});
		all.text(settings.policy().toString())
			.duration(settings.pollInterval())
			.duration(settings.driftInterval())
			.bool(settings.showQueries())
			.text(settings.build().toString())
			.list(settings.userGuards().stream().map(Declarations::type).sorted().toList(), Packer::text);
		return new Declarations(HexFormat.of().formatHex(digest(all.toBytes())));
	}

	private static String type(HeavyIndexGuard guard) {
		return guard.getClass().getSimpleName().replaceAll("\\W.*|[0-9]+", "");
	}

	/**
	 * A short text, the same on all instances that declare, decide and see the same.
	 * @param schema where our tables are
	 * @param searchPath where names are looked up
	 */
	String key(@Nullable String schema, List<String> searchPath) {
		byte[] all = new Packer().text(this.text).orNull(schema, Packer::text).list(searchPath, Packer::text).toBytes();
		return HexFormat.of().formatHex(digest(all)).substring(0, LENGTH);
	}

	/**
	 * The number of a lock that the instances of an application share.
	 * @param key what they have in common
	 */
	static int lock(String application, String key) {
		return new Unpacker(digest((application + "\n" + key).getBytes(StandardCharsets.UTF_8))).integer()
				& Integer.MAX_VALUE;
	}

	private static byte[] digest(byte[] bytes) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(bytes);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
