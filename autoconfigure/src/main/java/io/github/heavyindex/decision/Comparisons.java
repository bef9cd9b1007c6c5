package io.github.heavyindex.decision;

import io.github.heavyindex.CreateIndex;

/**
 * Knows, for the pairs compared so far, whether an index has a declared definition.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Comparisons {

	/**
	 * Whether the index has the declared definition.
	 * @param operation the declaration
	 * @param index an index on the declared table
	 * @return the comparison, {@link Comparison#UNKNOWN} if it was not made yet
	 */
	Comparison compare(CreateIndex operation, CatalogRelation index);

}
