package io.github.heavyindex.decision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import org.jspecify.annotations.Nullable;

/**
 * Decides about operations that are to be undone. The way back is an operation like any
 * other, decided about alone: it was ordered by a person, so that neither a pause nor
 * window or guards hold it back, but locks and slots do.
 */
final class Rollback {

	private final Chains chains;

	private final Context context;

	Rollback(Chains chains, Context context) {
		this.chains = chains;
		this.context = context;
	}

	/**
	 * Why an operation cannot be undone, or {@code null} if it can.
	 */
	@Nullable String refusal(IndexOperation operation, @Nullable Undo undo) {
		if (operation instanceof RebuildIndex) {
			return "a rebuild leaves nothing to undo.";
		}
		if (operation instanceof AddConstraint) {
			return "a constraint is not. Drop it with ALTER TABLE … DROP CONSTRAINT, which drops its index, too.";
		}
		if (undo == null && operation instanceof DropIndex) {
			return "the definition of the dropped index is not known: the index was gone before, or the tables of"
					+ " Heavy Index were lost. Create the index by hand, or declare an operation that creates it.";
		}
		if (undo == null) {
			return "the index was not made so by this operation, or nobody saw it: it was found, or the tables of"
					+ " Heavy Index were lost. Drop or rename it by hand, or declare an operation that does.";
		}
		Seen seen = undo.turn(this.context.seen(operation));
		Decision obstacle = obstacle(operation, undo, seen);
		if (obstacle instanceof Decision.Wait wait) {
			return wait.reason() + ". Wait until that one has ended.";
		}
		Decision decision = (obstacle != null) ? obstacle : alone(undo, Recorded.none(operation.sql()), seen);
		return (decision instanceof Decision.Fail fail) ? fail.error() : null;
	}

	Decision decide(IndexOperation operation, Recorded recorded, Undo undo) {
		Seen seen = undo.turn(this.context.seen(operation));
		Decision decision = alone(undo, recorded, seen);
		boolean cancelled = recorded.state() == OperationState.CANCELLED;
		if (decision instanceof Decision.Complete) {
			return new Decision.RolledBack(true);
		}
		if (cancelled && decision instanceof Decision.Keep) {
			// as long as anything is left over, it is remembered what
			return leavesAnything(undo, seen) ? decision : new Decision.RolledBack(false);
		}
		if (decision instanceof Decision.Run && !cancelled && recorded.state() != OperationState.FAILED) {
			Decision obstacle = obstacle(operation, undo, seen);
			decision = (obstacle != null) ? obstacle : decision;
		}
		return inWords(decision);
	}

	/**
	 * Whether anything is to be removed that the way back has built. The index of a
	 * partitioned table stays, as whoever builds it goes on with that.
	 */
	private static boolean leavesAnything(Undo undo, Seen seen) {
		if (!(undo.operation() instanceof CreateIndex create)) {
			return false;
		}
		return seen.partitioned() ? seen.partitions().stream().anyMatch((partition) -> !partition.own(create).isEmpty())
				: CatalogRelation.isInvalidIndex(seen.index());
	}

	private static Decision inWords(Decision decision) {
		if (decision instanceof Decision.Fail fail) {
			return new Decision.Fail(fail.sqlState(), "It cannot be rolled back: " + Mends.onTheWayBack(fail.error()));
		}
		return (decision instanceof Decision.Stop stop)
				? new Decision.Stop(stop.pid(), Mends.onTheWayBack(stop.reason()), stop.failed()) : decision;
	}

	private Decision alone(Undo undo, Recorded recorded, Seen seen) {
		IndexOperation operation = undo.operation();
		Map<String, Recorded> all = new HashMap<>(this.context.recorded());
		all.put(operation.name(), recorded.undoing(operation));
		Context alone = new Context(this.context.observation().with(operation.name(), seen), all,
				this.context.comparisons(), Map.of(), this.context.policy(), this.context.worked(), this.context.held(),
				this.context.bloat(), this.context.self(), StandingOrders.NONE);
		return Decider.decide(new Chains(List.of(operation)), alone)
			.getOrDefault(operation.name(), new Decision.Keep());
	}

	/**
	 * What keeps the way back from being begun: an index that is not ours, or another
	 * operation that counts on what would be undone.
	 */
	private @Nullable Decision obstacle(IndexOperation operation, Undo undo, Seen seen) {
		CatalogRelation index = seen.index();
		if (undo.own() != null && index != null && undo.own() != index.oid()) {
			return Failures.notOwn(index);
		}
		for (IndexOperation other : this.chains.operations()) {
			Recorded record = this.context.recorded().get(other.name());
			if (record == null || !record.isOf(other) || other.name().equals(operation.name())
					|| !this.chains.dependsOn(other, operation)) {
				continue;
			}
			switch (record.state()) {
				case RUNNING -> {
					return new Decision.Wait(other.name() + ", which depends on it, is running");
				}
				case COMPLETED, SKIPPED -> {
					return Failures.needed(other, record.state());
				}
				default -> {
				}
			}
		}
		return null;
	}

}
