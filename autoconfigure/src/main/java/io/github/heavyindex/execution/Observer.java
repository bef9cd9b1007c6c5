package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Observation;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.History;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.history.Records;
import io.github.heavyindex.postgres.ActivityReader;
import io.github.heavyindex.postgres.ActivityReader.Activity;
import io.github.heavyindex.postgres.CatalogReader;
import io.github.heavyindex.postgres.CatalogReader.Catalog;
import io.github.heavyindex.postgres.Definitions;
import io.github.heavyindex.postgres.ProgressReader;
import io.github.heavyindex.postgres.ProgressReader.Progress;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Reads what is declared from the catalog and from our tables, in a fixed number of
 * statements however much that is. Not thread-safe: {@link Database} lets one in at a
 * time.
 */
final class Observer {

	private final Settings settings;

	private final Collection<IndexOperation> operations;

	private final DefinitionMemory definitions = new DefinitionMemory();

	private Records remembered = Records.NONE;

	private Past past = Past.NONE;

	private boolean paused;

	private @Nullable String pausedBy;

	Observer(Settings settings, Collection<IndexOperation> operations) {
		this.settings = settings;
		this.operations = operations;
	}

	DefinitionMemory definitions() {
		return this.definitions;
	}

	/**
	 * Remembers whether new starts are paused, as another instance has seen it.
	 */
	void paused(boolean paused, @Nullable String actor) {
		this.paused = paused;
		this.pausedBy = actor;
	}

	/**
	 * Looks at all operations, in at most six statements.
	 * @param anew whether all definitions are read anew
	 */
	Look look(ObserverSession session, boolean anew) {
		long begin = System.nanoTime();
		Records remembered = remembered(session.history());
		Map<String, OperationRecord> records = remembered.operations();
		if (session.history() != null && (!remembered.equals(this.remembered) || hasOpenAttempt(records))) {
			this.past = session.history().past();
			this.remembered = remembered;
		}
		Undos undos = Undos.of(this.operations, remembered);
		Catalog catalog = CatalogReader.read(session.jdbc(), undos.lookedUp(this.operations), session.searchPath());
		Instant since = catalog.now().minusNanos(System.nanoTime() - begin);
		Activity activity = ActivityReader.read(session.jdbc(), tables(catalog.seen().values()),
				this.settings.policy().guards().askForLoad());
		Map<Integer, Progress> progress = ProgressReader.read(session.jdbc(),
				workers(records, activity, catalog.seen()), this.settings.showQueries());
		this.definitions.remembered(records, session.majorVersion());
		readDefinitions(session, catalog.seen().values(), anew);
		session.findTables();
		Observation observation = new Observation(catalog.now(), session.serverVersion(), catalog.readOnly(),
				session.searchPath(), withoutOthers(catalog.seen()), activity.tables(), activity.slots(),
				activity.load(), heldUp(progress), activity.instances());
		return new Look(observation, remembered, this.past, undos, progress, since);
	}

	/**
	 * Looks at one operation's names only.
	 */
	Seen seen(ObserverSession session, IndexOperation operation) {
		Seen seen = CatalogReader.read(session.jdbc(), List.of(operation), session.searchPath())
			.seen()
			.getOrDefault(operation.name(), Seen.NOTHING);
		// here somebody is about to remove them
		return seen.withLeftovers(seen.leftovers()
			.stream()
			.filter((leftover) -> Boolean.TRUE.equals(this.definitions.isCopy(leftover, seen.index())))
			.toList());
	}

	/**
	 * Looks at one operation in the order index, locks, index.
	 */
	Sighting sighting(ObserverSession session, IndexOperation operation) {
		Seen before = seen(session, operation);
		Long table = before.tableOid();
		Activity activity = ActivityReader.read(session.jdbc(), (table != null) ? List.of(table) : List.of(), false);
		return new Sighting(operation, before, activity, seen(session, operation));
	}

	/**
	 * An index with the name of a leftover but another definition is somebody else's.
	 */
	private Map<String, Seen> withoutOthers(Map<String, Seen> all) {
		Map<String, Seen> own = new HashMap<>(all);
		own.replaceAll((name, seen) -> seen.leftovers().isEmpty() ? seen
				: seen.withLeftovers(seen.leftovers()
					.stream()
					.filter((leftover) -> !Boolean.FALSE.equals(this.definitions.isCopy(leftover, seen.index())))
					.toList()));
		return own;
	}

	private void readDefinitions(ObserverSession session, Collection<Seen> seen, boolean anew) {
		Set<Long> unread = this.definitions.unread(seen, anew);
		if (unread.isEmpty()) {
			return;
		}
		try {
			this.definitions.learn(seen, Definitions.read(session.jdbc(), unread));
		}
		catch (DataAccessException ex) {
			// a queued ALTER TABLE holds even this up; what is known stays known
			this.definitions.unreadable(SqlFailure.of(ex).toString());
		}
	}

	private static Map<Integer, Duration> heldUp(Map<Integer, Progress> progress) {
		Map<Integer, Duration> heldUp = new HashMap<>();
		progress.forEach((pid, worker) -> heldUp.put(pid, worker.heldUp()));
		return heldUp;
	}

	private Records remembered(@Nullable History history) {
		if (history == null) {
			return Records.NONE;
		}
		Records records = history.records();
		if (records.application() == null && this.paused && this.settings.executes()) {
			// our tables were lost, and nobody has resumed
			history.orders().pause(this.pausedBy);
			records = history.records();
		}
		OperationOrder pause = records.application();
		paused(pause != null && pause.paused(), (pause != null) ? pause.actor() : null);
		return records;
	}

	// a cancelled operation's attempt ends later than the operation itself
	private boolean hasOpenAttempt(Map<String, OperationRecord> records) {
		return this.past.attempts().entrySet().stream().anyMatch((entry) -> {
			OperationRecord record = records.get(entry.getKey());
			return (record == null || record.state() != OperationState.RUNNING) && entry.getValue()
				.stream()
				.anyMatch((attempt) -> attempt.outcome() == OperationAttempt.Outcome.RUNNING);
		});
	}

	private static Set<Long> tables(Collection<Seen> all) {
		Set<Long> tables = new HashSet<>();
		for (Seen seen : all) {
			Long table = seen.tableOid();
			if (table != null) {
				tables.add(table);
			}
			for (Partition partition : seen.partitions()) {
				if (!partition.invalid().isEmpty()) {
					tables.add(partition.oid());
				}
			}
		}
		return tables;
	}

	private static Set<Integer> workers(Map<String, OperationRecord> records, Activity activity,
			Map<String, Seen> seen) {
		Set<Integer> holders = new HashSet<>();
		activity.tables().values().forEach((table) -> {
			if (table.lockHolder() != null) {
				holders.add(table.lockHolder().pid());
			}
		});
		Set<Integer> workers = new HashSet<>();
		for (OperationRecord record : records.values()) {
			if (record.state() == OperationState.RUNNING && record.pid() != null && holders.contains(record.pid())) {
				workers.add(record.pid());
				if (!seen.getOrDefault(record.name(), Seen.NOTHING).partitions().isEmpty()) {
					// others build further partitions
					workers.addAll(activity.slots());
				}
			}
		}
		return workers;
	}

}
