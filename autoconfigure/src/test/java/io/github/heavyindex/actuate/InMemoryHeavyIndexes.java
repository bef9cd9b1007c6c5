package io.github.heavyindex.actuate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.UnknownOperationException;
import org.jspecify.annotations.Nullable;

/**
 * {@link HeavyIndexes} whose snapshot a test sets, and whose orders change the snapshot
 * at once.
 */
public class InMemoryHeavyIndexes implements HeavyIndexes {

	private final Map<String, OperationStatus> operations = new LinkedHashMap<>();

	private final Map<String, List<OperationAttempt>> attempts = new LinkedHashMap<>();

	private final Map<String, List<OperationAction>> actions = new LinkedHashMap<>();

	private boolean paused;

	private @Nullable String actor;

	private @Nullable Instant lastObserved;

	private @Nullable String problem;

	private @Nullable UndeclaredInvalidIndexes undeclared;

	public InMemoryHeavyIndexes(OperationStatus... operations) {
		for (OperationStatus operation : operations) {
			set(operation);
		}
	}

	public final void set(OperationStatus operation) {
		this.operations.put(operation.name(), operation);
	}

	public void attempts(String name, OperationAttempt... attempts) {
		this.attempts.put(name, List.of(attempts));
	}

	public void lastObserved(Instant lastObserved) {
		this.lastObserved = lastObserved;
	}

	public void problem(String problem) {
		this.problem = problem;
	}

	public void undeclared(UndeclaredInvalidIndexes undeclared) {
		this.undeclared = undeclared;
	}

	@Override
	public boolean isCompleted(String name) {
		return required(name).completed();
	}

	@Override
	public boolean isCompleted(Class<?> operationClass) {
		throw new UnknownOperationException("No class declares an operation here");
	}

	@Override
	public HeavyIndexesStatus status() {
		List<OperationStatus> list = new ArrayList<>(this.operations.values());
		return new HeavyIndexesStatus(HeavyIndexesStatus.Summary.of(list), this.paused, "host-1", this.lastObserved,
				this.problem, list, this.undeclared);
	}

	@Override
	public Optional<OperationStatus> find(String name) {
		return Optional.ofNullable(this.operations.get(name));
	}

	@Override
	public List<OperationAttempt> history(String name) {
		required(name);
		return this.attempts.getOrDefault(name, List.of());
	}

	@Override
	public CompletableFuture<OperationStatus> whenCompleted(String name) {
		return CompletableFuture.completedFuture(required(name));
	}

	@Override
	public void retry(String name) {
		OperationState state = required(name).state();
		if (state != OperationState.FAILED && state != OperationState.CANCELLED) {
			throw new ActionRefusedException(
					"The operation '" + name + "' is " + state + "; there is nothing to retry");
		}
		set(TestOperation.of(name, OperationState.PENDING).build());
	}

	@Override
	public void cancel(String name) {
		OperationState state = required(name).state();
		if (state != OperationState.PENDING && state != OperationState.RUNNING) {
			throw new ActionRefusedException(
					"The operation '" + name + "' is " + state + "; there is nothing to cancel");
		}
		set(TestOperation.of(name, OperationState.CANCELLED).build());
	}

	@Override
	public void runNow(String name) {
		OperationState state = required(name).state();
		if (state != OperationState.PENDING) {
			throw new ActionRefusedException("The operation '" + name + "' is " + state + "; it is not pending");
		}
		set(TestOperation.of(name, OperationState.RUNNING).build());
	}

	@Override
	public void skip(String name) {
		required(name);
		order("skip", name);
		set(TestOperation.of(name, OperationState.SKIPPED).build());
	}

	@Override
	public void approve(String name) {
		required(name);
		order("approve", name);
	}

	@Override
	public void rollback(String name) {
		required(name);
		order("rollback", name);
	}

	@Override
	public void pause() {
		order("pause", "*");
		this.paused = true;
	}

	@Override
	public void resume() {
		order("resume", "*");
		this.paused = false;
	}

	@Override
	public void retryFailed() {
		order("retry-failed", "*");
		List.copyOf(this.operations.values())
			.stream()
			.filter((operation) -> operation.state() == OperationState.FAILED)
			.forEach((operation) -> retry(operation.name()));
	}

	private void order(String action, String name) {
		this.actions.put(name, List.of(new OperationAction(action, this.actor, Instant.EPOCH)));
	}

	@Override
	public List<OperationAction> actions(String name) {
		return this.actions.getOrDefault(name, List.of());
	}

	@Override
	public List<OperationAction> actions() {
		return actions("*");
	}

	public void actions(String name, OperationAction... actions) {
		this.actions.put(name, List.of(actions));
	}

	/**
	 * Orders from now on are in that name.
	 */
	@Override
	public HeavyIndexes onBehalfOf(String actor) {
		this.actor = actor;
		return this;
	}

	private OperationStatus required(String name) {
		return find(name).orElseThrow(() -> new UnknownOperationException("No operation '" + name + "'"));
	}

}
