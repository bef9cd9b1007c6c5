package io.github.heavyindex.decision;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.Drift;
import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.Decision.Wait.Until;
import org.jspecify.annotations.Nullable;

/**
 * What operations wait for in one another, as far as they are decided about.
 */
final class Dependencies {

	private final Chains chains;

	private final ObservedChains observedChains;

	private final Context context;

	private final Set<String> satisfied = new HashSet<>();

	private final Set<String> broken = new HashSet<>();

	private final Map<String, Until> ends = new HashMap<>();

	Dependencies(Chains chains, ObservedChains observedChains, Context context) {
		this.chains = chains;
		this.observedChains = observedChains;
		this.context = context;
	}

	/**
	 * Notes whether operations that depend on this one may start.
	 */
	void decided(IndexOperation operation, Recorded recorded, Decision decision) {
		if (decision instanceof Decision.Complete || recorded.is(OperationState.SKIPPED, operation)
				|| (decision instanceof Decision.Keep && recorded.state() == OperationState.COMPLETED)) {
			this.satisfied.add(operation.name());
		}
		if (decision instanceof Decision.Drifted drifted && drifted.drift() == Drift.INVALID) {
			this.broken.add(operation.name());
		}
		Until end = end(operation, recorded, decision);
		if (end != Until.LATER) {
			this.ends.put(operation.name(), end);
		}
	}

	/**
	 * What must happen before the operation can become complete.
	 */
	private static Until end(IndexOperation operation, Recorded recorded, Decision decision) {
		if (decision instanceof Decision.Wait wait) {
			return wait.until();
		}
		// also while its leftover is being removed
		boolean ended = recorded.is(OperationState.FAILED, operation)
				|| recorded.is(OperationState.CANCELLED, operation);
		boolean done = decision instanceof Decision.Complete;
		return ((ended && !done) || decision instanceof Decision.Fail || decision.toDo() instanceof Decision.Drifted)
				? Until.MEND : Until.LATER;
	}

	/**
	 * The approval or the dependency that the operation waits for, or {@code null} if it
	 * may start. Of several the most hopeless one counts, whichever is named. A person
	 * need not wait for other operations before they approve this one.
	 */
	Decision.@Nullable Wait waitingFor(IndexOperation operation) {
		Map<String, Until> open = open(operation);
		return open.isEmpty() ? null
				: new Decision.Wait(open.keySet().iterator().next(), Collections.max(open.values()));
	}

	private Map<String, Until> open(IndexOperation operation) {
		Map<String, Until> open = new LinkedHashMap<>();
		if (!this.context.orders().isApproved(operation)) {
			open.put("approval", Until.PERMISSION);
		}
		IndexOperation producer = this.observedChains.producerBefore(operation);
		// a half-dropped index serves nobody: its drop is only ever finished
		String halfDropped = (operation instanceof DropIndex && producer != null
				&& this.broken.contains(producer.name())) ? producer.name() : null;
		for (String name : operation.options().dependsOn().stream().sorted().toList()) {
			if (this.chains.find(name) == null) {
				Decision.Wait unmet = this.context.prerequisites().get(name);
				if (unmet != null) {
					open.put(unmet.reason(), unmet.until());
				}
			}
			else if (!name.equals(halfDropped)) {
				require(name, open);
			}
		}
		// also where only a dependency of a dependency frees the name or brings the index
		for (IndexOperation release : this.observedChains.releasesBefore(operation)) {
			require(release.name(), open);
		}
		if (producer != null && halfDropped == null) {
			require(producer.name(), open);
		}
		return open;
	}

	private void require(String name, Map<String, Until> open) {
		if (!this.satisfied.contains(name)) {
			open.put("dependency " + name, this.ends.getOrDefault(name, Until.LATER));
		}
	}

	/**
	 * What keeps a drop from an index whose name goes to another one: that one must
	 * stand, and must not have had its turn already.
	 */
	Decision.@Nullable Wait waitingForSuccessor(DropIndex drop) {
		List<IndexOperation> successors = this.observedChains.producersAfter(drop);
		for (IndexOperation successor : successors) {
			Recorded recorded = this.context.recorded().get(successor.name());
			if (recorded != null && recorded.is(OperationState.COMPLETED, successor)) {
				return new Decision.Wait(
						"the name belongs to the completed operation " + successor.name() + "; see its drift",
						Until.MEND);
			}
		}
		if (!successors.isEmpty()
				&& (successors.get(0) instanceof RenameIndex || successors.get(0) instanceof AddConstraint)) {
			IndexOperation successor = successors.get(0);
			CatalogRelation next = this.context.observation().seen(successor.name()).index();
			IndexOperation producer = this.observedChains.producerBefore(successor);
			boolean stands = next != null && next.index() != null && next.index().valid();
			if (!stands && (producer == null || !this.chains.dependsOn(producer, drop))) {
				return new Decision.Wait(
						"index " + successor.index() + ", which is to take its place, is not there or not valid",
						(producer != null && !this.satisfied.contains(producer.name()))
								? this.ends.getOrDefault(producer.name(), Until.LATER) : Until.MEND);
			}
		}
		return null;
	}

}
