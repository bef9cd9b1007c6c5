package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.actuate.TestOperation;
import io.github.heavyindex.decision.Decision.Wait.Until;
import io.github.heavyindex.execution.JobRules.FailOn;
import io.github.heavyindex.postgres.ConnectionUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What a job waits for, and its exit code: for whom the operation is critical, for all,
 * for nobody.
 */
class JobOutlookTests {

	private static final TestOperation DONE = of("done", OperationState.COMPLETED);

	static Stream<Arguments> turns() {
		TestOperation failed = of("failed", OperationState.FAILED);
		TestOperation cancelled = of("cancelled", OperationState.CANCELLED);
		TestOperation drifted = of("drifted", OperationState.COMPLETED).drift(Drift.MISSING);
		return Stream
			.of(row("all is done", JobOutlook.SETTLED, 0, 0, turn(DONE)),
					row("skipped", JobOutlook.SETTLED, 0, 0, turn(of("skipped", OperationState.SKIPPED))),
					row("running", JobOutlook.OPEN, 0, 2, turn(DONE, of("running", OperationState.RUNNING))),
					row("critical, running", JobOutlook.OPEN, 2, 1,
							turn(of("running", OperationState.RUNNING).critical(), failed)),
					row("its turn", JobOutlook.OPEN, 0, 2, turn(of("pending", OperationState.PENDING))),
					row("waits for a window", JobOutlook.OPEN, 0, 2, turn(Until.LATER)),
					row("waits for an approval", JobOutlook.SETTLED, 0, 2, turn(Until.PERMISSION)),
					row("waits for what failed", JobOutlook.SETTLED, 0, 1, turn(Until.MEND, failed)),
					row("waits for what drifted", JobOutlook.SETTLED, 0, 1, turn(Until.MEND, drifted)),
					row("cannot be compared", JobOutlook.SETTLING, 0, 1, turn(Until.MEND)),
					row("failed", JobOutlook.SETTLED, 0, 1, turn(DONE, failed)),
					row("cancelled", JobOutlook.SETTLED, 0, 1, turn(cancelled)),
					row("drifted", JobOutlook.SETTLED, 0, 1, turn(drifted)),
					row("critical, failed", JobOutlook.SETTLED, 1, 1,
							turn(failed, of("c", OperationState.FAILED).critical())),
					row("failed, and its leftover is being removed", JobOutlook.SETTLING, 0, 1,
							new Turn(turn(failed).status(), Map.of(), true, null)),
					row("no database", JobOutlook.OPEN, 1, 1,
							Turn.failed(turn(DONE).status(), new SQLException("refused", "08001"))),
					row("no connection that may be used", JobOutlook.SETTLED, 1, 1,
							Turn.failed(turn(DONE).status(), new ConnectionUnavailableException("a pooler"))))
			.map(Row::arguments);
	}

	@ParameterizedTest
	@MethodSource("turns")
	void endsWhenNothingMoreHappensByItself(Row row) {
		assertThat(JobOutlook.of(List.of(row.turn()), false)).isEqualTo(row.outlook());
		assertThat(JobOutlook.exitCode(List.of(row.turn()), new JobRules(null, FailOn.CRITICAL)))
			.isEqualTo(row.ofCritical());
		assertThat(JobOutlook.exitCode(List.of(row.turn()), new JobRules(null, FailOn.ANY))).isEqualTo(row.ofAny());
		assertThat(JobOutlook.exitCode(List.of(row.turn()), new JobRules(null, FailOn.NEVER))).isZero();
	}

	@Test
	void overSeveralDatabasesTheWorstCounts() {
		Turn done = turn(DONE);
		Turn open = turn(of("running", OperationState.RUNNING));
		Turn waits = turn(Until.MEND);
		Turn failed = turn(of("failed", OperationState.FAILED));
		Turn hopeless = Turn.failed(turn(Until.LATER).status(), new ConnectionUnavailableException("a pooler"));
		JobRules any = new JobRules(null, FailOn.ANY);
		assertThat(JobOutlook.of(Arrays.asList(done, null), false)).as("not seen yet").isEqualTo(JobOutlook.OPEN);
		assertThat(JobOutlook.exitCode(Arrays.asList(done, null), any)).isEqualTo(1);
		assertThat(JobOutlook.of(List.of(done, open), false)).isEqualTo(JobOutlook.OPEN);
		assertThat(JobOutlook.exitCode(List.of(done, open), any)).isEqualTo(2);
		assertThat(JobOutlook.of(List.of(failed, waits), false)).as("waits for what failed elsewhere")
			.isEqualTo(JobOutlook.SETTLED);
		assertThat(JobOutlook.exitCode(List.of(open, failed), any)).isEqualTo(1);
		assertThat(JobOutlook.of(List.of(hopeless, open), false)).isEqualTo(JobOutlook.OPEN);
		assertThat(JobOutlook.of(List.of(hopeless, waits), false)).isEqualTo(JobOutlook.SETTLED);
		assertThat(JobOutlook.exitCode(List.of(done, hopeless), any)).isEqualTo(1);
	}

	@Test
	void withATimeoutAPermissionIsWaitedForAndAMendIsNot() {
		assertThat(JobOutlook.of(List.of(turn(Until.PERMISSION)), true)).isEqualTo(JobOutlook.OPEN);
		assertThat(JobOutlook.of(List.of(turn(Until.MEND, of("failed", OperationState.FAILED))), true))
			.isEqualTo(JobOutlook.SETTLED);
	}

	@Test
	void aJobThatSawNothingInTimeHasFailed() {
		JobRules rules = new JobRules(Duration.ofSeconds(1), FailOn.CRITICAL);
		assertThat(JobOutlook.exitCode(Collections.singleton(null), rules)).isEqualTo(1);
		assertThat(JobOutlook.exitCode(Collections.singleton(null), new JobRules(null, FailOn.NEVER))).isZero();
	}

	private static TestOperation of(String name, OperationState state) {
		return TestOperation.of(name, state);
	}

	private static Turn turn(TestOperation... operations) {
		return new Turn(TestOperation.status(null, null, operations), Map.of(), false, null);
	}

	private static Turn turn(Until until, TestOperation... others) {
		List<TestOperation> all = Stream.concat(Stream.of(of("waiting", OperationState.PENDING)), Arrays.stream(others))
			.toList();
		Map<String, Until> waits = new HashMap<>(Map.of("waiting", until));
		return new Turn(turn(all.toArray(TestOperation[]::new)).status(), waits, false, null);
	}

	private static Row row(String name, JobOutlook outlook, int ofCritical, int ofAny, Turn turn) {
		return new Row(name, turn, outlook, ofCritical, ofAny);
	}

	record Row(String name, Turn turn, JobOutlook outlook, int ofCritical, int ofAny) {

		Arguments arguments() {
			return argumentSet(this.name, this);
		}

	}

}
