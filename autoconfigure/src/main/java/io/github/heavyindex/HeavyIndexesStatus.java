package io.github.heavyindex;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all operations, as of the last observation. Immutable.
 *
 * @param summary how many operations are in which state
 * @param paused whether new starts are paused, on one database at least
 * @param instance the application instance that answers
 * @param lastObserved when the database was last observed, or {@code null} if never; of
 * several databases the one that was observed the longest ago
 * @param problem why nothing runs or something could not be seen, or {@code null}; with
 * several databases the first problem, and where it is
 * @param operations the operations, in dependency order
 * @param undeclaredInvalidIndexes invalid indexes of the database that no operation
 * declares, as of the last drift check, or {@code null} while unknown
 * @param dataSources the same for each database that an operation is for, the
 * application's own first; never empty
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record HeavyIndexesStatus(Summary summary, boolean paused, String instance, @Nullable Instant lastObserved,
		@Nullable String problem, List<OperationStatus> operations,
		@Nullable UndeclaredInvalidIndexes undeclaredInvalidIndexes, List<DataSourceStatus> dataSources) {

	public HeavyIndexesStatus {
		operations = List.copyOf(operations);
		dataSources = List.copyOf(dataSources);
	}

	/**
	 * Creates the status of the application's own database, the only one.
	 * @param summary how many operations are in which state
	 * @param paused whether new starts are paused
	 * @param instance the application instance that answers
	 * @param lastObserved when the database was last observed, or {@code null} if never
	 * @param problem why nothing runs or something could not be seen, or {@code null}
	 * @param operations the operations, in dependency order
	 * @param undeclaredInvalidIndexes invalid indexes that no operation declares, or
	 * {@code null} while unknown
	 */
	public HeavyIndexesStatus(Summary summary, boolean paused, String instance, @Nullable Instant lastObserved,
			@Nullable String problem, List<OperationStatus> operations,
			@Nullable UndeclaredInvalidIndexes undeclaredInvalidIndexes) {
		this(summary, paused, instance, lastObserved, problem, operations, undeclaredInvalidIndexes,
				List.of(new DataSourceStatus(null, lastObserved, problem, paused, summary)));
	}

	/**
	 * How many operations are in which state.
	 *
	 * @param total all operations
	 * @param completed completed operations, drifted ones too
	 * @param running running operations
	 * @param pending pending operations
	 * @param failed failed operations
	 * @param cancelled cancelled operations
	 * @param skipped skipped operations
	 * @param drifted completed operations that the catalog no longer agrees with
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record Summary(int total, int completed, int running, int pending, int failed, int cancelled, int skipped,
			int drifted) {

		/**
		 * Counts operations.
		 * @param operations the operations
		 * @return how many are in which state
		 */
		public static Summary of(List<OperationStatus> operations) {
			int[] counts = new int[OperationState.values().length];
			int drifted = 0;
			for (OperationStatus operation : operations) {
				counts[operation.state().ordinal()]++;
				if (operation.drift() != null) {
					drifted++;
				}
			}
			return new Summary(operations.size(), counts[OperationState.COMPLETED.ordinal()],
					counts[OperationState.RUNNING.ordinal()], counts[OperationState.PENDING.ordinal()],
					counts[OperationState.FAILED.ordinal()], counts[OperationState.CANCELLED.ordinal()],
					counts[OperationState.SKIPPED.ordinal()], drifted);
		}

	}

}
