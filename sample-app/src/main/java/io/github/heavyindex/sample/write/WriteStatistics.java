package io.github.heavyindex.sample.write;

import java.time.Duration;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import org.jspecify.annotations.Nullable;

/**
 * What became of the writes. One thread records, any thread asks.
 */
final class WriteStatistics {

	private static final int WINDOWS = 6;

	private final TimeWindowMax lastMinute = new TimeWindowMax(Clock.SYSTEM, Duration.ofSeconds(10).toMillis(),
			WINDOWS);

	private WriteReport report = new WriteReport(0, 0, null, 0, 0);

	synchronized void record(Duration took, @Nullable String failure) {
		double millis = took.toNanos() / 1_000_000.0;
		this.lastMinute.record(millis);
		this.report = new WriteReport(this.report.count() + 1, this.report.failures() + ((failure != null) ? 1 : 0),
				(failure != null) ? failure : this.report.lastFailure(), Math.max(this.report.slowestMillis(), millis),
				0);
	}

	synchronized WriteReport report() {
		return new WriteReport(this.report.count(), this.report.failures(), this.report.lastFailure(),
				tenths(this.report.slowestMillis()), tenths(this.lastMinute.poll()));
	}

	private static double tenths(double millis) {
		return Math.round(millis * 10) / 10.0;
	}

}
