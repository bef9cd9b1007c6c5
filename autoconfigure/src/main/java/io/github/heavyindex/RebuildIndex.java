package io.github.heavyindex;

import org.jspecify.annotations.Nullable;

/**
 * Rebuilds an index with {@code REINDEX INDEX CONCURRENTLY}: once for each operation
 * name, or whenever the index is bloated.
 * <p>
 * The catalog shows of a rebuild only that the index has another oid than before, which
 * is recorded before the start. Where our tables were lost, nobody can tell whether the
 * rebuild was done, and it is done (again): that costs time and harms nothing, while the
 * opposite would call done what may never have been. The action {@code skip} spares it.
 * To rebuild an index once more, declare the rebuild under another name.
 * <p>
 * With {@link Builder#whenBloat(int)}, the bloat of a btree index is estimated from the
 * planner's statistics with each drift check, while the window is open. The estimate is
 * as fresh as the last VACUUM and ANALYZE of the table, sees less bloat where many keys
 * are equal (deduplication), and none of other access methods. What it says right after a
 * rebuild is taken for its error. Two rebuilds of an index for its bloat are at least
 * {@code heavy-index.rebuild.cool-down} apart.
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

		private @Nullable Integer whenBloat;

		Builder(String index) {
			this.index = RelationName.literal(index);
		}

		@Override
		Builder self() {
			return this;
		}

		/**
		 * Rebuilds the index whenever it is bloated, instead of once.
		 * @param percent how much of the index's size is empty space by estimate, in
		 * percent, 1 to 99
		 * @return this
		 */
		public Builder whenBloat(int percent) {
			this.whenBloat = percent;
			return this;
		}

		@Override
		@Nullable Integer rebuildWhenBloat() {
			return this.whenBloat;
		}

		@Override
		public RebuildIndex build() {
			return new RebuildIndex(this.index, options());
		}

	}

}
