package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Assistance;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Observation;
import io.github.heavyindex.history.OperationRecord;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.TaskScheduler;

/**
 * The operations that this instance carries out now. Thread-safe.
 */
final class Workers implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Workers.class);

	private final Engine engine;

	private final TaskScheduler scheduler;

	private final Runnable changed;

	private final Map<String, OperationWorker> workers = new ConcurrentHashMap<>();

	/**
	 * Those that help with operations on partitioned tables, with the operation's name.
	 */
	private final Map<OperationWorker, String> assistants = new ConcurrentHashMap<>();

	private final Map<String, String> refusals = new ConcurrentHashMap<>();

	Workers(Engine engine, TaskScheduler scheduler, Runnable changed) {
		this.engine = engine;
		this.scheduler = scheduler;
		this.changed = changed;
	}

	boolean has(IndexOperation operation) {
		return this.workers.containsKey(operation.name());
	}

	/**
	 * Whether an operation could not be begun here: another instance may be able to.
	 */
	boolean hasRefusals() {
		return !this.refusals.isEmpty();
	}

	boolean isEmpty() {
		return this.workers.isEmpty() && this.assistants.isEmpty();
	}

	/**
	 * What keeps operations busy or from starting here, for people.
	 */
	Map<String, String> working() {
		Map<String, String> working = new HashMap<>(this.refusals);
		this.workers.forEach((name, worker) -> working.putIfAbsent(name, worker.work()));
		return working;
	}

	/**
	 * Lets go of workers whose server sessions are gone; the next look tells what became
	 * of their operations.
	 */
	void abandonLost(Observation observation) {
		all().forEach((worker) -> worker.abandonIfLost(observation.slots()));
	}

	/**
	 * Ends the gathering of statistics about complete indexes where it holds reads or
	 * writes up, or the operation was cancelled: nothing is lost by that.
	 */
	void endAnalyses(Look look) throws SQLException {
		for (Map.Entry<String, OperationWorker> entry : this.workers.entrySet()) {
			Integer pid = entry.getValue().analyzing();
			if (pid == null) {
				continue;
			}
			OperationRecord record = look.records().get(entry.getKey());
			Duration heldUp = look.observation().heldUp().getOrDefault(pid, Duration.ZERO);
			if ((record != null && record.state() == OperationState.CANCELLED)
					|| heldUp.compareTo(this.engine.settings().lockTimeout()) > 0) {
				this.engine.cancelBackend(pid);
			}
		}
	}

	/**
	 * Starts what was decided, the most urgent first, as far as there is room.
	 */
	void start(List<IndexOperation> operations, Judgement judgement) {
		List<Candidate> candidates = new ArrayList<>();
		for (IndexOperation operation : operations) {
			if (judgement.toDo(operation) instanceof Decision.Run run && !has(operation)) {
				candidates.add(new Candidate(operation, run));
			}
			else {
				this.refusals.remove(operation.name());
			}
		}
		candidates.sort(Comparator.comparing((candidate) -> -candidate.run().urgency()));
		for (Candidate candidate : candidates) {
			boolean tableBusy = this.workers.values()
				.stream()
				.anyMatch((worker) -> worker.isOn(candidate.run().table()));
			if (!tableBusy && hasRoom()) {
				start(candidate);
			}
		}
		assist(operations, judgement);
	}

	private boolean hasRoom() {
		return this.workers.size() + this.assistants.size() < this.engine.settings().slots();
	}

	/**
	 * Lets free slots help with partitioned tables, or lets them go again.
	 */
	private void assist(List<IndexOperation> operations, Judgement judgement) {
		Observation observation = judgement.look().observation();
		this.assistants.forEach((assistant, name) -> {
			Assistance assistance = judgement.assistance().get(name);
			boolean givesWay = this.engine.settings().policy().givesWay(observation.heldUp().get(assistant.pid()));
			if (assistance != Assistance.JOIN || givesWay) {
				boolean abandoned = assistance == null && operations.stream()
					.noneMatch((operation) -> operation.name().equals(name) && builds(operation, judgement));
				assistant.dismiss(givesWay || abandoned || assistance == Assistance.STOP);
			}
		});
		for (IndexOperation operation : operations) {
			if (Direction.of(operation, judgement).operation() instanceof CreateIndex create
					&& judgement.assistance().get(operation.name()) == Assistance.JOIN && hasRoom()
					&& observation.slots().size() < this.engine.settings().slots()
					&& PartitionedBuild.open(observation.seen(operation.name())).size() > observation.slots().size()) {
				assist(create);
			}
		}
	}

	/**
	 * Whether an operation builds, or its way back does: a drop no longer once its
	 * rollback is given up.
	 */
	private static boolean builds(IndexOperation operation, Judgement judgement) {
		return Direction.of(operation, judgement).operation() instanceof CreateIndex;
	}

	private void assist(CreateIndex create) {
		OperationWorker assistant = new OperationWorker(create.name(), null, this.engine, this.changed,
				(connection) -> new PartitionAssistant(create, this.engine, connection));
		this.assistants.put(assistant, create.name());
		this.scheduler.schedule(() -> {
			try {
				assistant.run();
			}
			finally {
				this.assistants.remove(assistant);
			}
		}, this.scheduler.getClock().instant());
	}

	private void start(Candidate candidate) {
		IndexOperation operation = candidate.operation();
		long table = candidate.run().table();
		OperationWorker worker = new OperationWorker(operation.name(), table, this.engine, this.changed,
				(connection) -> new Attempt(operation, table, this.engine, connection));
		this.workers.put(operation.name(), worker);
		this.scheduler.schedule(() -> run(operation, worker), this.scheduler.getClock().instant());
	}

	private void run(IndexOperation operation, OperationWorker worker) {
		boolean changed = false;
		try {
			changed = worker.run();
		}
		finally {
			this.workers.remove(operation.name());
			remember(operation.name(), worker.refusal());
		}
		// where nothing was done, the next turn comes in its own time
		if (changed) {
			this.changed.run();
		}
	}

	private void remember(String name, @Nullable String refusal) {
		String before = (refusal != null) ? this.refusals.put(name, refusal) : this.refusals.remove(name);
		if (refusal != null && !refusal.equals(before)) {
			logger.warn(name + " needs " + refusal + "; the next observation tells what became of it");
		}
	}

	/**
	 * Cancels the builds that run here, and waits until each has removed what it leaves.
	 */
	void cancelBuilds() {
		List<OperationWorker> all = all();
		all.forEach(OperationWorker::cancelBuild);
		all.forEach(OperationWorker::awaitEnd);
	}

	/**
	 * Lets go of all connections; the server sessions go on.
	 */
	@Override
	public void close() {
		all().forEach(OperationWorker::abandon);
	}

	private List<OperationWorker> all() {
		List<OperationWorker> all = new ArrayList<>(this.workers.values());
		all.addAll(this.assistants.keySet());
		return all;
	}

	private record Candidate(IndexOperation operation, Decision.Run run) {
	}

}
