package io.github.heavyindex.operation;

import org.jspecify.annotations.Nullable;

import io.github.heavyindex.IndexOperation;

/**
 * An operation and where it was declared.
 *
 * @param operation the operation
 * @param origin where it was declared, for people, as in {@code bean 'createLogsIndex'}
 * or {@code property 'heavy-index.operations.create_logs_idx'}
 * @param type the annotated class, or {@code null} if the operation was not declared by a
 * class
 * @since 0.1.0
 */
public record DeclaredOperation(IndexOperation operation, String origin, @Nullable Class<?> type) {

	/**
	 * The operation's name.
	 * @return a name that is unique once the declarations are checked
	 */
	public String name() {
		return this.operation.name();
	}

	/**
	 * The data source that the operation is for.
	 * @return the bean name, or {@code null} for the application's own
	 */
	public @Nullable String dataSource() {
		return this.operation.options().dataSource();
	}

}
