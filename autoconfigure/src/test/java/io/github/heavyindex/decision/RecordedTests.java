package io.github.heavyindex.decision;

import java.time.Instant;

import io.github.heavyindex.OperationState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Recorded}: a server gives process ids anew.
 */
class RecordedTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# recorded                | seen                       | the same
			4711 | 2026-01-01T02:00:00Z | 4711 | 2026-01-01T02:00:00Z | true
			4711 | 2026-01-01T02:00:00Z | 4711 | 2026-01-01T02:00:01Z | false
			4711 | 2026-01-01T02:00:00Z | 9    | 2026-01-01T02:00:00Z | false
			4711 | 2026-01-01T02:00:00Z | 4711 |                      | true
			4711 |                      | 4711 | 2026-01-01T02:00:00Z | true
			4711 |                      | 9    |                      | false
			     |                      | 4711 |                      | false
			""")
	void aSessionIsItsProcessIdAndItsBegin(@Nullable Integer pid, @Nullable Instant begin, int otherPid,
			@Nullable Instant otherBegin, boolean same) {
		Recorded recorded = new Recorded(OperationState.RUNNING, "sql", 1, null, null, false, pid, begin, null, null,
				null);
		assertThat(recorded.isSession(new Holder(otherPid, true, null, otherBegin))).isEqualTo(same);
	}

}
