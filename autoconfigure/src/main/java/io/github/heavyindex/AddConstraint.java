package io.github.heavyindex;

import org.jspecify.annotations.Nullable;

/**
 * Makes a constraint of a unique index that is there already, with
 * {@code ALTER TABLE … ADD CONSTRAINT … USING INDEX} (manual, "ALTER TABLE").
 * <p>
 * That takes an {@code ACCESS EXCLUSIVE} lock for a moment, under
 * {@code heavy-index.lock-timeout}, and reads no row. PostgreSQL gives the index the
 * constraint's name. A primary key is only added where its columns are known to hold no
 * nulls: PostgreSQL would else look at every row under that lock.
 * <p>
 * The statement always says {@code ONLY}: such a constraint never reaches the tables that
 * inherit from this one, and without it PostgreSQL may look at their rows.
 *
 * @param table the table
 * @param constraintName the constraint, and the index from then on
 * @param kind what the constraint demands
 * @param indexName the index as it is called before, in the table's schema
 * @param timing when the constraint is checked
 * @param options what the declaration says beside the statement
 * @since 0.1.0
 */
public record AddConstraint(RelationName table, String constraintName, Kind kind, String indexName, Timing timing,
		OperationOptions options) implements IndexOperation {

	public AddConstraint {
		new RelationName(null, constraintName);
		new RelationName(null, indexName);
	}

	/**
	 * Starts a declaration.
	 * @param constraint the constraint, taken literally (case kept)
	 * @return a fluent factory
	 */
	public static Builder named(String constraint) {
		return new Builder(constraint);
	}

	@Override
	public OperationType type() {
		return OperationType.CONSTRAINT;
	}

	@Override
	public RelationName index() {
		return new RelationName(this.table.schema(), this.indexName);
	}

	/**
	 * The index by the constraint's name, which it bears afterwards.
	 * @return the index once it backs the constraint
	 */
	public RelationName renamed() {
		return new RelationName(this.table.schema(), this.constraintName);
	}

	/**
	 * Whether the index gets another name.
	 * @return whether the constraint is named otherwise than the index
	 */
	public boolean renames() {
		return !this.constraintName.equals(this.indexName);
	}

	@Override
	public String sql() {
		return "ALTER TABLE ONLY " + this.table.quoted() + " ADD CONSTRAINT " + RelationName.quote(this.constraintName)
				+ " " + this.kind.sql() + " USING INDEX " + RelationName.quote(this.indexName) + this.timing.sql();
	}

	@Override
	public AddConstraint withOptions(OperationOptions options) {
		return new AddConstraint(this.table, this.constraintName, this.kind, this.indexName, this.timing, options);
	}

	/**
	 * What a constraint demands.
	 */
	public enum Kind {

		/**
		 * No two rows are alike in the columns.
		 */
		UNIQUE("UNIQUE"),

		/**
		 * No two rows are alike, and none holds a null.
		 */
		PRIMARY_KEY("PRIMARY KEY");

		private final String sql;

		Kind(String sql) {
			this.sql = sql;
		}

		/**
		 * The kind as SQL.
		 * @return the key words
		 */
		public String sql() {
			return this.sql;
		}

	}

	/**
	 * When a constraint is checked.
	 */
	public enum Timing {

		/**
		 * After each row; the only one that serves {@code ON CONFLICT}.
		 */
		NOT_DEFERRABLE(""),

		/**
		 * After each statement, unless a transaction says otherwise.
		 */
		DEFERRABLE(" DEFERRABLE"),

		/**
		 * At the end of each transaction, unless it says otherwise.
		 */
		INITIALLY_DEFERRED(" DEFERRABLE INITIALLY DEFERRED");

		private final String sql;

		Timing(String sql) {
			this.sql = sql;
		}

		String sql() {
			return this.sql;
		}

	}

	/**
	 * The fluent factory of {@link AddConstraint}.
	 */
	public static final class Builder extends OperationBuilder<AddConstraint, Builder> {

		private final String constraint;

		private @Nullable RelationName table;

		private @Nullable Kind kind;

		private @Nullable RelationName index;

		private Timing timing = Timing.NOT_DEFERRABLE;

		Builder(String constraint) {
			this.constraint = constraint;
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
		 * Makes it a unique constraint.
		 * @return this
		 */
		public Builder unique() {
			this.kind = Kind.UNIQUE;
			return this;
		}

		/**
		 * Makes it the table's primary key.
		 * @return this
		 */
		public Builder primaryKey() {
			this.kind = Kind.PRIMARY_KEY;
			return this;
		}

		/**
		 * Names the index that is to back the constraint.
		 * @param index the index, taken literally (case kept), as it is called before
		 * @return this
		 */
		public Builder usingIndex(String index) {
			this.index = RelationName.literal(index);
			return this;
		}

		/**
		 * Lets transactions put the check off; it is made after each statement unless
		 * they do.
		 * @return this
		 */
		public Builder deferrable() {
			this.timing = Timing.DEFERRABLE;
			return this;
		}

		/**
		 * Puts the check off to the end of each transaction.
		 * @return this
		 */
		public Builder initiallyDeferred() {
			this.timing = Timing.INITIALLY_DEFERRED;
			return this;
		}

		@Override
		public AddConstraint build() {
			RelationName table = this.table;
			RelationName index = this.index;
			Kind kind = this.kind;
			if (table == null || index == null || kind == null) {
				throw new InvalidIndexOperationException(
						"The constraint '" + this.constraint + "' has no table, no index or no kind",
						"Name the table with on(…), the index with usingIndex(…), and say unique() or primaryKey().");
			}
			if (index.schema() != null && !index.schema().equals(table.schema())) {
				throw new InvalidIndexOperationException(
						"The index '" + index + "' cannot lie in another schema than its table '" + table + "'",
						"Leave the schema out of the index's name, or give both the same.");
			}
			return new AddConstraint(table, this.constraint, kind, index.name(), this.timing, options());
		}

	}

}
