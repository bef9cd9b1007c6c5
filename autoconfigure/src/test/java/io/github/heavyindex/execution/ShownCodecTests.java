package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What one instance writes another one reads, to the last field.
 */
class ShownCodecTests {

	private static final Instant NOW = Instant.parse("2026-01-01T02:03:04.567891Z");

	private static final OperationStatus DECLARED = status(null, OperationState.PENDING, null, null);

	private static OperationStatus status(@Nullable String table, OperationState state,
			@Nullable OperationProgress progress, @Nullable Drift drift) {
		boolean known = table != null;
		return new OperationStatus("create_x", OperationType.CREATE, table, "x", known ? "CREATE … \"ü\" \n" : "",
				"what for", true, List.of("a", "b"), state, known ? "its turn" : null, known, drift, known ? 3 : 0,
				known ? NOW : null, known ? NOW.plusNanos(1) : null, known ? Duration.ofMillis(1234567) : null,
				known ? "host-1" : null, progress, known ? "[23505] \"x\" 🐘" : null, known ? 1L << 40 : null,
				known ? 8192L : null, known, "reporting");
	}

	@Test
	void allThatIsKnown() {
		DatabaseSession session = new DatabaseSession(4711, "app", "billing", "idle in transaction",
				Duration.ofMinutes(2), "select 1");
		OperationProgress progress = new OperationProgress("building index: scanning table", 41.7,
				Duration.ofSeconds(250), 17, 1, 2, 3, 1L << 33, List.of(session), List.of(session, session));
		OperationStatus status = status("public.logs", OperationState.RUNNING, progress, Drift.INVALID);
		Shown.Details details = new Shown.Details(
				List.of(new PartitionStatus("public.logs_1", PartitionStatus.State.RUNNING, "public.i", 12, 8192, 1L),
						new PartitionStatus("public.logs_2", PartitionStatus.State.PENDING, null, null, 0, null)),
				List.of(new OperationAttempt(2, NOW, null, null, "host-2", 13, OperationAttempt.Outcome.RUNNING, null,
						null, null, null),
						new OperationAttempt(1, NOW, NOW, Duration.ZERO, "host-1", 12, OperationAttempt.Outcome.RETRY,
								"40P01", "deadlock", 1L, 2L)),
				List.of(new OperationAction("retry", "alice", NOW), new OperationAction("cancel", null, NOW)));
		assertThat(ShownCodec.status(ShownCodec.status(status), DECLARED)).isEqualTo(status);
		assertThat(ShownCodec.details(ShownCodec.details(details))).isEqualTo(details);
	}

	@Test
	void nothingIsKnownYet() {
		assertThat(ShownCodec.status(ShownCodec.status(DECLARED), DECLARED)).isEqualTo(DECLARED);
		Shown.Details none = new Shown.Details(List.of(), List.of(), List.of());
		assertThat(ShownCodec.details(ShownCodec.details(none))).isEqualTo(none);
	}

	@Test
	void whatConcernsAllOperations() {
		UndeclaredInvalidIndexes invalid = new UndeclaredInvalidIndexes(21,
				List.of(new UndeclaredInvalidIndexes.Index("public.i", "public.t", 8192, true, false, true,
						"DROP INDEX CONCURRENTLY public.i", null, null),
						new UndeclaredInvalidIndexes.Index("public.j", "public.t", 0, false, true, false, null,
								"attached", null)));
		ShownCodec.Head head = new ShownCodec.Head(4711, NOW, true, NOW.plusMillis(1), "the role sees little", invalid,
				List.of(new OperationAction("pause", "bob", NOW)));
		assertThat(ShownCodec.Head.read(head.write())).isEqualTo(head);
		ShownCodec.Head none = new ShownCodec.Head(-1, NOW, false, NOW, null, null, List.of());
		assertThat(ShownCodec.Head.read(none.write())).isEqualTo(none);
	}

}
