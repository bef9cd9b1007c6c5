package io.github.heavyindex.operation;

import io.github.heavyindex.InvalidIndexOperationException;

/**
 * Why a declaration cannot be used.
 *
 * @param origin where the declaration stands
 * @param description what is wrong
 * @param action what to do about it
 */
record DeclarationProblem(String origin, String description, String action) {

	static DeclarationProblem of(String origin, InvalidIndexOperationException ex) {
		return new DeclarationProblem(origin, String.valueOf(ex.getMessage()), ex.getAction());
	}

	@Override
	public String toString() {
		return this.origin + ": " + this.description;
	}

}
