package io.github.heavyindex.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import org.jspecify.annotations.Nullable;

/**
 * Builds the status of an operation, so that a test says only what it is about.
 */
public final class TestOperation {

	private final String name;

	private final OperationState state;

	private OperationType type = OperationType.CREATE;

	private boolean critical;

	private boolean adopted;

	private int attempts;

	private @Nullable Drift drift;

	private @Nullable Instant startedAt;

	private @Nullable Instant finishedAt;

	private @Nullable Duration duration;

	private @Nullable OperationProgress progress;

	private @Nullable String waitingFor;

	private @Nullable String lastError;

	private @Nullable String dataSource;

	private TestOperation(String name, OperationState state) {
		this.name = name;
		this.state = state;
	}

	public static TestOperation of(String name, OperationState state) {
		return new TestOperation(name, state);
	}

	public TestOperation type(OperationType type) {
		this.type = type;
		return this;
	}

	public TestOperation critical() {
		this.critical = true;
		return this;
	}

	public TestOperation drift(Drift drift) {
		this.drift = drift;
		return this;
	}

	public TestOperation adopted(int attempts) {
		this.adopted = true;
		this.attempts = attempts;
		return this;
	}

	public TestOperation attempt(String startedAt, @Nullable String finishedAt, Duration duration) {
		this.attempts = 1;
		this.startedAt = Instant.parse(startedAt);
		this.finishedAt = (finishedAt != null) ? Instant.parse(finishedAt) : null;
		this.duration = duration;
		return this;
	}

	public TestOperation progress(double percent, @Nullable Duration remaining, DatabaseSession... blockedBy) {
		this.progress = new OperationProgress("building index: scanning table", percent, remaining, 4711, 1, 2, 0, 0,
				List.of(blockedBy), List.of());
		return this;
	}

	/**
	 * As of a drop, of which the server shows no phase.
	 */
	public TestOperation progressWithoutPhase(DatabaseSession... blockedBy) {
		this.progress = new OperationProgress(null, 0, null, 4711, 0, 0, 0, 0, List.of(blockedBy), List.of());
		return this;
	}

	public TestOperation waitingFor(String reason) {
		this.waitingFor = reason;
		return this;
	}

	public TestOperation lastError(String error) {
		this.lastError = error;
		return this;
	}

	public TestOperation on(String dataSource) {
		this.dataSource = dataSource;
		return this;
	}

	/**
	 * The status of these operations.
	 * @param observed when the database was last observed, or {@code null} if never
	 * @param problem why it could not be, or {@code null}
	 * @param operations the operations
	 */
	public static HeavyIndexesStatus status(@Nullable Instant observed, @Nullable String problem,
			TestOperation... operations) {
		List<OperationStatus> all = Arrays.stream(operations).map(TestOperation::build).toList();
		return new HeavyIndexesStatus(Summary.of(all), false, "host-1", observed, problem, all, null);
	}

	public OperationStatus build() {
		return new OperationStatus(this.name, this.type, "public.logs", "logs_address_idx",
				"CREATE INDEX CONCURRENTLY logs_address_idx ON logs (address)", null, this.critical, List.of(),
				this.state, this.waitingFor, this.adopted, this.drift, this.attempts, this.startedAt, this.finishedAt,
				this.duration, (this.startedAt != null) ? "host-1" : null, this.progress, this.lastError, 123456L,
				999999L, false, this.dataSource);
	}

}
