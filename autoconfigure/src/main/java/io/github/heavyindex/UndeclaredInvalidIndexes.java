package io.github.heavyindex;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The invalid indexes of the whole database that no operation declares, as of the last
 * drift check. No query uses them, and each that is {@code maintained} slows every write
 * of its table. They are only ever shown: nobody but a person can know whose they are.
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
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record Index(String index, String table, long size, boolean maintained, boolean unique, boolean workedOn,
			@Nullable String statement, @Nullable String note) {

	}

}
