package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Announcer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AnnouncerTests {

	private static final Instant BEGIN = Instant.parse("2026-01-01T02:00:00Z");

	private static final Duration TICK = Duration.ofSeconds(5);

	private static final DatabaseSession BLOCKER = session(812, "idle in transaction", 120);

	private static final DatabaseSession ALTER = session(813, "active", 2);

	private static final DatabaseSession READER = session(814, "active", 1);

	private final Announcer announcer = new Announcer((event) -> {
	}, null, "");

	private HeavyIndexesStatus last = status(BEGIN, null);

	private Instant now = BEGIN;

	@Test
	void aBlockedBuildIsALineAMinute(CapturedOutput output) {
		turns(Duration.ofMinutes(10), List.of(BLOCKER), List.of());
		assertThat(lines(output, "blocked by pid 812 (app, billing, idle in transaction since 2m)")).isEqualTo(10);
	}

	@Test
	void whoBlocksABuildIsNamedAfterAFewSeconds(CapturedOutput output) {
		turns(Duration.ofSeconds(20), List.of(), List.of());
		turns(TICK, List.of(BLOCKER), List.of());
		assertThat(lines(output, "blocked by")).isZero();
		turns(TICK, List.of(BLOCKER), List.of());
		assertThat(lines(output, "blocked by pid 812")).isEqualTo(1);
		turns(Duration.ofSeconds(30), List.of(BLOCKER), List.of());
		assertThat(lines(output, "blocked by pid 812")).isEqualTo(1);
		turns(TICK, List.of(), List.of());
		turns(TICK.multipliedBy(2), List.of(BLOCKER), List.of());
		assertThat(lines(output, "blocked by pid 812")).as("blocked anew").isEqualTo(2);
	}

	@Test
	void whoBlocksABuildIsNamedBesideWhoWaitsForIt(CapturedOutput output) {
		turns(Duration.ofSeconds(20), List.of(), List.of());
		turns(TICK, List.of(BLOCKER), List.of());
		turns(TICK.multipliedBy(2), List.of(BLOCKER), List.of(ALTER));
		assertThat(lines(output, "pid 813 (app, billing, active since 2s) waits for the build's lock")).isEqualTo(1);
		assertThat(lines(output, "blocked by pid 812")).isEqualTo(1);
	}

	@Test
	void whoWaitsForABuildIsWarnedOfAtOnceAndThenOnceAMinute(CapturedOutput output) {
		turns(Duration.ofSeconds(20), List.of(BLOCKER), List.of());
		assertThat(lines(output, "waits for the build's lock")).isZero();
		turns(TICK, List.of(BLOCKER), List.of(ALTER, READER));
		assertThat(output).contains("WARN",
				"create_a: pid 813 (app, billing, active since 2s) waits for the build's lock, and 1 more. ",
				"Let it give way (select pg_cancel_backend(813))", "heavy-index.build.on-conflict=yield");
		turns(Duration.ofMinutes(3), List.of(BLOCKER), List.of(ALTER, READER));
		assertThat(lines(output, "waits for the build's lock")).isEqualTo(1);
		assertThat(lines(output, "waited for by pid 813")).isEqualTo(3);
		turns(TICK, List.of(BLOCKER), List.of());
		turns(TICK, List.of(BLOCKER), List.of(ALTER));
		assertThat(lines(output, "waits for the build's lock")).as("another one is news").isEqualTo(2);
	}

	@Test
	void aBuildThatGivesWaySaysSo(CapturedOutput output) {
		Announcer yielding = new Announcer((event) -> {
		}, Duration.ofSeconds(5), "");
		yielding.announce(status(BEGIN, progress(List.of(), List.of())),
				status(BEGIN.plus(TICK), progress(List.of(), List.of(ALTER))), true);
		assertThat(output).contains("Once reads or writes have queued for 5000 ms, the build gives way.")
			.doesNotContain("on-conflict");
	}

	private void turns(Duration duration, List<DatabaseSession> blockedBy, List<DatabaseSession> blocking) {
		Instant end = this.now.plus(duration);
		while (this.now.isBefore(end)) {
			this.now = this.now.plus(TICK);
			HeavyIndexesStatus next = status(this.now, progress(blockedBy, blocking));
			this.announcer.announce(this.last, next, true);
			this.last = next;
		}
	}

	private static long lines(CapturedOutput output, String text) {
		return Arrays.stream(output.toString().split("\\R")).filter((line) -> line.contains(text)).count();
	}

	private static DatabaseSession session(int pid, String state, long seconds) {
		return new DatabaseSession(pid, "app", "billing", state, Duration.ofSeconds(seconds), null);
	}

	private static OperationProgress progress(List<DatabaseSession> blockedBy, List<DatabaseSession> blocking) {
		return new OperationProgress("waiting for old snapshots", 97, null, 4711, 0, 0, 0, 0, blockedBy, blocking);
	}

	private static HeavyIndexesStatus status(Instant now, @Nullable OperationProgress progress) {
		OperationStatus operation = new OperationStatus("create_a", OperationType.CREATE, "public.logs", "logs_a_idx",
				"CREATE INDEX …", null, false, List.of(), OperationState.RUNNING, null, false, null, 1, BEGIN, null,
				Duration.between(BEGIN, now), "host-1", progress, null, null, null, false, null);
		return new HeavyIndexesStatus(Summary.of(List.of(operation)), false, "host-1", now, null, List.of(operation),
				null);
	}

}
