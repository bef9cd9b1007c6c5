package io.github.heavyindex;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one partition of the table that an operation builds an index on, as of
 * the last observation.
 *
 * @param name the partition, with its schema
 * @param state the state of its index
 * @param index the index that is attached, with its schema, or {@code null}
 * @param pid the server session that builds the index now, or {@code null}
 * @param tableSize the partition's size in bytes (from {@code relpages})
 * @param indexSize the index's size in bytes (from {@code relpages}), or {@code null}
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PartitionStatus(String name, State state, @Nullable String index, @Nullable Integer pid, long tableSize,
		@Nullable Long indexSize) {

	/**
	 * The state of a partition's index.
	 */
	public enum State {

		/**
		 * No index is attached yet.
		 */
		PENDING,

		/**
		 * It is being built, or built anew.
		 */
		RUNNING,

		/**
		 * It is attached, and valid.
		 */
		COMPLETED,

		/**
		 * It is attached, but invalid: it is to be built anew.
		 */
		INVALID

	}

}
