package io.github.heavyindex.decision;

import java.util.Collection;
import java.util.Map;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.Guards.Span;
import org.jspecify.annotations.Nullable;

/**
 * What a decision depends on beside the declared operations.
 *
 * @param observation what was seen of the database
 * @param recorded what our own table remembers, by operation
 * @param comparisons which definitions are known to be equal
 * @param prerequisites for each dependency that is no operation of this database:
 * {@code null} when it is complete, else the wait for it
 * @param policy the settings
 * @param worked when operations of the application ran
 * @param held why the application's own guards hold operations back, or {@code null}
 * @param bloat how much of an index is empty space, by the index's oid
 * @param self the server session that asks under its table lock, or {@code null}
 * @param orders what people have ordered
 * @since 0.1.0
 */
public record Context(Observation observation, Map<String, Recorded> recorded, Comparisons comparisons,
		Map<String, Decision.Wait> prerequisites, Policy policy, Collection<Span> worked, @Nullable String held,
		Map<Long, Bloat> bloat, @Nullable Integer self, StandingOrders orders) {

	/**
	 * What is remembered of an operation, be it nothing.
	 */
	Recorded recorded(IndexOperation operation) {
		return this.recorded.getOrDefault(operation.name(), Recorded.none(operation.sql()));
	}

	/**
	 * What the catalog shows under the names that an operation uses.
	 */
	Seen seen(IndexOperation operation) {
		return this.observation.seen(operation.name());
	}

}
