package io.github.heavyindex.actuate;

import java.util.Locale;
import java.util.Map;

import io.github.heavyindex.OperationAttempt.Outcome;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@link ObservationConvention} of attempts: {@code heavy.index.attempt} with the low
 * cardinality keys {@code name}, {@code type} and {@code outcome} ({@code running} until
 * the end), and with {@code index}, {@code table}, {@code pid} and {@code instance} for
 * traces only. A bean of type {@code ObservationConvention<HeavyIndexAttemptContext>}, as
 * a subclass, changes them. Stateless and thread-safe.
 *
 * @since 0.1.0
 */
public class HeavyIndexAttemptObservationConvention implements ObservationConvention<HeavyIndexAttemptContext> {

	@Override
	public String getName() {
		return "heavy.index.attempt";
	}

	@Override
	public String getContextualName(HeavyIndexAttemptContext context) {
		return "heavy-index " + context.getOperation().name();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(HeavyIndexAttemptContext context) {
		Outcome outcome = (context.getOutcome() != null) ? context.getOutcome() : Outcome.RUNNING;
		return KeyValues.of(KeyValue.of("name", context.getOperation().name()),
				KeyValue.of("type", context.getOperation().type().name().toLowerCase(Locale.ROOT)),
				KeyValue.of("outcome", outcome.name().toLowerCase(Locale.ROOT)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(HeavyIndexAttemptContext context) {
		KeyValues values = KeyValues.of(KeyValue.of("index", context.getOperation().index().toString()));
		for (Map.Entry<String, String> detail : context.getDetails().entrySet()) {
			values = values.and(KeyValue.of(detail.getKey(), detail.getValue()));
		}
		return values;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof HeavyIndexAttemptContext;
	}

}
