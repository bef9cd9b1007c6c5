package io.github.heavyindex.execution;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationOptions;

/**
 * What tells instances apart that declare other operations, as the old and the new
 * version of an application do beside each other: each kind looks for itself.
 *
 * @param key a short text, the same on all instances that declare the same
 */
record Declarations(String key) {

	private static final int LENGTH = 16;

	static Declarations of(List<IndexOperation> operations) {
		Packer all = new Packer().integer(ShownCodec.FORMAT);
		for (IndexOperation operation : operations) {
			OperationOptions options = operation.options();
			all.text(operation.name())
				.text(operation.sql())
				.list(options.dependsOn().stream().sorted().toList(), Packer::text)
				.bool(options.critical())
				.bool(options.requiresApproval())
				.orNull(options.description(), Packer::text)
				.text(options.onMismatch() + "," + options.maxDuration() + "," + options.rebuildWhenBloat());
		}
		return new Declarations(HexFormat.of().formatHex(digest(all.toBytes())).substring(0, LENGTH));
	}

	/**
	 * The key of a lock that the instances of an application share.
	 */
	int lock(String application) {
		byte[] digest = digest((application + "\n" + this.key).getBytes(StandardCharsets.UTF_8));
		return new Unpacker(digest).integer();
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
