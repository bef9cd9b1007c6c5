package io.github.heavyindex.actuate;

import java.util.Map;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.HeavyIndexOperationException;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;

/**
 * {@link AttemptObserver} that makes an {@link Observation} of each attempt, so that a
 * trace shows a build and its log lines carry the trace's id. Thread-safe.
 *
 * @since 0.1.0
 */
public class ObservedAttempts implements AttemptObserver {

	private final ObservationRegistry registry;

	private final ObservationConvention<HeavyIndexAttemptContext> convention;

	/**
	 * Creates a new instance.
	 * @param registry where the observations go
	 * @param convention the names and keys
	 */
	public ObservedAttempts(ObservationRegistry registry, ObservationConvention<HeavyIndexAttemptContext> convention) {
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public Attempt begin(IndexOperation operation, Map<String, String> details) {
		HeavyIndexAttemptContext context = new HeavyIndexAttemptContext(operation, details);
		Observation observation = Observation.createNotStarted(this.convention, () -> context, this.registry).start();
		Observation.Scope scope = observation.openScope();
		return (outcome, error) -> {
			scope.close();
			context.setOutcome(outcome);
			if (error != null && outcome != Outcome.CANCELLED) {
				observation.error(new HeavyIndexOperationException(error));
			}
			observation.stop();
		};
	}

}
