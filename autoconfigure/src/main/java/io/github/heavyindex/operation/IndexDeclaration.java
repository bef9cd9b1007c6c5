package io.github.heavyindex.operation;

import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OperationOptions;

/**
 * What an annotation or a group of properties declares: a statement, or the attributes of
 * a {@code CREATE INDEX}. An empty text means "not set".
 *
 * @param sql one index statement
 * @param table the table, taken literally, optionally with its schema
 * @param index the index, taken literally
 * @param columns the columns as SQL
 * @param where the predicate as SQL
 * @param unique whether the index is unique
 * @param using the access method
 * @param include the columns of the INCLUDE clause as SQL
 * @param options what the declaration says beside it
 * @since 0.1.0
 */
public record IndexDeclaration(String sql, String table, String index, List<String> columns, String where,
		boolean unique, String using, List<String> include, OperationOptions options) {

	public IndexDeclaration {
		columns = List.copyOf(columns);
		include = List.copyOf(include);
	}

	static IndexDeclaration of(HeavyIndexOperation annotation) {
		return new IndexDeclaration(annotation.sql(), annotation.table(), annotation.index(),
				List.of(annotation.columns()), annotation.where(), annotation.unique(), annotation.using(),
				List.of(annotation.include()), AnnotationOptions.of(annotation));
	}

	/**
	 * The operation that is declared.
	 * @return the operation
	 * @throws InvalidIndexOperationException if the declaration cannot be read
	 */
	public IndexOperation toOperation() {
		if (!isSet(this.sql)) {
			return createIndex();
		}
		if (hasAttributes()) {
			throw new InvalidIndexOperationException(
					"SQL and attributes are set together: '" + Excerpt.of(this.sql) + "' and " + this,
					"Keep either the statement or table, index, columns and so on.");
		}
		return StatementReader.read(this.sql, this.options);
	}

	boolean isEmpty() {
		return !isSet(this.sql) && !hasAttributes();
	}

	private boolean hasAttributes() {
		return isSet(this.table) || isSet(this.index) || !this.columns.isEmpty() || isSet(this.where) || this.unique
				|| isSet(this.using) || !this.include.isEmpty();
	}

	private IndexOperation createIndex() {
		if (isEmpty()) {
			throw new InvalidIndexOperationException("Neither a statement nor table, index and columns are set",
					"Declare one index statement, or table, index and columns.");
		}
		if (!isSet(this.table) || !isSet(this.index) || this.columns.isEmpty()) {
			throw new InvalidIndexOperationException("Of table, index and columns at least one is not set: " + this,
					"Set all three: table, index and columns.");
		}
		CreateIndex.Builder builder = CreateIndex.named(this.index)
			.on(this.table)
			.columns(fragments("columns", this.columns))
			.include(fragments("include", this.include))
			.using(this.using.strip());
		if (isSet(this.where)) {
			builder.where(SqlFragment.require("where", this.where));
		}
		if (this.unique) {
			builder.unique();
		}
		return StatementReader.check(builder.build().withOptions(this.options));
	}

	private static String[] fragments(String attribute, List<String> fragments) {
		return fragments.stream().map((sql) -> SqlFragment.require(attribute, sql)).toArray(String[]::new);
	}

	private static boolean isSet(String text) {
		return !text.isBlank();
	}

	/**
	 * The attributes, for people.
	 */
	@Override
	public String toString() {
		return "table '" + this.table + "', index '" + this.index + "', columns " + this.columns;
	}

}
