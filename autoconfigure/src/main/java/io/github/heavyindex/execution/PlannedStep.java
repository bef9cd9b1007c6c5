package io.github.heavyindex.execution;

import org.jspecify.annotations.Nullable;

/**
 * A statement that a check says would be executed.
 *
 * @param statement the statement, or several that make one transaction
 * @param lock the lock that it takes, on what, and who waits for it how long
 * @param note what else to know, or {@code null}
 */
record PlannedStep(String statement, String lock, @Nullable String note) {

}
