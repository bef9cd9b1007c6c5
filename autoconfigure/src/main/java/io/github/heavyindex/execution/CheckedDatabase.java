package io.github.heavyindex.execution;

import java.time.Instant;
import java.util.List;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import org.jspecify.annotations.Nullable;

/**
 * What a check found out about one database.
 *
 * @param dataSource the bean name of the data source, or {@code null} for the
 * application's own
 * @param checkedAt when, by the database's clock, or {@code null} if it was not reached
 * @param server the server, database and role, for people, or {@code null}
 * @param problem why nothing could be checked or would work, or {@code null}
 * @param notes what could not be seen
 * @param operations the operations, in dependency order
 * @param oldTransactions transactions that a build would wait for
 * @param invalidIndexes invalid indexes that no operation declares, or {@code null} if
 * unknown
 */
record CheckedDatabase(@Nullable String dataSource, @Nullable Instant checkedAt, @Nullable String server,
		@Nullable String problem, List<String> notes, List<CheckedOperation> operations,
		List<DatabaseSession> oldTransactions, @Nullable UndeclaredInvalidIndexes invalidIndexes) {

	static CheckedDatabase failed(@Nullable String dataSource, String problem) {
		return new CheckedDatabase(dataSource, null, null, problem, List.of(), List.of(), List.of(), null);
	}

}
