package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.actuate.TestOperation;
import io.github.heavyindex.execution.JobRules.FailOn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The texts of a job: {@link JobSummary} and the bar of {@link JobProgress}.
 */
class JobReportTests {

	private static final Instant BEGIN = Instant.parse("2026-01-01T02:00:00Z");

	@Test
	void theSummaryTellsWhatTheJobDidAndLeft() {
		HeavyIndexesStatus status = status(null,
				TestOperation.of("create_before", OperationState.COMPLETED)
					.attempt("2026-01-01T01:00:00Z", "2026-01-01T01:01:00Z", Duration.ofMinutes(1)),
				TestOperation.of("create_found", OperationState.COMPLETED).adopted(0),
				TestOperation.of("create_now", OperationState.COMPLETED)
					.critical()
					.attempt("2026-01-01T02:00:01Z", "2026-01-01T02:01:03Z", Duration.ofSeconds(62)),
				TestOperation.of("create_orphan", OperationState.COMPLETED)
					.attempt("2026-01-01T01:59:00Z", "2026-01-01T02:01:00Z", Duration.ofMinutes(2))
					.adopted(1),
				TestOperation.of("create_skipped", OperationState.SKIPPED),
				TestOperation.of("create_failed", OperationState.FAILED).lastError("[23505] duplicates"),
				TestOperation.of("create_cancelled", OperationState.CANCELLED).lastError("Cancelled by request"),
				TestOperation.of("create_drifted", OperationState.COMPLETED).drift(Drift.MISSING),
				TestOperation.of("create_running", OperationState.RUNNING).progress(41.7, null),
				TestOperation.of("create_waiting", OperationState.PENDING)
					.waitingFor("guard: " + "63 active connections > 50 ".repeat(6)));
		String text = new JobSummary(status, (dataSource) -> BEGIN, Duration.ofSeconds(70),
				"heavy-index.job.timeout is over", new JobRules(null, FailOn.ANY), 1)
			.text();
		assertThat(text).isEqualTo(
				"""

						Index operations after 1m10s (heavy-index.job.timeout is over): 10 in total, 1 carried out, 2 adopted, 1 complete
						before, 1 skipped, 1 failed, 1 cancelled, 1 drifted, 1 running, 1 waiting; indexes of 120 kB

						create_now (critical)  created    1m2s  120 kB  on public.logs of 976 kB
						create_orphan          adopted    2m    120 kB  on public.logs of 976 kB
						create_failed          FAILED           120 kB  on public.logs of 976 kB
						    [23505] duplicates
						create_cancelled       CANCELLED        120 kB  on public.logs of 976 kB
						    Cancelled by request
						create_drifted         DRIFTED          120 kB  on public.logs of 976 kB
						    MISSING: the action 'retry' carries it out again
						create_running         running          120 kB  on public.logs of 976 kB
						    41.7 %, building index: scanning table, server session 4711
						create_waiting         waiting          120 kB  on public.logs of 976 kB
						    guard: 63 active connections > 50 63 active connections > 50 63 active connections > 50 63 active connections > 50
						    63 active connections > 50 63 active connections > 50

						Exit code 1: a person must mend what is wrong (heavy-index.job.fail-on=any)
						""");
	}

	@Test
	void theSummaryOfAJobThatSawNothingTellsTheProblem() {
		String text = new JobSummary(status("Connection refused"), (dataSource) -> null, Duration.ofSeconds(1), null,
				new JobRules(null, FailOn.CRITICAL), 1)
			.text();
		assertThat(text).contains("0 in total", "Problem: Connection refused", "Exit code 1: ");
	}

	@Test
	void anIndexOfSeveralOperationsIsCountedOnce() {
		String text = new JobSummary(
				status(null, now("create_a", OperationType.CREATE), now("drop_a", OperationType.DROP),
						now("rename_a", OperationType.RENAME)),
				(dataSource) -> BEGIN, Duration.ofSeconds(1), null, new JobRules(null, FailOn.CRITICAL), 0)
			.text();
		assertThat(text).contains("3 carried out", "; indexes of 120 kB\n")
			.containsPattern("create_a +created +2s +120 kB +on public.logs of 976 kB")
			.containsPattern("drop_a +dropped +2s +on public.logs of 976 kB")
			.containsPattern("rename_a +renamed +2s +120 kB");
	}

	private static TestOperation now(String name, OperationType type) {
		return TestOperation.of(name, OperationState.COMPLETED)
			.type(type)
			.attempt("2026-01-01T02:00:01Z", "2026-01-01T02:00:03Z", Duration.ofSeconds(2));
	}

	@Test
	void theSummaryTellsWhoIsInTheWayOfWhatRuns() {
		DatabaseSession billing = new DatabaseSession(812, "app", "billing", "idle in transaction", null, null);
		DatabaseSession unknown = new DatabaseSession(813, null, null, null, null, null);
		String text = new JobSummary(
				status(null, TestOperation.of("drop_a", OperationState.RUNNING).progressWithoutPhase(billing, unknown),
						TestOperation.of("drop_b", OperationState.RUNNING).progressWithoutPhase(unknown),
						TestOperation.of("create_c", OperationState.RUNNING).progress(41.7, null, billing)),
				(dataSource) -> BEGIN, Duration.ofSeconds(1), null, new JobRules(null, FailOn.CRITICAL), 2)
			.text();
		assertThat(text.lines().map(String::strip)).contains(
				"0.0 %, server session 4711, blocked by pid 812 (billing) and 1 more",
				"0.0 %, server session 4711, blocked by pid 813",
				"41.7 %, building index: scanning table, server session 4711, blocked by pid 812 (billing)");
	}

	@Test
	void whatIsLoggedOfAnOperationWithoutAPhaseNamesNone() {
		assertThat(ProgressText.of(new OperationProgress(null, 0, null, 4711, 0, 0, 0, 0, List.of(), List.of())))
			.isEqualTo("0.0 %");
	}

	@Test
	void theBarCountsRunningOperationsByTheirPercentage() {
		DatabaseSession blocker = new DatabaseSession(812, "app", "billing", "active", null, null);
		assertThat(JobProgress.bar(status(null, TestOperation.of("a", OperationState.COMPLETED),
				TestOperation.of("b", OperationState.RUNNING).progress(50, Duration.ofSeconds(250), blocker))))
			.isEqualTo("[###############-----] 75.0 % 1/2 4m10s left, blocked by pid 812, b: buildin...");
		assertThat(JobProgress
			.bar(status(null, TestOperation.of("a", OperationState.PENDING).waitingFor("window opens 02:00"))))
			.isEqualTo("[--------------------] 0.0 % 0/1 a waits: window opens 02:00");
		assertThat(JobProgress.bar(status(null, TestOperation.of("a", OperationState.FAILED))))
			.isEqualTo("[####################] 100.0 % 1/1 ");
	}

	@Test
	void aTableBreaksWhatIsTooLong() {
		TextTable table = new TextTable(10).row("short", "1", "x")
			.row("longer than ten", "22", "yy")
			.text("sql", "a".repeat(200));
		assertThat(table.toString().lines().toList()).containsExactly("short  1   x", "longer than ten",
				"       22  yy", "    sql     " + "a".repeat(108), "            " + "a".repeat(92));
		assertThat(TextTable.wrap("  ", 10)).containsExactly("");
	}

	private static HeavyIndexesStatus status(@Nullable String problem, TestOperation... operations) {
		return TestOperation.status((problem == null) ? BEGIN : null, problem, operations);
	}

}
