package io.github.heavyindex;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one operation, as of the last observation.
 *
 * @param name the operation's name
 * @param type what the operation does
 * @param table the table, with its schema once known; {@code null} while unknown
 * @param index the index; for a rename or a constraint by its old name
 * @param sql the statement that carries the operation out
 * @param description what the operation is for, or {@code null}
 * @param critical whether the application's health depends on the operation
 * @param dependsOn names of operations and prerequisites that must be complete first
 * @param state the state
 * @param waitingFor why a pending operation does not run, or a drifted one is not
 * repaired, or {@code null}
 * @param adopted whether the work was found done or under way
 * @param drift how the catalog differs from a completed operation, or {@code null}
 * @param attempts how many attempts were started
 * @param startedAt when the last attempt started, or {@code null}
 * @param finishedAt when the operation ended, or {@code null}
 * @param duration how long the last attempt has taken, or {@code null}
 * @param instance the application instance that ran the last attempt, or {@code null}
 * @param progress how far a running operation is, or {@code null}
 * @param lastError the last error and the mend, or {@code null}
 * @param indexSize the index's size in bytes (from {@code relpages}), or {@code null} if
 * there is none
 * @param tableSize the table's size in bytes (from {@code relpages}), or {@code null} if
 * unknown
 * @param rollingBack whether the operation is being undone: what is pending or running
 * then is the way back
 * @param dataSource the bean name of the data source that the operation is for, or
 * {@code null} for the application's own
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OperationStatus(String name, OperationType type, @Nullable String table, String index, String sql,
		@Nullable String description, boolean critical, List<String> dependsOn, OperationState state,
		@Nullable String waitingFor, boolean adopted, @Nullable Drift drift, int attempts, @Nullable Instant startedAt,
		@Nullable Instant finishedAt, @Nullable Duration duration, @Nullable String instance,
		@Nullable OperationProgress progress, @Nullable String lastError, @Nullable Long indexSize,
		@Nullable Long tableSize, boolean rollingBack, @Nullable String dataSource) {

	public OperationStatus {
		dependsOn = List.copyOf(dependsOn);
	}

	/**
	 * Whether the operation is completed and the catalog still agrees.
	 * @return whether the state is {@link OperationState#COMPLETED} without drift
	 */
	public boolean completed() {
		return this.state == OperationState.COMPLETED && this.drift == null;
	}

}
