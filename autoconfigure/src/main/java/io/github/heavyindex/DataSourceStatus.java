package io.github.heavyindex;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the operations on one database, as of its last observation. Immutable.
 *
 * @param name the bean name of the data source, or {@code null} for the application's own
 * @param lastObserved when the database was last observed, or {@code null} if never
 * @param problem why nothing runs there or something could not be seen, or {@code null}
 * @param paused whether new starts are paused there
 * @param summary how many of its operations are in which state
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DataSourceStatus(@Nullable String name, @Nullable Instant lastObserved, @Nullable String problem,
		boolean paused, HeavyIndexesStatus.Summary summary) {

}
