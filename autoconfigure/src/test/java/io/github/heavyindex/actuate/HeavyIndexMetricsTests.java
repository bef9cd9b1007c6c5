package io.github.heavyindex.actuate;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexOperationEvent;
import io.github.heavyindex.HeavyIndexOperationEvent.Cancelled;
import io.github.heavyindex.HeavyIndexOperationEvent.Completed;
import io.github.heavyindex.HeavyIndexOperationEvent.Drifted;
import io.github.heavyindex.HeavyIndexOperationEvent.Failed;
import io.github.heavyindex.HeavyIndexOperationEvent.Retrying;
import io.github.heavyindex.HeavyIndexOperationEvent.Skipped;
import io.github.heavyindex.HeavyIndexOperationEvent.Started;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexMetrics}.
 */
class HeavyIndexMetricsTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final InMemoryHeavyIndexes heavyIndexes = new InMemoryHeavyIndexes(
			TestOperation.of("create_x", OperationState.PENDING).build());

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final HeavyIndexMetrics metrics = new HeavyIndexMetrics(this.heavyIndexes, START);

	@ParameterizedTest
	@EnumSource(OperationState.class)
	void countsTheOperationsInEachState(OperationState counted) {
		this.metrics.bindTo(this.registry);
		this.heavyIndexes.set(TestOperation.of("create_x", counted).build());
		for (OperationState state : OperationState.values()) {
			assertThat(this.registry.get("heavy.index.operations")
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.gauge()
				.value()).isEqualTo((state == counted) ? 1 : 0);
		}
	}

	@Test
	void followsAnOperationToItsEnd() {
		this.metrics.bindTo(this.registry);
		assertThat(gauge("progress")).isZero();
		assertThat(gauge("remaining")).isNaN();
		assertThat(gauge("blocked")).isZero();
		this.heavyIndexes.set(TestOperation.of("create_x", OperationState.RUNNING)
			.progress(25, Duration.ofMillis(90_500), new DatabaseSession(812, "app", "billing", null, null, null))
			.build());
		assertThat(gauge("progress")).isEqualTo(0.25);
		assertThat(gauge("remaining")).isEqualTo(90.5);
		assertThat(gauge("blocked")).isEqualTo(1);
		this.heavyIndexes.set(TestOperation.of("create_x", OperationState.RUNNING).progress(30, null).build());
		assertThat(gauge("remaining")).isNaN();
		assertThat(gauge("blocked")).isZero();
		this.heavyIndexes.set(TestOperation.of("create_x", OperationState.COMPLETED).build());
		assertThat(gauge("progress")).isEqualTo(1);
		assertThat(gauge("remaining")).isNaN();
		assertThat(gauge("drift")).isZero();
		this.heavyIndexes.set(TestOperation.of("create_x", OperationState.COMPLETED).drift(Drift.INVALID).build());
		assertThat(gauge("drift")).isEqualTo(1);
		assertThat(gauge("failed")).isZero();
		this.heavyIndexes.set(TestOperation.of("create_x", OperationState.FAILED).build());
		assertThat(gauge("failed")).isEqualTo(1);
		assertThat(this.registry.get("heavy.index.failed").tag("critical", "false").gauges()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(value = OperationState.class, names = { "FAILED", "CANCELLED", "SKIPPED" })
	void whatIsNotBuiltHasMadeNoProgress(OperationState state) {
		this.heavyIndexes.set(TestOperation.of("create_x", state).build());
		this.metrics.bindTo(this.registry);
		assertThat(gauge("progress")).isZero();
	}

	@Test
	void theRegistryKeepsTheGaugesAlive() {
		SimpleMeterRegistry other = new SimpleMeterRegistry();
		new HeavyIndexMetrics(new InMemoryHeavyIndexes(TestOperation.of("create_x", OperationState.COMPLETED).build()))
			.bindTo(other);
		SimpleMeterRegistry withoutOperations = new SimpleMeterRegistry();
		new HeavyIndexMetrics(new InMemoryHeavyIndexes()).bindTo(withoutOperations);
		collectGarbage();
		assertThat(other.get("heavy.index.progress").gauge().value()).isEqualTo(1);
		assertThat(withoutOperations.get("heavy.index.operations").tag("state", "failed").gauge().value()).isZero();
	}

	@Test
	void aScrapeLooksEachOperationUpInsteadOfListingAll() {
		CountingHeavyIndexes thousand = new CountingHeavyIndexes();
		for (int i = 0; i < 1000; i++) {
			thousand.set(TestOperation.of("create_" + i, OperationState.PENDING).build());
		}
		new HeavyIndexMetrics(thousand).bindTo(this.registry);
		int bound = thousand.snapshots;
		assertThat(this.registry.getMeters()).hasSize(5 * 1000 + OperationState.values().length);
		for (Meter meter : this.registry.getMeters()) {
			meter.measure().forEach((measurement) -> measurement.getValue());
		}
		assertThat(thousand.snapshots - bound).isEqualTo(OperationState.values().length);
	}

	@Test
	void recordsHowAnAttemptEnded() {
		this.metrics.bindTo(this.registry);
		this.metrics.record(new Retrying(ended("2026-01-01T01:00:00Z")));
		this.metrics.record(new Failed(ended("2026-01-01T02:00:00Z")));
		this.metrics.record(new Cancelled(ended("2026-01-01T03:00:00Z")));
		this.metrics.record(new Completed(ended("2026-01-01T04:00:00Z")));
		this.metrics.record(new Completed(ended("2026-01-01T05:00:00Z")));
		assertThat(timer("retrying").count()).isEqualTo(1);
		assertThat(timer("failed").count()).isEqualTo(1);
		assertThat(timer("cancelled").count()).isEqualTo(1);
		assertThat(timer("completed").count()).isEqualTo(2);
		assertThat(timer("completed").totalTime(TimeUnit.SECONDS)).isEqualTo(120);
	}

	@Test
	void recordsInEveryRegistry() {
		SimpleMeterRegistry other = new SimpleMeterRegistry();
		this.metrics.bindTo(this.registry);
		this.metrics.bindTo(other);
		this.metrics.record(new Completed(ended("2026-01-01T01:00:00Z")));
		assertThat(timer("completed").count()).isEqualTo(1);
		assertThat(other.get("heavy.index.attempts").timer().count()).isEqualTo(1);
	}

	@Test
	void anAttemptUnderWayThatWasAdoptedCounts() {
		recordAll(new Completed(TestOperation.of("create_x", OperationState.COMPLETED)
			.attempt("2025-12-31T23:00:00Z", "2026-01-01T01:00:00Z", Duration.ofHours(2))
			.adopted(1)
			.build()));
		assertThat(timer("completed").totalTime(TimeUnit.HOURS)).isEqualTo(2);
	}

	@Test
	void anEventThatRepeatsCountsOnce() {
		recordAll(new Completed(ended("2026-01-01T01:00:00Z")), new Completed(ended("2026-01-01T01:00:00Z")));
		assertThat(timer("completed").count()).isEqualTo(1);
	}

	@Test
	void whatEndedBeforeThisInstanceStartedDoesNotCount() {
		recordAll(new Completed(TestOperation.of("create_x", OperationState.COMPLETED)
			.attempt("2025-12-31T01:00:00Z", "2025-12-31T01:01:00Z", MINUTE)
			.build()));
		assertNothingRecorded();
	}

	@Test
	void whatWasFoundDoneDoesNotCount() {
		recordAll(new Completed(TestOperation.of("create_x", OperationState.COMPLETED).adopted(0).build()),
				new Completed(TestOperation.of("create_x", OperationState.COMPLETED)
					.attempt("2026-01-01T01:00:00Z", null, MINUTE)
					.adopted(0)
					.build()));
		assertNothingRecorded();
	}

	@Test
	void whatEndsNoAttemptDoesNotCount() {
		OperationStatus operation = ended("2026-01-01T01:00:00Z");
		recordAll(new Started(operation), new Skipped(operation), new Drifted(operation));
		assertNothingRecorded();
	}

	@Test
	void aNameThatIsNotDeclaredBecomesNoTag() {
		recordAll(new Completed(TestOperation.of("create_y", OperationState.COMPLETED)
			.attempt("2026-01-01T01:00:00Z", null, MINUTE)
			.build()));
		assertNothingRecorded();
	}

	private static OperationStatus ended(String startedAt) {
		return TestOperation.of("create_x", OperationState.COMPLETED).attempt(startedAt, null, MINUTE).build();
	}

	private void recordAll(HeavyIndexOperationEvent... events) {
		this.metrics.bindTo(this.registry);
		for (HeavyIndexOperationEvent event : events) {
			this.metrics.record(event);
		}
	}

	private void assertNothingRecorded() {
		assertThat(this.registry.find("heavy.index.attempts").timers()).isEmpty();
	}

	private double gauge(String name) {
		return this.registry.get("heavy.index." + name).tag("name", "create_x").gauge().value();
	}

	private Timer timer(String outcome) {
		return this.registry.get("heavy.index.attempts").tag("name", "create_x").tag("outcome", outcome).timer();
	}

	private static void collectGarbage() {
		WeakReference<Object> witness = new WeakReference<>(new Object());
		Awaitility.await().until(() -> {
			System.gc();
			return witness.get() == null;
		});
	}

	private static final class CountingHeavyIndexes extends InMemoryHeavyIndexes {

		private int snapshots;

		@Override
		public HeavyIndexesStatus status() {
			this.snapshots++;
			return super.status();
		}

	}

}
