package io.github.heavyindex.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

import io.github.heavyindex.HeavyIndexOperationEvent;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;

/**
 * {@link MeterBinder} for the declared operations. The gauges read the snapshot in
 * memory, each by one look-up; a scrape sends no SQL. Tags are bounded by the declared
 * names. Thread-safe.
 * <p>
 * Every application instance shows the same operations: over several instances take the
 * maximum of a series, not the sum.
 * <table>
 * <caption>Meters</caption>
 * <tr>
 * <td>{@code heavy.index.operations{state}}</td>
 * <td>number of operations in the state</td>
 * </tr>
 * <tr>
 * <td>{@code heavy.index.progress{name}}</td>
 * <td>0 to 1; 1 when completed, else 0 while nothing runs</td>
 * </tr>
 * <tr>
 * <td>{@code heavy.index.remaining{name}}</td>
 * <td>estimated seconds until the end; NaN while unknown or not running</td>
 * </tr>
 * <tr>
 * <td>{@code heavy.index.blocked{name}}</td>
 * <td>number of database sessions that the operation waits for</td>
 * </tr>
 * <tr>
 * <td>{@code heavy.index.drift{name}}</td>
 * <td>1 when the catalog no longer agrees with the completed operation, else 0</td>
 * </tr>
 * <tr>
 * <td>{@code heavy.index.failed{name,critical}}</td>
 * <td>1 when the operation has failed, else 0; {@code critical} as declared</td>
 * </tr>
 * <tr>
 * <td>{@code heavy.index.attempts{name,outcome}}</td>
 * <td>timer of the attempts that ended while this instance ran, by how they ended:
 * {@code completed}, {@code retrying}, {@code failed}, {@code cancelled}</td>
 * </tr>
 * </table>
 *
 * @since 0.1.0
 */
public class HeavyIndexMetrics implements MeterBinder {

	private final HeavyIndexes heavyIndexes;

	private final FinishedAttempts finishedAttempts;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	/**
	 * Creates a new instance.
	 * @param heavyIndexes what is measured
	 */
	public HeavyIndexMetrics(HeavyIndexes heavyIndexes) {
		this(heavyIndexes, Instant.now());
	}

	HeavyIndexMetrics(HeavyIndexes heavyIndexes, Instant since) {
		this.heavyIndexes = heavyIndexes;
		this.finishedAttempts = new FinishedAttempts(since);
	}

	/**
	 * Registers the gauges of every declared operation.
	 * @param registry the registry
	 */
	@Override
	public void bindTo(MeterRegistry registry) {
		for (OperationState state : OperationState.values()) {
			// a supplier is held strongly; a state object only weakly
			Gauge.builder("heavy.index.operations", () -> count(state))
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.description("Index operations in the state")
				.register(registry);
		}
		for (OperationStatus operation : this.heavyIndexes.list()) {
			bindTo(registry, operation.name(), operation.critical());
		}
		this.registries.add(registry);
	}

	private void bindTo(MeterRegistry registry, String name, boolean critical) {
		gauge("heavy.index.progress", name, HeavyIndexMetrics::progress)
			.description("Progress of the index operation, 0 to 1")
			.register(registry);
		gauge("heavy.index.remaining", name, HeavyIndexMetrics::remaining)
			.description("Estimated remaining time of the index operation")
			.baseUnit("seconds")
			.register(registry);
		gauge("heavy.index.blocked", name, HeavyIndexMetrics::blocked)
			.description("Database sessions that the index operation waits for")
			.register(registry);
		gauge("heavy.index.drift", name, (operation) -> (operation.drift() != null) ? 1 : 0)
			.description("Whether the catalog no longer agrees with the completed index operation")
			.register(registry);
		gauge("heavy.index.failed", name, (operation) -> (operation.state() == OperationState.FAILED) ? 1 : 0)
			.tag("critical", String.valueOf(critical))
			.description("Whether the index operation has failed")
			.register(registry);
	}

	private Gauge.Builder<?> gauge(String meter, String name, ToDoubleFunction<OperationStatus> value) {
		return Gauge.builder(meter, () -> this.heavyIndexes.find(name).map(value::applyAsDouble).orElse(Double.NaN))
			.tag("name", name);
	}

	private int count(OperationState state) {
		HeavyIndexesStatus.Summary summary = this.heavyIndexes.status().summary();
		return switch (state) {
			case PENDING -> summary.pending();
			case RUNNING -> summary.running();
			case COMPLETED -> summary.completed();
			case FAILED -> summary.failed();
			case CANCELLED -> summary.cancelled();
			case SKIPPED -> summary.skipped();
		};
	}

	private static double progress(OperationStatus operation) {
		if (operation.state() == OperationState.COMPLETED) {
			return 1;
		}
		return (operation.progress() != null) ? operation.progress().percent() / 100 : 0;
	}

	private static double remaining(OperationStatus operation) {
		if (operation.progress() == null || operation.progress().remaining() == null) {
			return Double.NaN;
		}
		return operation.progress().remaining().toMillis() / 1000.0;
	}

	private static double blocked(OperationStatus operation) {
		return (operation.progress() != null) ? operation.progress().blockedBy().size() : 0;
	}

	/**
	 * Records the attempt that the event tells the end of, once.
	 * @param event a change of an operation
	 */
	@EventListener
	public void record(HeavyIndexOperationEvent event) {
		OperationStatus operation = event.operation();
		String outcome = outcome(event);
		// only declared names become tags, whoever publishes the event
		if (outcome == null || operation.duration() == null || this.heavyIndexes.find(operation.name()).isEmpty()
				|| !this.finishedAttempts.add(operation)) {
			return;
		}
		for (MeterRegistry registry : this.registries) {
			Timer.builder("heavy.index.attempts")
				.tag("name", operation.name())
				.tag("outcome", outcome)
				.description("Attempts to carry the index operation out")
				.register(registry)
				.record(operation.duration());
		}
	}

	private static @Nullable String outcome(HeavyIndexOperationEvent event) {
		if (event instanceof HeavyIndexOperationEvent.Completed) {
			return "completed";
		}
		if (event instanceof HeavyIndexOperationEvent.Retrying) {
			return "retrying";
		}
		if (event instanceof HeavyIndexOperationEvent.Failed) {
			return "failed";
		}
		return (event instanceof HeavyIndexOperationEvent.Cancelled) ? "cancelled" : null;
	}

}
