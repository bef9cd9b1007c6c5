package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.github.heavyindex.HeavyIndexOperationEvent;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells people what changed between two snapshots: one line and one event a change, a
 * line each tenth percent or minute while something runs or once it is held up, and
 * nothing per tick. Used by the loop only.
 */
final class Announcer {

	private static final Duration REPEAT = Duration.ofMinutes(1);

	private static final Duration BLOCKED_AFTER = Duration.ofSeconds(5);

	private static final Log logger = LogFactory.getLog("io.github.heavyindex");

	private final ApplicationEventPublisher publisher;

	private final @Nullable Duration yieldAfter;

	private final String where;

	private final Map<String, Told> told = new HashMap<>();

	private final Map<String, HeldUp> heldUp = new HashMap<>();

	private @Nullable String problem;

	private @Nullable String limits;

	private boolean summarized;

	/**
	 * Creates an announcer.
	 * @param publisher where events go
	 * @param yieldAfter how long traffic may queue before a build gives way, or
	 * {@code null} if it never does
	 * @param where what lines about the whole database begin with; nothing where it is
	 * the only one
	 */
	Announcer(ApplicationEventPublisher publisher, @Nullable Duration yieldAfter, String where) {
		this.publisher = publisher;
		this.yieldAfter = yieldAfter;
		this.where = where;
	}

	/**
	 * Tells what changed.
	 * @param observed whether the database could be observed; else {@code problem} says
	 * why not
	 */
	void announce(HeavyIndexesStatus before, HeavyIndexesStatus after, boolean observed) {
		problem(after.problem(), observed);
		Instant now = after.lastObserved();
		if (now == null) {
			return;
		}
		Map<String, OperationStatus> earlier = before.operations()
			.stream()
			.collect(Collectors.toMap(OperationStatus::name, (operation) -> operation));
		for (OperationStatus operation : after.operations()) {
			OperationStatus previous = earlier.get(operation.name());
			if (before.lastObserved() == null) {
				first(operation, now);
			}
			else if (previous != null) {
				change(previous, operation, now);
			}
		}
		summary(after);
	}

	/**
	 * What an operation was before this instance started is old news, but for what people
	 * must know.
	 */
	private void first(OperationStatus operation, Instant now) {
		switch (operation.state()) {
			case RUNNING -> started(operation, now);
			case FAILED -> {
				logger.warn(operation.name() + " has failed before, and is not tried again by itself: "
						+ operation.lastError());
				publish(new HeavyIndexOperationEvent.Failed(operation));
			}
			case COMPLETED -> {
				publish(new HeavyIndexOperationEvent.Completed(operation));
				drifted(null, operation);
			}
			default -> waiting(operation, now);
		}
	}

	private void change(OperationStatus previous, OperationStatus operation, Instant now) {
		if (previous.state() != operation.state()) {
			changed(previous, operation, now);
		}
		else if (operation.state() == OperationState.RUNNING) {
			if (operation.attempts() != previous.attempts()) {
				started(operation, now);
			}
			progress(previous, operation, now);
		}
		else if (operation.state() == OperationState.PENDING) {
			waiting(operation, now);
		}
		drifted(previous.drift(), operation);
	}

	private void changed(OperationStatus previous, OperationStatus operation, Instant now) {
		switch (operation.state()) {
			case RUNNING -> started(operation, now);
			case COMPLETED -> completed(operation);
			case FAILED -> failed(operation);
			case CANCELLED -> {
				logger.warn(operation.name() + " is cancelled: " + operation.lastError()
						+ ". The action 'retry' starts it again.");
				publish(new HeavyIndexOperationEvent.Cancelled(operation));
			}
			case SKIPPED -> {
				logger.info(operation.name() + " is marked as executed");
				publish(new HeavyIndexOperationEvent.Skipped(operation));
			}
			case PENDING -> {
				if (previous.state() == OperationState.RUNNING && operation.lastError() != null) {
					logger.warn(operation.lastError().equals(operation.waitingFor())
							? operation.name() + ": " + operation.lastError() + "; it is tried again later"
							: operation.name() + " failed in attempt " + operation.attempts() + " and waits for "
									+ operation.waitingFor() + ": " + operation.lastError());
					publish(new HeavyIndexOperationEvent.Retrying(operation));
				}
				waiting(operation, now);
			}
		}
	}

	private void started(OperationStatus operation, Instant now) {
		this.told.put(operation.name(), new Told(now, 0, null));
		this.heldUp.remove(operation.name());
		logger.info(operation.name() + (operation.rollingBack() ? " is being rolled back," : "")
				+ (operation.adopted() ? " goes on in a server session that outlived its application"
						: (operation.rollingBack() ? " on " : " started on ") + operation.instance())
				+ ((operation.progress() != null) ? " (pid " + operation.progress().pid() + ")" : "") + ", table "
				+ operation.table() + size(" of ", operation.tableSize()) + ": " + operation.sql());
		publish(new HeavyIndexOperationEvent.Started(operation));
	}

	private void completed(OperationStatus operation) {
		if (operation.adopted() && operation.duration() == null) {
			logger.info(operation.name() + " was found complete");
		}
		else {
			logger.info(operation.name() + " is complete"
					+ ((operation.duration() != null) ? " after " + Figures.duration(operation.duration()) : "")
					+ size(", index of ", operation.indexSize()));
		}
		publish(new HeavyIndexOperationEvent.Completed(operation));
	}

	/**
	 * A size where one is known: a table that was never analyzed has 0 pages.
	 */
	private static String size(String what, @Nullable Long bytes) {
		return (bytes != null && bytes > 0) ? what + Figures.size(bytes) : "";
	}

	private void failed(OperationStatus operation) {
		logger.error(
				operation.name() + " failed after " + operation.attempts() + " attempt(s): " + operation.lastError());
		publish(new HeavyIndexOperationEvent.Failed(operation));
	}

	private void drifted(@Nullable Object before, OperationStatus operation) {
		if (operation.drift() != null && operation.drift() != before) {
			logger.warn(operation.name() + " was complete, but the index " + operation.index() + " on "
					+ operation.table() + " has drifted: " + operation.drift()
					+ ((operation.waitingFor() != null) ? ". Repair: " + operation.waitingFor()
							: ". The action 'retry' carries the operation out again."));
			publish(new HeavyIndexOperationEvent.Drifted(operation));
		}
	}

	private void progress(OperationStatus previous, OperationStatus operation, Instant now) {
		OperationProgress progress = operation.progress();
		Told told = this.told.getOrDefault(operation.name(), new Told(now, 0, null));
		if (progress == null) {
			return;
		}
		int tenth = (int) (progress.percent() / 10);
		boolean heldUp = isHeldUp(operation.name(), progress, now);
		boolean undisturbed = previous.progress() == null || previous.progress().blocking().isEmpty();
		if (undisturbed && !progress.blocking().isEmpty()) {
			this.told.put(operation.name(), new Told(now, told.tenth(), null));
			logger.warn(operation.name() + ": " + ProgressText.conflict(progress, this.yieldAfter));
			return;
		}
		boolean due = tenth > told.tenth() || !now.isBefore(told.at().plus(REPEAT)) || heldUp;
		if (!due) {
			return;
		}
		this.told.put(operation.name(), new Told(now, tenth, null));
		this.heldUp.computeIfPresent(operation.name(), (name, held) -> new HeldUp(held.since(), true));
		String line = operation.name() + ": " + ProgressText.of(progress);
		if (progress.blockedBy().isEmpty() && progress.blocking().isEmpty()) {
			logger.info(line);
		}
		else {
			logger.warn(line);
		}
	}

	/**
	 * Whether somebody has been in the way for long enough to be told, and was not yet.
	 */
	private boolean isHeldUp(String name, OperationProgress progress, Instant now) {
		if (progress.blockedBy().isEmpty()) {
			this.heldUp.remove(name);
			return false;
		}
		HeldUp held = this.heldUp.computeIfAbsent(name, (key) -> new HeldUp(now, false));
		return !held.told() && !now.isBefore(held.since().plus(BLOCKED_AFTER));
	}

	private void waiting(OperationStatus operation, Instant now) {
		String reason = operation.waitingFor();
		Told told = this.told.get(operation.name());
		if (reason == null || reason.equals("its turn")) {
			return;
		}
		boolean other = told == null || !kind(reason).equals(told.reason());
		boolean dependency = reason.startsWith("dependency ");
		if (told == null || other || (!dependency && !now.isBefore(told.at().plus(REPEAT)))) {
			this.told.put(operation.name(), new Told(now, 0, kind(reason)));
			logger.info(operation.name() + " waits for: " + reason);
		}
	}

	// the same reason with other figures, or another operation on the same table, is no
	// news
	private static String kind(String reason) {
		return reason.replaceAll("\\(.*\\)|[0-9]+", "");
	}

	private void problem(@Nullable String now, boolean observed) {
		String failure = observed ? null : now;
		if (!Objects.equals(this.problem, failure)) {
			if (failure != null) {
				logger.warn(this.where + "Index operations do not run: " + failure);
			}
			else {
				logger.info(this.where + "The database can be observed again; index operations go on");
			}
			this.problem = failure;
		}
		if (observed && now != null && !now.equals(this.limits)) {
			logger.info(this.where + now);
			this.limits = now;
		}
	}

	private void summary(HeavyIndexesStatus status) {
		Summary summary = status.summary();
		boolean done = summary.total() > 0 && summary.pending() + summary.running() == 0;
		if (done && !this.summarized) {
			long adopted = status.operations()
				.stream()
				.filter((operation) -> operation.state() == OperationState.COMPLETED && operation.adopted())
				.count();
			logger.info(this.where + "All is done" + ((summary.failed() > 0) ? " but what has failed" : "")
					+ ". Index operations: " + summary.total() + " in total, " + (summary.completed() - adopted)
					+ " carried out, " + adopted + " adopted, " + summary.skipped() + " skipped, " + summary.cancelled()
					+ " cancelled, " + summary.failed() + " failed");
		}
		this.summarized = done;
	}

	private void publish(HeavyIndexOperationEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener of " + event.getClass().getSimpleName() + " failed", ex);
		}
	}

	private record HeldUp(Instant since, boolean told) {
	}

	private record Told(Instant at, int tenth, @Nullable String reason) {
	}

}
