package io.github.heavyindex.operation;

import org.jspecify.annotations.Nullable;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RelationName;

/**
 * A name in the database of an operation: two databases may have the same names.
 *
 * @param dataSource the data source's name, or {@code null} for the application's own
 * @param relation the name
 */
record InDatabase(@Nullable String dataSource, RelationName relation) {

	static InDatabase of(IndexOperation operation, RelationName relation) {
		return new InDatabase(operation.options().dataSource(), relation);
	}

}
