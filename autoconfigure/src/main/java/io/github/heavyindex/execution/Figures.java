package io.github.heavyindex.execution;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Figures for people.
 */
final class Figures {

	private static final int ENOUGH = 10;

	private Figures() {
	}

	/**
	 * A size with at least two digits, as in {@code 353 MB}.
	 */
	static String size(@Nullable Long bytes) {
		if (bytes == null) {
			return "unknown size";
		}
		DataSize size = DataSize.ofBytes(bytes);
		if (size.toTerabytes() >= ENOUGH) {
			return size.toTerabytes() + " TB";
		}
		if (size.toGigabytes() >= ENOUGH) {
			return size.toGigabytes() + " GB";
		}
		return (size.toMegabytes() >= ENOUGH) ? size.toMegabytes() + " MB" : size.toKilobytes() + " kB";
	}

	/**
	 * A duration in whole seconds, as in {@code 1m2s}; a shorter one in milliseconds.
	 */
	static String duration(Duration duration) {
		return (duration.toSeconds() < 1) ? duration.toMillis() + " ms"
				: Duration.ofSeconds(duration.toSeconds()).toString().substring(2).toLowerCase(Locale.ROOT);
	}

}
