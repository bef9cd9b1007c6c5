package io.github.heavyindex;

import org.jspecify.annotations.Nullable;

/**
 * Renames an index with {@code ALTER INDEX … RENAME TO}.
 *
 * @param index the index by its old name
 * @param newName the new name, in the same schema
 * @param options what the declaration says beside the statement
 * @since 0.1.0
 */
public record RenameIndex(RelationName index, String newName, OperationOptions options) implements IndexOperation {

	public RenameIndex {
		if (new RelationName(index.schema(), newName).equals(index)) {
			throw new InvalidIndexOperationException("The index '" + index + "' is renamed to its own name",
					"Give the new name of the index.");
		}
	}

	/**
	 * Starts a declaration.
	 * @param index the index by its old name, taken literally (case kept), optionally
	 * {@code schema.index}
	 * @return a fluent factory
	 */
	public static Builder named(String index) {
		return new Builder(index);
	}

	@Override
	public OperationType type() {
		return OperationType.RENAME;
	}

	/**
	 * The index by its new name.
	 * @return the index after the rename
	 */
	public RelationName renamed() {
		return new RelationName(this.index.schema(), this.newName);
	}

	@Override
	public String sql() {
		return "ALTER INDEX " + this.index.quoted() + " RENAME TO " + RelationName.quote(this.newName);
	}

	@Override
	public RenameIndex withOptions(OperationOptions options) {
		return new RenameIndex(this.index, this.newName, options);
	}

	/**
	 * The fluent factory of {@link RenameIndex}.
	 */
	public static final class Builder extends OperationBuilder<RenameIndex, Builder> {

		private final RelationName index;

		private @Nullable String newName;

		Builder(String index) {
			this.index = RelationName.literal(index);
		}

		@Override
		Builder self() {
			return this;
		}

		/**
		 * Gives the new name.
		 * @param newName the new name, taken literally (case kept), without schema
		 * @return this
		 */
		public Builder to(String newName) {
			this.newName = newName;
			return this;
		}

		@Override
		public RenameIndex build() {
			if (this.newName == null) {
				throw new InvalidIndexOperationException("The index '" + this.index + "' has no new name",
						"Give the new name with to(…).");
			}
			return new RenameIndex(this.index, this.newName, options());
		}

	}

}
