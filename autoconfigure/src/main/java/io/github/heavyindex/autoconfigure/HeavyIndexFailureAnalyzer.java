package io.github.heavyindex.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.operation.OperationDeclarationException;

/**
 * Tells what is wrong with a declared operation, where it stands, and what to do about
 * it.
 */
class HeavyIndexFailureAnalyzer extends AbstractFailureAnalyzer<InvalidIndexOperationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidIndexOperationException cause) {
		String description = String.valueOf(cause.getMessage());
		if (!(cause instanceof OperationDeclarationException)) {
			String bean = beanName(rootFailure, cause);
			description = (bean != null) ? "bean '" + bean + "': " + description : description;
		}
		return new FailureAnalysis(description, cause.getAction(), cause);
	}

	/**
	 * The bean whose creation failed, not those that wanted it.
	 */
	private static @Nullable String beanName(Throwable rootFailure, Throwable cause) {
		String name = null;
		for (Throwable failure = rootFailure; failure != null && failure != cause; failure = failure.getCause()) {
			if (failure instanceof BeanCreationException creation && creation.getBeanName() != null) {
				name = creation.getBeanName();
			}
		}
		return name;
	}

}
