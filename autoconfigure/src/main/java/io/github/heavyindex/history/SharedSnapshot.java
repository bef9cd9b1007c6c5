package io.github.heavyindex.history;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What has been published by the instance that looks for all.
 *
 * @param leads whether that is this instance from now on
 * @param valid whether what was published may still be relied on
 * @param version the version that is known now
 * @param head what concerns all operations, or {@code null} if nothing was ever published
 * @param operations the operations that have changed, by name
 * @since 0.1.0
 */
public record SharedSnapshot(boolean leads, boolean valid, long version, byte @Nullable [] head,
		Map<String, byte[]> operations) {

	/**
	 * Nothing was published, or nothing was asked.
	 */
	public static final SharedSnapshot NONE = new SharedSnapshot(false, false, 0, null, Map.of());

}
