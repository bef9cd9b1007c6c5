package io.github.heavyindex.execution;

import java.util.Map;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.IndexOperation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Lets nothing that an observer does wrong disturb an attempt.
 */
final class GuardedObserver implements AttemptObserver {

	private static final Log logger = LogFactory.getLog(GuardedObserver.class);

	private final AttemptObserver observer;

	GuardedObserver(AttemptObserver observer) {
		this.observer = observer;
	}

	@Override
	public Attempt begin(IndexOperation operation, Map<String, String> details) {
		try {
			Attempt attempt = this.observer.begin(operation, details);
			return (outcome, error) -> {
				try {
					attempt.end(outcome, error);
				}
				catch (RuntimeException ex) {
					failed(operation, ex);
				}
			};
		}
		catch (RuntimeException ex) {
			failed(operation, ex);
			return AttemptObserver.NONE.begin(operation, details);
		}
	}

	private void failed(IndexOperation operation, RuntimeException ex) {
		logger.warn(operation.name() + ": " + this.observer.getClass().getName() + " failed; the attempt goes on", ex);
	}

}
