package io.github.heavyindex;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The invalid indexes of whole databases that no operation declares, as of the last drift
 * check. No query uses them, and each that is {@code maintained} slows every write of its
 * table. They are only ever shown: nobody but a person can know whose they are.
 * Immutable.
 *
 * @param total how many there are
 * @param largest the largest of them, largest first; at most twenty
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record UndeclaredInvalidIndexes(int total, List<Index> largest) {

	public UndeclaredInvalidIndexes {
		largest = List.copyOf(largest);
	}

	/**
	 * An invalid index.
	 *
	 * @param index the index with its schema
	 * @param table its table with its schema
	 * @param size the size in bytes (from {@code relpages}, which a build that failed
	 * early may not have set)
	 * @param maintained whether every write maintains it ({@code indisready})
	 * @param unique whether it is unique; a maintained unique one rejects writes, too
	 * @param workedOn whether a session may be building, rebuilding or dropping it this
	 * moment
	 * @param statement the SQL that removes it or, where it cannot be removed by itself,
	 * mends it; {@code null} where no statement does, and while it is worked on
	 * @param note what else to know, or {@code null}
	 * @param dataSource the bean name of the data source that leads to it, or
	 * {@code null} for the application's own
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record Index(String index, String table, long size, boolean maintained, boolean unique, boolean workedOn,
			@Nullable String statement, @Nullable String note, @Nullable String dataSource) {

		/**
		 * The same index, on a data source.
		 * @param dataSource the bean name, or {@code null} for the application's own
		 * @return the index
		 */
		public Index on(@Nullable String dataSource) {
			return new Index(this.index, this.table, this.size, this.maintained, this.unique, this.workedOn,
					this.statement, this.note, dataSource);
		}

	}

}
