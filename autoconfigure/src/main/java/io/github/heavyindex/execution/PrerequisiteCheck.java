package io.github.heavyindex.execution;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.HeavyIndexPrerequisite;
import org.jspecify.annotations.Nullable;

/**
 * Asks the prerequisites, once a tick until they are met. Used by the loop only.
 */
final class PrerequisiteCheck {

	private final Collection<HeavyIndexPrerequisite> prerequisites;

	private final Set<String> met = new HashSet<>();

	private volatile Map<String, String> unmet = Map.of();

	private volatile boolean failed;

	PrerequisiteCheck(Map<String, HeavyIndexPrerequisite> prerequisites) {
		this.prerequisites = prerequisites.values();
		ask(false);
	}

	/**
	 * Asks those that were not met so far.
	 */
	void ask() {
		ask(true);
	}

	/**
	 * Why prerequisites are not met; those that are met are missing.
	 */
	Map<String, String> unmet() {
		return this.unmet;
	}

	/**
	 * Whether a prerequisite failed to answer.
	 */
	boolean failed() {
		return this.failed;
	}

	private void ask(boolean really) {
		this.failed = false;
		Map<String, String> unmet = new HashMap<>();
		for (HeavyIndexPrerequisite prerequisite : this.prerequisites) {
			String name = prerequisite.name();
			if (!this.met.contains(name)) {
				String reason = really ? reason(prerequisite) : "prerequisite " + name;
				if (reason != null) {
					unmet.put(name, reason);
				}
				else {
					this.met.add(name);
				}
			}
		}
		this.unmet = Map.copyOf(unmet);
	}

	private @Nullable String reason(HeavyIndexPrerequisite prerequisite) {
		try {
			return prerequisite.isComplete() ? null : "prerequisite " + prerequisite.name();
		}
		catch (RuntimeException ex) {
			this.failed = true;
			return "prerequisite " + prerequisite.name() + ", which failed: " + ex;
		}
	}

}
