package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.heavyindex.postgres.ProgressReader.Progress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProgressMeter}.
 */
class ProgressMeterTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final ProgressMeter meter = new ProgressMeter();

	private static Progress progress(@Nullable String phase, long blocksDone, long blocksTotal, long tuplesDone,
			long tuplesTotal) {
		return new Progress(0, phase, blocksDone, blocksTotal, tuplesDone, tuplesTotal, Duration.ZERO, List.of(),
				List.of());
	}

	/**
	 * What a server showed of a concurrent build of a btree: counters begin anew with
	 * each phase, and some are left from the phase before.
	 */
	static final List<Progress> BTREE = List.of(progress("initializing", 0, 0, 0, 0),
			progress("waiting for writers before build", 0, 0, 0, 0),
			progress("building index: initializing", 0, 0, 0, 0),
			progress("building index: scanning table", 0, 4425, 0, 0),
			progress("building index: scanning table", 1200, 4425, 0, 0),
			progress("building index: scanning table", 4425, 4425, 0, 0),
			progress("building index: sorting live tuples", 0, 0, 0, 0),
			progress("building index: loading tuples in tree", 0, 0, 0, 1000000),
			progress("building index: loading tuples in tree", 0, 0, 512000, 1000000),
			progress("building index: loading tuples in tree", 0, 0, 1000000, 1000000),
			progress("waiting for writers before validation", 0, 0, 0, 0),
			progress("index validation: scanning index", 10, 2745, 0, 0),
			progress("index validation: scanning index", 2745, 2745, 0, 0),
			progress("index validation: sorting tuples", 0, 0, 0, 0),
			progress("index validation: scanning table", 17, 4425, 0, 0),
			progress("index validation: scanning table", 4425, 4425, 0, 0),
			progress("waiting for old snapshots", 0, 0, 0, 0));

	@Test
	void neverGoesBackOverABuild() {
		double before = -1;
		for (Progress progress : BTREE) {
			double percent = this.meter.percent(progress);
			assertThat(percent).as(String.valueOf(progress.phase()))
				.isGreaterThanOrEqualTo(before)
				.isBetween(0.0, 99.9);
			before = percent;
		}
		assertThat(before).isGreaterThan(95);
	}

	@Test
	void aScanThatReportsAllBlocksAsDoneWhileItReadsTheFirstHasOnlyBegun() {
		assertThat(this.meter.percent(progress("building index: scanning table", 8, 8, 0, 0))).isLessThan(2);
		assertThat(this.meter.percent(progress("building index: scanning table", 1, 8, 0, 0))).isBetween(5.0, 10.0);
	}

	@Test
	void everyStepForwardShows() {
		List<Double> percents = BTREE.stream()
			.filter((progress) -> !String.valueOf(progress.phase()).endsWith("initializing"))
			.map(this.meter::percent)
			.toList();
		assertThat(percents.get(percents.size() - 1)).isGreaterThan(percents.get(0));
		assertThat(percents.stream().distinct().count()).isGreaterThan(9);
	}

	@Test
	void neverGoesBackWhenTheServerDoes() {
		double high = this.meter.percent(progress("index validation: scanning table", 4000, 4425, 0, 0));
		assertThat(this.meter.percent(progress("building index: scanning table", 1, 4425, 0, 0))).isEqualTo(high);
		assertThat(this.meter.percent(progress(null, 0, 0, 0, 0))).isEqualTo(high);
		assertThat(this.meter.percent(progress("a phase of a later release", 1, 2, 1, 2))).isEqualTo(high);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "initializing", "a phase of a later release" })
	void nothingIsKnownAtFirst(@Nullable String phase) {
		assertThat(this.meter.percent(progress(phase, 5, 10, 5, 10))).isBetween(0.0, 1.0);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0, 1.0", "50, 100, 35.5", "100, 100, 70.0", "150, 100, 70.0" })
	void accessMethodsWithoutPhasesOfTheirOwn(long done, long total, double expected) {
		assertThat(this.meter.percent(progress("building index", done, total, 0, 0))).isEqualTo(expected);
	}

	@Test
	void countersOfTheOtherKindAreNotMixedIn() {
		// the blocks of the scan are still shown while tuples are loaded
		assertThat(this.meter.percent(progress("building index: loading tuples in tree", 4425, 4425, 0, 1000000)))
			.isEqualTo(50);
	}

	@Test
	void dropsHavePhasesToo() {
		double first = this.meter.percent(progress("waiting for readers before marking dead", 0, 0, 0, 0));
		assertThat(this.meter.percent(progress("waiting for readers before dropping", 0, 0, 0, 0)))
			.isGreaterThan(first);
	}

	@Test
	void theRestGoesAsFastAsWhatIsDone() {
		Progress half = progress("building index: loading tuples in tree", 0, 0, 0, 100);
		assertThat(this.meter.percent(half)).isEqualTo(50);
		assertThat(this.meter.remaining(half, START, START.plusSeconds(600))).isEqualTo(Duration.ofMinutes(10));
	}

	@Test
	void noTimeIsTold() {
		Progress early = progress("building index: scanning table", 1, 1000, 0, 0);
		this.meter.percent(early);
		assertThat(this.meter.remaining(early, START, START.plusSeconds(5))).as("too early").isNull();
		Progress waiting = progress("waiting for writers before validation", 0, 0, 0, 0);
		this.meter.percent(waiting);
		assertThat(this.meter.remaining(waiting, START, START.plusSeconds(600))).as("waits for others").isNull();
		Progress scanning = progress("index validation: scanning table", 1, 2, 0, 0);
		this.meter.percent(scanning);
		assertThat(this.meter.remaining(scanning, null, START)).as("start unknown").isNull();
		assertThat(this.meter.remaining(progress(null, 0, 0, 0, 0), START, START)).as("phase unknown").isNull();
		assertThat(this.meter.remaining(scanning, START, START.minusSeconds(5))).as("clock set back")
			.isEqualTo(Duration.ZERO);
	}

}
