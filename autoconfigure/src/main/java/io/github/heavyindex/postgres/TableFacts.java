package io.github.heavyindex.postgres;

import java.util.Map;

import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows of a table, as far as it says how heavy an operation on it is and
 * whether the role may carry it out. Of a partitioned table the sizes are those of all
 * its partitions.
 *
 * @param name the table with its schema
 * @param bytes the size in bytes
 * @param rows the planner's estimate of its rows, or {@code null} if the table was never
 * analyzed or vacuumed
 * @param owner its owner
 * @param owned whether the role has the owner's rights, which all index statements need
 * @param mayCreate whether the role may create in its schema, which building and renaming
 * an index needs
 * @param columns its columns by name
 * @since 0.1.0
 */
public record TableFacts(RelationName name, long bytes, @Nullable Double rows, String owner, boolean owned,
		boolean mayCreate, Map<String, Column> columns) {

	public TableFacts {
		columns = Map.copyOf(columns);
	}

	/**
	 * The statistics of a column ({@code pg_stats}); without any, what its type says.
	 *
	 * @param width the average bytes of a value, a missing one counted as nothing
	 * @param distinct {@code n_distinct}: the number of distinct values, or as a negative
	 * number their share of the rows; 0 if unknown
	 */
	public record Column(double width, double distinct) {

	}

}
