package io.github.heavyindex;

import java.time.Duration;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to carry an operation out.
 *
 * @param attempt the number of the attempt, from 1
 * @param startedAt when it started, by the database's clock
 * @param finishedAt when it ended, or {@code null} while it runs or if nobody saw the end
 * @param duration how long it took, or {@code null}
 * @param instance the application instance that ran it
 * @param pid the process id of the server session that ran it
 * @param outcome how it ended ({@code RUNNING}, {@code COMPLETED}, {@code RETRY},
 * {@code FAILED}, {@code CANCELLED}, {@code ROLLED_BACK}, {@code LOST})
 * @param sqlState the SQLSTATE of its error, or {@code null}
 * @param error the error, of a completed attempt what went wrong beside (as
 * {@code ANALYZE} after the build), or {@code null}
 * @param sizeBefore the index's size in bytes when it started (from {@code relpages}), or
 * {@code null} if there was none
 * @param sizeAfter the index's size in bytes when it was completed (from
 * {@code relpages}), or {@code null} if there was none
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OperationAttempt(int attempt, Instant startedAt, @Nullable Instant finishedAt,
		@Nullable Duration duration, String instance, int pid, Outcome outcome, @Nullable String sqlState,
		@Nullable String error, @Nullable Long sizeBefore, @Nullable Long sizeAfter) {

	/**
	 * How an attempt ended.
	 */
	public enum Outcome {

		/**
		 * It has not ended.
		 */
		RUNNING,

		/**
		 * The goal was met.
		 */
		COMPLETED,

		/**
		 * It failed, and is tried again.
		 */
		RETRY,

		/**
		 * It failed for good.
		 */
		FAILED,

		/**
		 * A person cancelled it.
		 */
		CANCELLED,

		/**
		 * The operation was undone.
		 */
		ROLLED_BACK,

		/**
		 * Its application or its connection died, and nobody saw how it ended.
		 */
		LOST

	}

}
