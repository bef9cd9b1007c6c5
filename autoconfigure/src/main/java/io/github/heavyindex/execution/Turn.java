package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Wait.Until;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of the loop has found out.
 *
 * @param status what everybody sees now
 * @param waits what ends the waits of operations that wait
 * @param leavesWork whether anything is still to be done, be it to clean up after an
 * operation that has ended, or to analyze its table
 * @param failure why the database could not be observed, or {@code null}
 */
record Turn(HeavyIndexesStatus status, Map<String, Until> waits, boolean leavesWork, @Nullable SQLException failure) {

	static Turn observed(HeavyIndexesStatus status, Judgement judgement, boolean leavesWork) {
		Map<String, Until> waits = judgement.decisions()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() instanceof Decision.Wait)
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> ((Decision.Wait) entry.getValue()).until()));
		return new Turn(status, waits, leavesWork, null);
	}

	static Turn failed(HeavyIndexesStatus status, SQLException failure) {
		return new Turn(status, Map.of(), false, failure);
	}

}
