package io.github.heavyindex.history;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt begins with.
 *
 * @param indexOid the oid of the index, or {@code null} if there is none yet
 * @param indexSize the size of the index in bytes, or {@code null} if there is none yet
 * @param countsAnew whether the attempts of a completed operation are counted anew, as
 * for one that is carried out again and again
 * @since 0.1.0
 */
public record Beginning(@Nullable Long indexOid, @Nullable Long indexSize, boolean countsAnew) {

	/**
	 * There is no index yet.
	 */
	public static final Beginning NOTHING = new Beginning(null, null, false);

}
