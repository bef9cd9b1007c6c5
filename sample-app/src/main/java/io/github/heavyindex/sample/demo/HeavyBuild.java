package io.github.heavyindex.sample.demo;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;

import org.springframework.stereotype.Component;

/**
 * The operation that the page rolls back and carries out again. It is declared in
 * {@code application.yaml}, like any other.
 */
@Component
class HeavyBuild {

	static final String OPERATION = "create_large_email_subject_lower_idx";

	static final String INDEX = "large_email_subject_lower_idx";

	private final HeavyIndexes heavyIndexes;

	HeavyBuild(HeavyIndexes heavyIndexes) {
		this.heavyIndexes = heavyIndexes;
	}

	OperationStatus status() {
		return this.heavyIndexes.find(OPERATION).orElseThrow();
	}

	void start() {
		OperationState state = status().state();
		if (state == OperationState.COMPLETED && status().drift() == null) {
			throw new IllegalStateException("The index is there already: roll it back first");
		}
		if (state == OperationState.RUNNING) {
			throw new IllegalStateException("The build is running already");
		}
		this.heavyIndexes.retry(OPERATION);
	}

	void rollback() {
		this.heavyIndexes.rollback(OPERATION);
	}

}
