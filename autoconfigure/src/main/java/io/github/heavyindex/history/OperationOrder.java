package io.github.heavyindex.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What people have ordered of one operation, and what undoing it would need to know.
 *
 * @param sql the statement that was declared then; of another one this says nothing
 * @param paused whether new starts are paused; of the application's own order only
 * @param approved whether the operation was approved
 * @param rollback whether the operation is to be undone
 * @param index the oid of the index that the operation built or renamed, or {@code null}
 * @param dropped the statement that builds again what the operation dropped, or
 * {@code null}
 * @param propertiesOf the oid of the index whose properties are kept, or {@code null}
 * @param properties what that index had beside its definition, as JSON, or {@code null}
 * if it had nothing
 * @param actor who gave the last order, or {@code null}
 * @param at when the last order was given
 * @since 0.1.0
 */
public record OperationOrder(String sql, boolean paused, boolean approved, boolean rollback, @Nullable Long index,
		@Nullable String dropped, @Nullable Long propertiesOf, @Nullable String properties, @Nullable String actor,
		Instant at) {

}
