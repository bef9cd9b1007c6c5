package io.github.heavyindex.decision;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.heavyindex.Drift;
import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RenameIndex;
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

	Dependencies(Chains chains, ObservedChains observedChains, Context context) {
		this.chains = chains;
		this.observedChains = observedChains;
		this.context = context;
	}

	/**
	 * Notes whether operations that depend on this one may start.
	 */
	void decided(IndexOperation operation, Recorded recorded, Decision decision) {
		if (decision instanceof Decision.Complete || (decision instanceof Decision.Keep
				&& (recorded.state() == OperationState.COMPLETED || recorded.state() == OperationState.SKIPPED))) {
			this.satisfied.add(operation.name());
		}
		if (decision instanceof Decision.Drifted drifted && drifted.drift() == Drift.INVALID) {
			this.broken.add(operation.name());
		}
	}

	/**
	 * The dependency that the operation waits for, or {@code null} if it may start.
	 */
	@Nullable String waitingFor(IndexOperation operation) {
		IndexOperation producer = this.observedChains.producerBefore(operation);
		// a half-dropped index serves nobody: its drop is only ever finished
		String halfDropped = (operation instanceof DropIndex && producer != null
				&& this.broken.contains(producer.name())) ? producer.name() : null;
		for (String name : operation.options().dependsOn().stream().sorted().toList()) {
			if (this.chains.find(name) == null) {
				String unmet = this.context.prerequisites().get(name);
				if (unmet != null) {
					return unmet;
				}
			}
			else if (!this.satisfied.contains(name) && !name.equals(halfDropped)) {
				return "dependency " + name;
			}
		}
		// also where only a dependency of a dependency frees the name or brings the index
		for (IndexOperation release : this.observedChains.releasesBefore(operation)) {
			if (!this.satisfied.contains(release.name())) {
				return "dependency " + release.name();
			}
		}
		return (producer != null && halfDropped == null && !this.satisfied.contains(producer.name()))
				? "dependency " + producer.name() : null;
	}

	/**
	 * What keeps a drop from an index whose name goes to another one: that one must
	 * stand, and must not have had its turn already.
	 */
	@Nullable String waitingForSuccessor(DropIndex drop) {
		List<IndexOperation> successors = this.observedChains.producersAfter(drop);
		for (IndexOperation successor : successors) {
			Recorded recorded = this.context.recorded().get(successor.name());
			if (recorded != null && recorded.is(OperationState.COMPLETED, successor)) {
				return "the name belongs to the completed operation " + successor.name() + "; see its drift";
			}
		}
		if (!successors.isEmpty()
				&& (successors.get(0) instanceof RenameIndex || successors.get(0) instanceof AddConstraint)) {
			IndexOperation successor = successors.get(0);
			CatalogRelation next = this.context.observation().seen(successor.name()).index();
			IndexOperation producer = this.observedChains.producerBefore(successor);
			boolean stands = next != null && next.index() != null && next.index().valid();
			if (!stands && (producer == null || !this.chains.dependsOn(producer, drop))) {
				return "index " + successor.index() + ", which is to take its place, is not there or not valid";
			}
		}
		return null;
	}

}
