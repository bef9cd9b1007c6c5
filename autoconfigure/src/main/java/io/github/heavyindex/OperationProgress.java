package io.github.heavyindex;

import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How far a running operation is.
 *
 * @param phase the phase, in the words of {@code pg_stat_progress_create_index}, or
 * {@code null} if the server shows none; where the table is partitioned, behind how many
 * partitions have their index, as in {@code 17 of 1000 partitions, initializing}
 * @param percent the overall percentage, 0 to 100; it never goes back. Cut to tenths, so
 * that a build is never rounded up to done
 * @param remaining the estimated remaining time, or {@code null} while it cannot be told
 * @param pid the process id of the server session that works
 * @param blocksDone blocks processed in this phase
 * @param blocksTotal blocks to process in this phase
 * @param tuplesDone tuples processed in this phase
 * @param tuplesTotal tuples to process in this phase
 * @param blockedBy the sessions that the operation waits for
 * @param blocking the sessions that wait for the operation
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OperationProgress(@Nullable String phase, double percent, @Nullable Duration remaining, int pid,
		long blocksDone, long blocksTotal, long tuplesDone, long tuplesTotal, List<DatabaseSession> blockedBy,
		List<DatabaseSession> blocking) {

	public OperationProgress {
		percent = Math.floor(percent * 10) / 10;
		blockedBy = List.copyOf(blockedBy);
		blocking = List.copyOf(blocking);
	}

}
