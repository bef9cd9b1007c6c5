package io.github.heavyindex.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * {@link HealthIndicator} that is {@link Status#DOWN} when a critical operation failed,
 * {@link Status#OUT_OF_SERVICE} while one is pending, running or cancelled, and else
 * {@link Status#UP}. Operations that are not critical, drift and a {@code problem} are
 * details and never change the status. Thread-safe; answers from memory.
 * <p>
 * Spring Boot's liveness and readiness groups do not include it by themselves, and
 * liveness never should: a restart builds no index faster.
 *
 * @since 0.1.0
 */
@RegisterReflectionForBinding(HeavyIndexesStatus.Summary.class)
public class HeavyIndexesHealthIndicator extends AbstractHealthIndicator {

	private final HeavyIndexes heavyIndexes;

	private final boolean affectsStatus;

	/**
	 * Creates a new instance.
	 * @param heavyIndexes what is told
	 * @param affectsStatus whether critical operations affect the status; if not it is
	 * always {@link Status#UP}, with the same details
	 */
	public HeavyIndexesHealthIndicator(HeavyIndexes heavyIndexes, boolean affectsStatus) {
		super("The state of the index operations could not be read");
		this.heavyIndexes = heavyIndexes;
		this.affectsStatus = affectsStatus;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		HeavyIndexesStatus status = this.heavyIndexes.status();
		Map<String, OperationState> incomplete = incompleteCritical(status.operations());
		builder.status(this.affectsStatus ? worst(incomplete) : Status.UP);
		builder.withDetail("summary", status.summary());
		if (!incomplete.isEmpty()) {
			builder.withDetail("incompleteCritical", incomplete);
		}
		Map<String, Drift> drifted = drifted(status.operations());
		if (!drifted.isEmpty()) {
			builder.withDetail("drifted", drifted);
		}
		if (status.problem() != null) {
			builder.withDetail("problem", status.problem());
		}
	}

	private static Status worst(Map<String, OperationState> incomplete) {
		if (incomplete.containsValue(OperationState.FAILED)) {
			return Status.DOWN;
		}
		return incomplete.isEmpty() ? Status.UP : Status.OUT_OF_SERVICE;
	}

	private static Map<String, OperationState> incompleteCritical(List<OperationStatus> operations) {
		Map<String, OperationState> incomplete = new LinkedHashMap<>();
		for (OperationStatus operation : operations) {
			if (operation.critical() && !isDone(operation.state())) {
				incomplete.put(operation.name(), operation.state());
			}
		}
		return incomplete;
	}

	private static boolean isDone(OperationState state) {
		return state == OperationState.COMPLETED || state == OperationState.SKIPPED;
	}

	private static Map<String, Drift> drifted(List<OperationStatus> operations) {
		Map<String, Drift> drifted = new LinkedHashMap<>();
		for (OperationStatus operation : operations) {
			Drift drift = operation.drift();
			if (drift != null) {
				drifted.put(operation.name(), drift);
			}
		}
		return drifted;
	}

}
