package io.github.heavyindex;

/**
 * Removes an index with {@code DROP INDEX CONCURRENTLY}.
 *
 * @param index the index
 * @param options what the declaration says beside the statement
 * @since 0.1.0
 */
public record DropIndex(RelationName index, OperationOptions options) implements IndexOperation {

	/**
	 * Starts a declaration.
	 * @param index the index, taken literally (case kept), optionally
	 * {@code schema.index}
	 * @return a fluent factory
	 */
	public static Builder named(String index) {
		return new Builder(index);
	}

	@Override
	public OperationType type() {
		return OperationType.DROP;
	}

	@Override
	public String sql() {
		return "DROP INDEX CONCURRENTLY " + this.index.quoted();
	}

	@Override
	public DropIndex withOptions(OperationOptions options) {
		return new DropIndex(this.index, options);
	}

	/**
	 * The fluent factory of {@link DropIndex}.
	 */
	public static final class Builder extends OperationBuilder<DropIndex, Builder> {

		private final RelationName index;

		Builder(String index) {
			this.index = RelationName.literal(index);
		}

		@Override
		Builder self() {
			return this;
		}

		@Override
		public DropIndex build() {
			return new DropIndex(this.index, options());
		}

	}

}
