package io.github.heavyindex.history;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What has been published by the instance that looks for all.
 *
 * @param leads whether that is this instance from now on
 * @param validity how long what was published may still be relied on; not at all unless
 * it is positive
 * @param version the version that is known now
 * @param head what concerns all operations, or {@code null} if nothing was ever published
 * @param contents what has changed, by name
 * @since 0.1.0
 */
public record SharedSnapshot(boolean leads, Duration validity, long version, byte @Nullable [] head,
		Map<String, byte[]> contents) {

	/**
	 * Nothing was published, or nothing was asked.
	 */
	public static final SharedSnapshot NONE = new SharedSnapshot(false, Duration.ZERO, 0, null, Map.of());

}
