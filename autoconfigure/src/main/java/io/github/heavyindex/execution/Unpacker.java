package io.github.heavyindex.execution;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Reads values in the order in which a {@link Packer} wrote them. Not thread-safe.
 */
final class Unpacker {

	private final ByteBuffer bytes;

	Unpacker(byte[] bytes) {
		this.bytes = ByteBuffer.wrap(bytes);
	}

	boolean bool() {
		return this.bytes.get() != 0;
	}

	int integer() {
		return this.bytes.getInt();
	}

	long number() {
		return this.bytes.getLong();
	}

	double fraction() {
		return this.bytes.getDouble();
	}

	String text() {
		byte[] text = new byte[integer()];
		this.bytes.get(text);
		return new String(text, StandardCharsets.UTF_8);
	}

	Instant instant() {
		return Instant.ofEpochSecond(number(), integer());
	}

	Duration duration() {
		return Duration.ofSeconds(number(), integer());
	}

	<T> @Nullable T orNull(Function<Unpacker, T> how) {
		return bool() ? how.apply(this) : null;
	}

	<T> List<T> list(Function<Unpacker, T> how) {
		return Stream.generate(() -> how.apply(this)).limit(integer()).toList();
	}

}
