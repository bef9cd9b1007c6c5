package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.heavyindex.postgres.ProgressReader.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Makes one percentage of the phases of an operation (manual, "CREATE INDEX Phases",
 * "ANALYZE Phases"). Block and tuple counters restart with the phase; each phase
 * therefore gets a share of the whole, about as long as it takes for a btree, and the
 * percentage never goes back. Not thread-safe; one meter an attempt.
 */
final class ProgressMeter {

	private static final double ENOUGH_TO_ESTIMATE = 2;

	/**
	 * Where each phase begins; it ends where the next one begins.
	 */
	private static final Map<String, Double> BEGINNINGS = new LinkedHashMap<>();
	static {
		BEGINNINGS.put("initializing", 0.0);
		BEGINNINGS.put("waiting for writers before build", 0.5);
		BEGINNINGS.put("building index", 1.0);
		BEGINNINGS.put("building index: initializing", 1.0);
		BEGINNINGS.put("building index: scanning table", 1.0);
		BEGINNINGS.put("building index: sorting live tuples", 45.0);
		BEGINNINGS.put("building index: loading tuples in tree", 50.0);
		BEGINNINGS.put("waiting for writers before validation", 70.0);
		BEGINNINGS.put("index validation: scanning index", 71.0);
		BEGINNINGS.put("index validation: sorting tuples", 80.0);
		BEGINNINGS.put("index validation: scanning table", 82.0);
		BEGINNINGS.put("waiting for old snapshots", 97.0);
		BEGINNINGS.put("waiting for readers before marking dead", 98.0);
		BEGINNINGS.put("waiting for readers before dropping", 99.0);
		BEGINNINGS.put("analyzing: initializing", 99.5);
		BEGINNINGS.put("analyzing: acquiring sample rows", 99.5);
		BEGINNINGS.put("analyzing: acquiring inherited sample rows", 99.7);
		BEGINNINGS.put("analyzing: computing statistics", 99.8);
		BEGINNINGS.put("analyzing: computing extended statistics", 99.8);
		BEGINNINGS.put("analyzing: finalizing analyze", 99.9);
	}

	private double highest;

	/**
	 * The overall percentage.
	 * @param progress what the server shows
	 * @return 0 to 100, never less than before
	 */
	double percent(Progress progress) {
		this.highest = Math.max(this.highest, raw(progress));
		return Math.round(this.highest * 10) / 10.0;
	}

	/**
	 * The remaining time, if the rest goes as fast as what is done.
	 * @param progress what the server shows
	 * @param startedAt when the attempt started
	 * @param now the time by the same clock
	 * @return the remaining time, or {@code null} while it cannot be told
	 */
	@Nullable Duration remaining(Progress progress, @Nullable Instant startedAt, Instant now) {
		boolean waiting = progress.phase() == null || progress.phase().startsWith("waiting");
		if (startedAt == null || waiting || this.highest < ENOUGH_TO_ESTIMATE) {
			return null;
		}
		double seconds = Duration.between(startedAt, now).toMillis() / 1000.0;
		return Duration.ofSeconds((long) Math.max(0, seconds * (100 - this.highest) / this.highest));
	}

	private static double raw(Progress progress) {
		Double beginning = (progress.phase() != null) ? BEGINNINGS.get(progress.phase()) : null;
		if (progress.phase() == null || beginning == null) {
			return 0;
		}
		double end = end(progress.phase(), beginning);
		return beginning + (end - beginning) * done(progress);
	}

	private static double end(String phase, double beginning) {
		if (phase.equals("building index")) {
			// access methods without phases of their own
			return 70;
		}
		return BEGINNINGS.values().stream().filter((next) -> next > beginning).findFirst().orElse(100.0);
	}

	private static double done(Progress progress) {
		if (progress.phase() != null && progress.phase().endsWith("loading tuples in tree")) {
			return fraction(progress.tuplesDone(), progress.tuplesTotal());
		}
		if (progress.phase() != null && progress.phase().endsWith("scanning table")
				&& progress.blocksDone() >= progress.blocksTotal()) {
			// while it reads the first block, a scan reports all of them as done; once
			// they are, the phase is over
			return 0;
		}
		return Math.max(fraction(progress.blocksDone(), progress.blocksTotal()),
				fraction(progress.tuplesDone(), progress.tuplesTotal()));
	}

	private static double fraction(long done, long total) {
		return (total > 0) ? Math.min(1, (double) done / total) : 0;
	}

}
