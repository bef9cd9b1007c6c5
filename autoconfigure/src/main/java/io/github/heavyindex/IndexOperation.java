package io.github.heavyindex;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * One operation on one index. Immutable and thread-safe. Any bean of this type is an
 * operation of the application.
 *
 * @since 0.1.0
 */
public sealed interface IndexOperation permits CreateIndex, DropIndex, RenameIndex, RebuildIndex, AddConstraint {

	/**
	 * What the operation does.
	 * @return the type
	 */
	OperationType type();

	/**
	 * The index that the operation is about; for a rename or a constraint the index by
	 * its old name.
	 * @return the index, without schema where the statement names none
	 */
	RelationName index();

	/**
	 * The table that the statement names.
	 * @return the table, or {@code null} where the statement names none
	 */
	default @Nullable RelationName table() {
		return null;
	}

	/**
	 * The statement that carries the operation out.
	 * @return one SQL statement, identifiers quoted
	 */
	String sql();

	/**
	 * What the declaration says beside the statement.
	 * @return the options
	 */
	OperationOptions options();

	/**
	 * The same operation with other options.
	 * @param options the new options
	 * @return a new operation
	 */
	IndexOperation withOptions(OperationOptions options);

	/**
	 * The operation's name, unique in an application.
	 * @return the declared name, else {@code <type>_<index name, lower case>}
	 */
	default String name() {
		String name = options().name();
		return (name != null) ? name
				: type().name().toLowerCase(Locale.ROOT) + "_" + index().name().toLowerCase(Locale.ROOT);
	}

}
