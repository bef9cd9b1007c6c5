package io.github.heavyindex.autoconfigure;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;

import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.RelationName;

/**
 * Refuses values that make no sense. The limits of settings that are handed to PostgreSQL
 * are PostgreSQL's own.
 */
final class PropertyLimits {

	/**
	 * The largest value of {@code lock_timeout}, an {@code int} of milliseconds.
	 */
	private static final Duration MAX_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

	private static final Duration LONG = Duration.ofDays(365);

	private static final Duration TICK = Duration.ofMillis(10);

	private static final DataSize MIN_WORK_MEM = DataSize.ofMegabytes(1);

	private static final DataSize MAX_WORK_MEM = DataSize.ofKilobytes(Integer.MAX_VALUE);

	private static final int MAX_WORKERS = 1024;

	private final Errors errors;

	private PropertyLimits(Errors errors) {
		this.errors = errors;
	}

	static void check(HeavyIndexProperties properties, Errors errors) {
		PropertyLimits limits = new PropertyLimits(errors);
		limits.durations(properties);
		limits.numbers(properties);
		limits.window(properties.window());
		limits.history(properties.history().schema());
		limits.dataSource("datasource", properties.datasource());
		properties.datasources().forEach((name, dataSource) -> {
			limits.dataSource("datasources[" + name + "]", dataSource);
			if (dataSource.url() == null) {
				limits.reject("datasources[" + name + "]", "is of no use without url");
			}
		});
	}

	private void durations(HeavyIndexProperties properties) {
		duration("poll-interval", properties.pollInterval(), TICK, LONG);
		duration("lock-timeout", properties.lockTimeout(), Duration.ofMillis(1), MAX_TIMEOUT);
		duration("max-duration", properties.maxDuration(), TICK, LONG);
		duration("retry.initial-delay", properties.retry().initialDelay(), Duration.ZERO, LONG);
		duration("retry.max-delay", properties.retry().maxDelay(), properties.retry().initialDelay(), LONG);
		duration("window.max-duration", properties.window().maxDuration(), TICK, LONG);
		duration("guard.max-transaction-age", properties.guard().maxTransactionAge(), TICK, LONG);
		duration("guard.max-replication-lag", properties.guard().maxReplicationLag(), TICK, LONG);
		duration("drift.check-interval", properties.drift().checkInterval(), TICK, LONG);
		duration("rebuild.cool-down", properties.rebuild().coolDown(), Duration.ZERO, LONG);
		duration("job.timeout", properties.job().timeout(), TICK, LONG);
	}

	private void numbers(HeavyIndexProperties properties) {
		number("max-concurrent-operations", properties.maxConcurrentOperations(), 1, 1000);
		number("retry.max-attempts", properties.retry().maxAttempts(), 1, Integer.MAX_VALUE);
		number("guard.max-active-connections", properties.guard().maxActiveConnections(), 1, Integer.MAX_VALUE);
		number("build.parallel-workers", properties.build().parallelWorkers(), 0, MAX_WORKERS);
		double multiplier = properties.retry().multiplier();
		if (!(multiplier >= 1 && multiplier <= 1000)) {
			reject("retry.multiplier", "must be between 1 and 1000");
		}
		DataSize memory = properties.build().maintenanceWorkMem();
		if (memory != null && (memory.compareTo(MIN_WORK_MEM) < 0 || memory.compareTo(MAX_WORK_MEM) > 0)) {
			reject("build.maintenance-work-mem",
					"must be between 1MB and " + MAX_WORK_MEM.toKilobytes() + "KB; a number without unit means bytes");
		}
		if (properties.build().concurrentlyFrom().isNegative()) {
			reject("build.concurrently-from", "must not be negative");
		}
	}

	private void window(HeavyIndexProperties.Window window) {
		readable("window.zone", () -> WindowMapping.zone(window.zone()));
		String start = window.start();
		String end = window.end();
		if (start == null || end == null) {
			incompleteWindow(window);
			return;
		}
		boolean read = readable("window.start", () -> WindowMapping.time(start))
				& readable("window.end", () -> WindowMapping.time(end))
				& readable("window.days", () -> WindowMapping.days(window.days()));
		if (read && WindowMapping.time(start).equals(WindowMapping.time(end))) {
			reject("window.end", "must not be the same as heavy-index.window.start: the window would have no length."
					+ " Remove both for a window that is always open");
		}
	}

	private void incompleteWindow(HeavyIndexProperties.Window window) {
		if (window.start() != null) {
			reject("window.end", "is missing while heavy-index.window.start is set");
		}
		if (window.end() != null) {
			reject("window.start", "is missing while heavy-index.window.end is set");
		}
		useless("window.days", !window.days().isEmpty());
		useless("window.stop-running", window.stopRunning());
		useless("window.max-duration", window.maxDuration() != null);
	}

	private void useless(String field, boolean set) {
		if (set) {
			reject(field, "has no effect without heavy-index.window.start and heavy-index.window.end: set both, or"
					+ " remove it");
		}
	}

	private boolean readable(String field, Supplier<Object> reader) {
		try {
			return reader.get() != null;
		}
		catch (IllegalArgumentException ex) {
			reject(field, String.valueOf(ex.getMessage()));
			return false;
		}
	}

	private void history(@Nullable String schema) {
		if (schema == null) {
			return;
		}
		try {
			new RelationName(schema, "heavy_index_operation");
		}
		catch (InvalidIndexOperationException ex) {
			reject("history.schema", "is no name of a schema: " + ex.getMessage());
		}
	}

	private void dataSource(String field, HeavyIndexProperties.DataSource dataSource) {
		String missing = " has no effect without heavy-index." + field + ".url: set both or none";
		if (dataSource.url() == null && dataSource.username() != null) {
			reject(field + ".username", missing.strip());
		}
		if (dataSource.url() == null && dataSource.password() != null) {
			// rejectValue would show the password
			this.errors.reject("invalid", "heavy-index." + field + ".password" + missing);
		}
	}

	private void duration(String field, @Nullable Duration value, Duration least, Duration most) {
		if (value != null && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
			reject(field, "must be between " + text(least) + " and " + text(most)
					+ "; a number without unit means milliseconds");
		}
	}

	private void number(String field, @Nullable Integer value, int least, int most) {
		if (value != null && (value < least || value > most)) {
			reject(field, (most == Integer.MAX_VALUE) ? "must be at least " + least
					: "must be between " + least + " and " + most);
		}
	}

	private void reject(String field, String message) {
		this.errors.rejectValue(field, "invalid", message);
	}

	private static String text(Duration duration) {
		return duration.isZero() ? "0s" : DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

}
