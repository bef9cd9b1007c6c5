package io.github.heavyindex.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One look at the database. Immutable.
 *
 * @param now the database's time
 * @param serverVersion {@code server_version_num}
 * @param readOnly whether the server takes no writes (a standby)
 * @param searchPath the schemas that names without a schema are looked up in
 * @param seen what the catalog shows, by operation
 * @param activity who works on a table, by the table's oid
 * @param slots the sessions that hold a slot of {@code max-concurrent-operations}
 * @param load how busy the server is
 * @param heldUp how long reads or writes have queued behind a statement that waits for a
 * session of ours, by session
 * @param instances the keys of application instances that are alive
 * @since 0.1.0
 */
public record Observation(Instant now, int serverVersion, boolean readOnly, List<String> searchPath,
		Map<String, Seen> seen, Map<Long, TableActivity> activity, Set<Integer> slots, Load load,
		Map<Integer, Duration> heldUp, Set<Integer> instances) {

	public Observation {
		searchPath = List.copyOf(searchPath);
		seen = Map.copyOf(seen);
		activity = Map.copyOf(activity);
		slots = Set.copyOf(slots);
		heldUp = Map.copyOf(heldUp);
		instances = Set.copyOf(instances);
	}

	/**
	 * The same look, with something else seen for one operation.
	 * @param operation the operation's name
	 * @param seen what the catalog shows for it
	 * @return a new observation
	 */
	public Observation with(String operation, Seen seen) {
		Map<String, Seen> all = new HashMap<>(this.seen);
		all.put(operation, seen);
		return new Observation(this.now, this.serverVersion, this.readOnly, this.searchPath, all, this.activity,
				this.slots, this.load, this.heldUp, this.instances);
	}

	/**
	 * What the catalog shows for an operation.
	 * @param operation the operation's name
	 * @return what was seen
	 */
	public Seen seen(String operation) {
		return this.seen.getOrDefault(operation, Seen.NOTHING);
	}

}
