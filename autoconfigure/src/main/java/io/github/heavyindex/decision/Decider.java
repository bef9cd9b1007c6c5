package io.github.heavyindex.decision;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.Goals.Goal;
import io.github.heavyindex.decision.Goals.Verdict;
import org.jspecify.annotations.Nullable;

import org.springframework.lang.Contract;

/**
 * Decides what is to be done about each operation: a pure function of what is declared,
 * observed and remembered. The catalog decides; what is remembered only tells drift from
 * work not yet done.
 */
public final class Decider {

	private final Chains chains;

	private final Context context;

	private final Goals goals;

	private final Set<String> satisfied = new HashSet<>();

	private Decider(Chains chains, Context context) {
		this.chains = chains;
		this.context = context;
		this.goals = new Goals(chains, context.observation(), context.comparisons(), context.recorded(),
				(name) -> context.prerequisites().get(name) == null);
	}

	/**
	 * Decides about all operations.
	 * @param chains the declared operations
	 * @param context what the decisions depend on
	 * @return a decision for each operation, in dependency order
	 */
	public static Map<String, Decision> decide(Chains chains, Context context) {
		Decider decider = new Decider(chains, context);
		Map<String, Decision> decisions = new LinkedHashMap<>();
		for (IndexOperation operation : chains.operations()) {
			Decision decision = decider.decide(operation);
			decisions.put(operation.name(), decision);
			decider.noteIfSatisfied(operation, decision);
		}
		return decisions;
	}

	private void noteIfSatisfied(IndexOperation operation, Decision decision) {
		OperationState state = recorded(operation).state();
		if (decision instanceof Decision.Complete || (decision instanceof Decision.Keep
				&& (state == OperationState.COMPLETED || state == OperationState.SKIPPED))) {
			this.satisfied.add(operation.name());
		}
	}

	private Decision decide(IndexOperation operation) {
		Recorded recorded = recorded(operation);
		if (recorded.state() == OperationState.SKIPPED) {
			return new Decision.Keep();
		}
		if (operation instanceof RebuildIndex) {
			return Failures.notSupportedYet("REINDEX");
		}
		Goal goal = this.goals.of(operation);
		Decision busy = busy(operation, recorded);
		if (busy instanceof Decision.Watch watch && recorded.state() != OperationState.RUNNING) {
			return (goal.verdict() != Verdict.MET) ? new Decision.CancelBackend(watch.pid())
					: met(operation, recorded, null);
		}
		if (busy instanceof Decision.Watch watch && goal.verdict() != Verdict.MET) {
			busy = watchOrStop(operation, recorded, watch);
		}
		return switch (goal.verdict()) {
			case MET -> met(operation, recorded, busy);
			case UNKNOWN -> isOurs(busy) ? busy : unknown(goal);
			case UNKNOWABLE -> unknowable(recorded, goal);
			case NOT_MET -> notMet(operation, recorded, goal, busy);
		};
	}

	private Decision met(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		if (recorded.state() == OperationState.COMPLETED && recorded.sql().equals(operation.sql())) {
			return new Decision.Keep();
		}
		// its own session has not let go of the table yet: it records the end itself
		if (isOurs(busy)) {
			return busy;
		}
		return new Decision.Complete(recorded.state() != OperationState.RUNNING || isOrphan(recorded));
	}

	/**
	 * Whether our own session is at it, be it to be watched or stopped.
	 */
	@Contract("null -> false")
	private static boolean isOurs(@Nullable Decision busy) {
		return busy != null && !(busy instanceof Decision.Wait);
	}

	private Decision watchOrStop(IndexOperation operation, Recorded recorded, Decision.Watch watch) {
		// a half-dropped index serves nobody, and a rename takes no time
		if (!(operation instanceof CreateIndex)) {
			return watch;
		}
		Instant now = this.context.observation().now();
		Duration limit = (operation.options().maxDuration() != null) ? operation.options().maxDuration()
				: this.context.policy().maxDuration();
		if (limit != null && recorded.startedAt() != null && now.isAfter(recorded.startedAt().plus(limit))) {
			return new Decision.Stop(watch.pid(), "max-duration: the attempt took longer than " + limit
					+ ". Raise max-duration or choose a calmer time, then retry.", true);
		}
		Duration heldUp = this.context.observation().heldUp().get(watch.pid());
		Duration patience = this.context.policy().yieldAfter();
		if (heldUp != null && patience != null && heldUp.compareTo(patience) > 0) {
			return new Decision.Stop(watch.pid(), "gave way: reads or writes queued for " + heldUp.toMillis()
					+ " ms behind a statement that waits for the build", false);
		}
		String stop = recorded.runNow() ? null : stopping();
		return (stop != null) ? new Decision.Stop(watch.pid(), "stopped, " + stop, false) : watch;
	}

	private @Nullable String stopping() {
		Guards guards = this.context.policy().guards();
		if (guards.stopRunning() && this.context.held() != null) {
			return this.context.held();
		}
		Observation observation = this.context.observation();
		return guards.stop(observation.now(), observation.load(), this.context.worked());
	}

	private static Decision unknown(Goal goal) {
		if (goal.compare() == null) {
			throw new IllegalStateException("An unknown goal without a comparison to make");
		}
		return goal.compare();
	}

	private static Decision unknowable(Recorded recorded, Goal goal) {
		// what we built ourselves needs no comparison, and a completed operation no
		// second one
		if (recorded.state() == OperationState.COMPLETED || recorded.state() == OperationState.CANCELLED) {
			return new Decision.Keep();
		}
		Comparison comparison = goal.comparison();
		return new Decision.Wait(
				"definition not compared: " + ((comparison != null) ? comparison.reason() : "unknown"));
	}

	private Decision notMet(IndexOperation operation, Recorded recorded, Goal goal, @Nullable Decision busy) {
		boolean declaredAnew = !recorded.sql().equals(operation.sql());
		if (!declaredAnew) {
			switch (recorded.state()) {
				case COMPLETED -> {
					return drift(operation);
				}
				case FAILED, CANCELLED -> {
					return leftover(operation, recorded, busy);
				}
				default -> {
				}
			}
		}
		if (operation instanceof CreateIndex create) {
			return create(create, recorded, goal, busy);
		}
		if (operation instanceof DropIndex) {
			return drop(operation, recorded, busy);
		}
		return rename((RenameIndex) operation, recorded, busy);
	}

	private Decision drift(IndexOperation operation) {
		// a later operation of the chain is using the index up, or has brought another
		// one
		boolean handedOver = this.chains.consumersAfter(operation).stream().anyMatch((later) -> {
			OperationState state = recorded(later).state();
			return state == OperationState.RUNNING || state == OperationState.COMPLETED;
		}) || !this.chains.producersAfter(operation).isEmpty();
		if (handedOver) {
			return new Decision.Keep();
		}
		Seen seen = seen(operation);
		CatalogRelation index = (operation instanceof RenameIndex) ? seen.renamed() : seen.index();
		if (index == null) {
			return new Decision.Drifted(Drift.MISSING);
		}
		return new Decision.Drifted(
				(index.index() != null && !index.index().valid()) ? Drift.INVALID : Drift.DEFINITION_CHANGED);
	}

	private Decision leftover(IndexOperation operation, Recorded recorded, @Nullable Decision busy) {
		CatalogRelation index = seen(operation).index();
		CatalogRelation table = seen(operation).table();
		if (busy != null || index == null || table == null || recorded.attempts() == 0
				|| !(operation instanceof CreateIndex)) {
			return new Decision.Keep();
		}
		IndexState state = index.index();
		if (state == null || state.valid() || state.table() != table.oid()) {
			return new Decision.Keep();
		}
		return new Decision.Run(Step.DROP_LEFTOVER, table.oid(), urgency(state));
	}

	private Decision create(CreateIndex create, Recorded recorded, Goal goal, @Nullable Decision busy) {
		CatalogRelation index = seen(create).index();
		CatalogRelation table = seen(create).table();
		if (index != null && index.index() != null && !index.index().valid() && busy != null) {
			return busy;
		}
		String waiting = waitingForDependency(create);
		if (waiting != null) {
			return new Decision.Wait(waiting);
		}
		if (table == null) {
			return Failures.noTable(create);
		}
		if (index != null && index.index() == null) {
			return Failures.nameTaken(create, index);
		}
		if (table.kind() == 'p' && (index == null || index.kind() != 'I')) {
			return Failures.partitioned(create, table);
		}
		if (index != null && index.requireIndex().table() != table.oid()) {
			return Failures.onAnotherTable(create, index);
		}
		if (index != null && index.requireIndex().valid()) {
			return Failures.mismatch(create, goal.comparison());
		}
		if (busy != null) {
			return busy;
		}
		if (index != null) {
			IndexState state = index.requireIndex();
			// what every write maintains or unique checks may not wait for the next
			// attempt
			return start(recorded, Step.DROP_LEFTOVER, table.oid(), urgency(state), !state.ready());
		}
		return start(recorded, Step.BUILD, table.oid(), 0, true);
	}

	private Decision drop(IndexOperation drop, Recorded recorded, @Nullable Decision busy) {
		if (isOurs(busy)) {
			return busy;
		}
		String waiting = waitingForDependency(drop);
		if (waiting != null) {
			return new Decision.Wait(waiting);
		}
		CatalogRelation index = seen(drop).index();
		if (index == null) {
			return new Decision.Wait("the prerequisites of the operations before it");
		}
		Decision refused = Failures.undroppable(seen(drop), index);
		if (refused != null) {
			return refused;
		}
		if (busy != null) {
			return busy;
		}
		IndexState state = index.requireIndex();
		// a half-dropped index serves nobody: a drop that has started is only ever
		// finished
		return (!state.valid() && recorded.attempts() > 0 && !this.context.observation().readOnly())
				? new Decision.Run(Step.DROP, state.table(), urgency(state))
				: start(recorded, Step.DROP, state.table(), 0, true);
	}

	private Decision rename(RenameIndex rename, Recorded recorded, @Nullable Decision busy) {
		if (isOurs(busy)) {
			return busy;
		}
		String waiting = waitingForDependency(rename);
		if (waiting != null) {
			return new Decision.Wait(waiting);
		}
		Seen seen = seen(rename);
		Decision refused = Failures.unrenamable(rename, seen);
		if (refused != null) {
			return refused;
		}
		CatalogRelation index = seen.index();
		if (index == null || index.index() == null) {
			throw new IllegalStateException("No index to rename, and no failure said so");
		}
		return (busy != null) ? busy : start(recorded, Step.RENAME, index.index().table(), 0, true);
	}

	/**
	 * What keeps the operation from touching its table: our own session at work on it, or
	 * anybody else.
	 * @return a {@link Decision.Watch}, a {@link Decision.Wait}, or {@code null} if the
	 * table is free
	 */
	private @Nullable Decision busy(IndexOperation operation, Recorded recorded) {
		Seen seen = seen(operation);
		Long table = seen.tableOid();
		if (table == null) {
			return null;
		}
		TableActivity activity = this.context.observation().activity().getOrDefault(table, TableActivity.NONE);
		Integer self = this.context.self();
		if (self != null) {
			activity = activity.without(self);
		}
		Holder holder = activity.lockHolder();
		if (holder != null) {
			boolean ours = recorded.isSession(holder);
			boolean stoppable = operation instanceof CreateIndex && !activity.cleaning();
			if (ours && holder.active() && (recorded.state() == OperationState.RUNNING || stoppable)) {
				return new Decision.Watch(holder.pid(), isOrphan(recorded));
			}
			return new Decision.Wait("table lock held by pid " + holder.pid() + operationOf(holder));
		}
		CatalogRelation index = seen.index();
		boolean invalid = index != null && index.index() != null && !index.index().valid();
		// a second request for such a lock would end in a deadlock with a build's
		// snapshot wait
		boolean changing = invalid || operation instanceof DropIndex
				|| (operation instanceof CreateIndex && index == null);
		if (changing && !activity.workers().isEmpty()) {
			Holder worker = activity.workers().get(0);
			return new Decision.Wait("table in use by pid " + worker.pid() + operationOf(worker));
		}
		if (index != null && index.index() != null && index.index().inMotion()) {
			return new Decision.Wait("a transaction is changing the index");
		}
		return null;
	}

	private String operationOf(Holder holder) {
		for (Map.Entry<String, Recorded> entry : this.context.recorded().entrySet()) {
			if (entry.getValue().state() == OperationState.RUNNING && entry.getValue().isSession(holder)) {
				return " (" + entry.getKey() + ")";
			}
		}
		String application = holder.application();
		return (application == null || application.isEmpty()) ? "" : " (" + application + ")";
	}

	private Decision start(Recorded recorded, Step step, long table, int urgency, boolean afterDelay) {
		Observation observation = this.context.observation();
		if (observation.readOnly()) {
			return new Decision.Wait("the server is read-only (a standby)");
		}
		if (afterDelay && recorded.nextAttemptAt() != null && observation.now().isBefore(recorded.nextAttemptAt())) {
			return new Decision.Wait("retry at " + recorded.nextAttemptAt().truncatedTo(ChronoUnit.SECONDS));
		}
		String held = held(recorded, table);
		if (held != null) {
			return new Decision.Wait(held);
		}
		int slots = this.context.policy().maxConcurrentOperations();
		int used = observation.slots().size();
		Integer self = this.context.self();
		if ((self == null || !observation.slots().contains(self)) && used >= slots) {
			return new Decision.Wait("slot: " + used + " of " + slots + " in use");
		}
		return new Decision.Run(step, table, urgency);
	}

	private @Nullable String held(Recorded recorded, long table) {
		Observation observation = this.context.observation();
		Integer vacuum = observation.activity().getOrDefault(table, TableActivity.NONE).wraparound();
		if (vacuum != null) {
			return "guard: pid " + vacuum + " vacuums the table to prevent wraparound, and does not give way";
		}
		if (recorded.runNow()) {
			return null;
		}
		String held = this.context.policy().guards().hold(observation.now(), observation.load(), this.context.worked());
		return (held != null) ? held : this.context.held();
	}

	private @Nullable String waitingForDependency(IndexOperation operation) {
		for (String name : operation.options().dependsOn().stream().sorted().toList()) {
			if (this.chains.find(name) != null) {
				if (!this.satisfied.contains(name)) {
					return "dependency " + name;
				}
			}
			else {
				String unmet = this.context.prerequisites().get(name);
				if (unmet != null) {
					return unmet;
				}
			}
		}
		return null;
	}

	private boolean isOrphan(Recorded recorded) {
		return recorded.instanceKey() == null
				|| !this.context.observation().instances().contains(recorded.instanceKey());
	}

	private Recorded recorded(IndexOperation operation) {
		return this.context.recorded().getOrDefault(operation.name(), Recorded.none(operation.sql()));
	}

	private Seen seen(IndexOperation operation) {
		return this.context.observation().seen(operation.name());
	}

	/**
	 * A unique leftover rejects writes, a ready one slows them, any other one is
	 * harmless.
	 */
	private static int urgency(IndexState leftover) {
		return leftover.ready() ? (leftover.unique() ? 2 : 1) : 0;
	}

}
