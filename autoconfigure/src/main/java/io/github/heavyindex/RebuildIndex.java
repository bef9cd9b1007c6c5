package io.github.heavyindex;

/**
 * Rebuilds an index with {@code REINDEX INDEX CONCURRENTLY}.
 *
 * @param index the index
 * @param options what the declaration says beside the statement
 * @since 0.1.0
 */
public record RebuildIndex(RelationName index, OperationOptions options) implements IndexOperation {

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
		return OperationType.REBUILD;
	}

	@Override
	public String sql() {
		return "REINDEX INDEX CONCURRENTLY " + this.index.quoted();
	}

	@Override
	public RebuildIndex withOptions(OperationOptions options) {
		return new RebuildIndex(this.index, options);
	}

	/**
	 * The fluent factory of {@link RebuildIndex}.
	 */
	public static final class Builder extends OperationBuilder<RebuildIndex, Builder> {

		private final RelationName index;

		Builder(String index) {
			this.index = RelationName.literal(index);
		}

		@Override
		Builder self() {
			return this;
		}

		@Override
		public RebuildIndex build() {
			return new RebuildIndex(this.index, options());
		}

	}

}
