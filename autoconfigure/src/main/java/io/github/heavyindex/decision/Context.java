package io.github.heavyindex.decision;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a decision depends on beside the declared operations.
 *
 * @param observation what was seen of the database
 * @param recorded what our own table remembers, by operation
 * @param comparisons which definitions are known to be equal
 * @param prerequisites for each dependency that is no operation: {@code null} when it is
 * complete, else why it is not
 * @param maxConcurrentOperations how many operations may run at once, over all instances
 * @param self the server session that asks under its table lock, or {@code null}
 */
public record Context(Observation observation, Map<String, Recorded> recorded, Comparisons comparisons,
		Map<String, String> prerequisites, int maxConcurrentOperations, @Nullable Integer self) {

	/**
	 * The same for a worker that already holds its table's lock and a slot.
	 * @param pid the worker's server session
	 * @return a context that leaves the worker itself out
	 */
	public Context askedBy(int pid) {
		return new Context(this.observation, this.recorded, this.comparisons, this.prerequisites,
				this.maxConcurrentOperations, pid);
	}

}
