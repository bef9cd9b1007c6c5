package io.github.heavyindex.execution;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Writes values in the order in which an {@link Unpacker} reads them. Not thread-safe.
 */
final class Packer {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final DataOutputStream out = new DataOutputStream(this.bytes);

	byte[] toBytes() {
		return this.bytes.toByteArray();
	}

	Packer bool(boolean value) {
		return write(() -> this.out.writeBoolean(value));
	}

	Packer integer(int value) {
		return write(() -> this.out.writeInt(value));
	}

	Packer number(long value) {
		return write(() -> this.out.writeLong(value));
	}

	Packer fraction(double value) {
		return write(() -> this.out.writeDouble(value));
	}

	Packer text(String value) {
		byte[] text = value.getBytes(StandardCharsets.UTF_8);
		return integer(text.length).write(() -> this.out.write(text));
	}

	Packer instant(Instant value) {
		return number(value.getEpochSecond()).integer(value.getNano());
	}

	Packer duration(Duration value) {
		return number(value.getSeconds()).integer(value.getNano());
	}

	<T> Packer orNull(@Nullable T value, BiConsumer<Packer, T> how) {
		bool(value != null);
		if (value != null) {
			how.accept(this, value);
		}
		return this;
	}

	<T> Packer list(List<T> values, BiConsumer<Packer, T> how) {
		integer(values.size());
		values.forEach((value) -> how.accept(this, value));
		return this;
	}

	private Packer write(Writing writing) {
		try {
			writing.run();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@FunctionalInterface
	private interface Writing {

		void run() throws IOException;

	}

}
