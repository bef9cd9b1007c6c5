package io.github.heavyindex;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Builds an index with {@code CREATE INDEX CONCURRENTLY}.
 *
 * @param table the table
 * @param indexName the index, which lands in the table's schema
 * @param unique whether the index is unique
 * @param only whether partitions are left out ({@code ON ONLY})
 * @param definition the rest of the statement after the table's name, untouched, as in
 * {@code USING gin (topics) WHERE removed = false}
 * @param options what the declaration says beside the statement
 * @since 0.1.0
 */
public record CreateIndex(RelationName table, String indexName, boolean unique, boolean only, String definition,
		OperationOptions options) implements IndexOperation {

	public CreateIndex {
		new RelationName(null, indexName);
	}

	/**
	 * Starts a declaration.
	 * @param index the index, taken literally (case kept)
	 * @return a fluent factory
	 */
	public static Builder named(String index) {
		return new Builder(index);
	}

	@Override
	public OperationType type() {
		return OperationType.CREATE;
	}

	@Override
	public RelationName index() {
		return new RelationName(this.table.schema(), this.indexName);
	}

	@Override
	public String sql() {
		return statement("CONCURRENTLY ", this.table.quoted());
	}

	/**
	 * The statement that builds the same index, not concurrently, on another table.
	 * @param quotedTable the other table as SQL
	 * @return one SQL statement
	 */
	public String sqlOn(String quotedTable) {
		return statement("", quotedTable);
	}

	private String statement(String concurrently, String quotedTable) {
		return "CREATE " + (this.unique ? "UNIQUE " : "") + "INDEX " + concurrently + RelationName.quote(this.indexName)
				+ " ON " + (this.only ? "ONLY " : "") + quotedTable + " " + this.definition;
	}

	@Override
	public CreateIndex withOptions(OperationOptions options) {
		return new CreateIndex(this.table, this.indexName, this.unique, this.only, this.definition, options);
	}

	/**
	 * The fluent factory of {@link CreateIndex}.
	 */
	public static final class Builder extends OperationBuilder<CreateIndex, Builder> {

		private final RelationName index;

		private @Nullable RelationName table;

		private boolean unique;

		private String using = "";

		private List<String> columns = List.of();

		private List<String> include = List.of();

		private String where = "";

		Builder(String index) {
			this.index = RelationName.literal(index);
		}

		@Override
		Builder self() {
			return this;
		}

		/**
		 * Names the table.
		 * @param table the table, taken literally (case kept), optionally
		 * {@code schema.table}
		 * @return this
		 */
		public Builder on(String table) {
			this.table = RelationName.literal(table);
			return this;
		}

		/**
		 * Names the columns.
		 * @param columns columns or expressions as SQL
		 * @return this
		 */
		public Builder columns(String... columns) {
			this.columns = List.of(columns);
			return this;
		}

		/**
		 * Adds columns that the index carries but does not order by.
		 * @param columns columns as SQL
		 * @return this
		 */
		public Builder include(String... columns) {
			this.include = List.of(columns);
			return this;
		}

		/**
		 * Makes the index partial.
		 * @param predicate the predicate as SQL, without {@code WHERE}
		 * @return this
		 */
		public Builder where(String predicate) {
			this.where = predicate;
			return this;
		}

		/**
		 * Makes the index unique.
		 * @return this
		 */
		public Builder unique() {
			this.unique = true;
			return this;
		}

		/**
		 * Chooses the access method.
		 * @param accessMethod the access method, as in {@code gin}
		 * @return this
		 */
		public Builder using(String accessMethod) {
			this.using = accessMethod;
			return this;
		}

		@Override
		public CreateIndex build() {
			RelationName table = this.table;
			if (table == null || this.columns.isEmpty()) {
				throw new InvalidIndexOperationException("The index '" + this.index + "' has no table or no columns",
						"Name the table with on(…) and the columns with columns(…).");
			}
			if (this.index.schema() != null && !this.index.schema().equals(table.schema())) {
				throw new InvalidIndexOperationException(
						"The index '" + this.index + "' cannot lie in another schema than its table '" + table + "'",
						"Leave the schema out of the index's name, or give both the same.");
			}
			StringBuilder definition = new StringBuilder();
			if (!this.using.isBlank()) {
				definition.append("USING ").append(RelationName.quote(this.using)).append(' ');
			}
			definition.append('(').append(String.join(", ", this.columns)).append(')');
			if (!this.include.isEmpty()) {
				definition.append(" INCLUDE (").append(String.join(", ", this.include)).append(')');
			}
			if (!this.where.isBlank()) {
				definition.append(" WHERE ").append(this.where);
			}
			return new CreateIndex(table, this.index.name(), this.unique, false, definition.toString(), options());
		}

	}

}
