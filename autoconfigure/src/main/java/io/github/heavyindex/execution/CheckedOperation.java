package io.github.heavyindex.execution;

import java.util.List;

import io.github.heavyindex.IndexOperation;
import org.jspecify.annotations.Nullable;

/**
 * What a check found out about one operation.
 *
 * @param operation the operation
 * @param plan what would be done
 * @param sql the statement, with the schema where the table was seen
 * @param steps the statements that would be executed, empty where none would
 * @param notes what else to know
 * @param table the table, with its schema once known, or {@code null}
 * @param tableSize the table's size in bytes, or {@code null} if unknown
 * @param tableRows the planner's estimate of its rows, or {@code null} if unknown
 * @param indexSize the estimated size in bytes of the index to build, or {@code null} if
 * none is built or it cannot be told
 * @param time about how long it takes, or {@code null} where nothing is to be done
 */
record CheckedOperation(IndexOperation operation, Plan plan, String sql, List<StepGroup> steps, List<String> notes,
		@Nullable String table, @Nullable Long tableSize, @Nullable Long tableRows, @Nullable Long indexSize,
		@Nullable TimeClass time) {

	CheckedOperation {
		steps = List.copyOf(steps);
		notes = List.copyOf(notes);
	}

}
