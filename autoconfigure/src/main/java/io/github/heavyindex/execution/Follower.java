package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.history.SharedSnapshot;
import io.github.heavyindex.history.SharedSnapshots.LockKey;
import io.github.heavyindex.postgres.AdvisoryLock;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the leader has seen: of the instances that declare the same, one looks at
 * the database for all, whoever holds the lock; the others ask for that lock and read in
 * one statement what is new. Where nothing is to be had that can be relied on, this
 * instance looks for itself, and may carry operations out, as everybody did without a
 * leader: what keeps instances apart are the locks of tables, never this. Used by the
 * loop only.
 */
final class Follower {

	private final Engine engine;

	private final Declarations declarations;

	private final Map<String, OperationStatus> declared = new HashMap<>();

	private final List<String> names;

	private final Map<String, Shown> shown = new HashMap<>();

	private final @Nullable LockKey lock;

	private long version;

	/**
	 * Creates a follower.
	 * @param initial the operations as they are declared
	 */
	Follower(Engine engine, Declarations declarations, HeavyIndexesStatus initial) {
		this.engine = engine;
		this.declarations = declarations;
		this.names = initial.operations().stream().map(OperationStatus::name).toList();
		initial.operations().forEach((operation) -> this.declared.put(operation.name(), operation));
		// who does not carry operations out must not keep those from it who do
		this.lock = engine.settings().executes()
				? new LockKey((int) AdvisoryLock.LEADER_CLASS, declarations.lock(engine.settings().application()))
				: null;
	}

	/**
	 * Reads what the leader has published, or becomes the leader.
	 * @param before what is shown so far
	 * @return what to show, or {@code null} if this instance must look for itself
	 * @throws SQLException if the database cannot be asked
	 */
	@Nullable View read(HeavyIndexesStatus before) throws SQLException {
		SharedSnapshot snapshot = this.engine.session((session) -> {
			if (session.leads() || session.snapshots() == null) {
				return SharedSnapshot.NONE;
			}
			SharedSnapshot read = session.snapshots().read(this.declarations.key(), this.lock, this.version);
			if (read.leads()) {
				session.lead();
			}
			return read;
		});
		byte[] head = snapshot.head();
		if (snapshot.leads() || head == null || snapshot.version() < this.version) {
			// what comes later begins anew
			this.version = 0;
			this.shown.clear();
			return null;
		}
		this.version = snapshot.version();
		snapshot.operations().forEach((name, content) -> {
			OperationStatus declared = this.declared.get(name);
			if (declared != null) {
				this.shown.put(name, ShownCodec.read(content, declared));
			}
		});
		return (snapshot.valid() && this.shown.size() == this.names.size()) ? view(ShownCodec.Head.read(head), before)
				: null;
	}

	private @Nullable View view(ShownCodec.Head head, HeavyIndexesStatus before) {
		Instant known = before.lastObserved();
		if (known != null && head.observed().isBefore(known)) {
			// what is shown must not become older, as the failure that a retry has undone
			return null;
		}
		List<Shown> all = this.names.stream().map((name) -> Objects.requireNonNull(this.shown.get(name))).toList();
		List<OperationStatus> operations = new ArrayList<>(all.size());
		all.forEach((each) -> operations.add(each.status()));
		return new View(
				new HeavyIndexesStatus(Summary.of(operations), head.paused(), before.instance(), head.observed(),
						head.problem(), operations, head.undeclared()),
				Shown.past(all, head.actions()), Shown.partitions(all));
	}

	/**
	 * What is to be shown.
	 *
	 * @param status the status
	 * @param past what happened
	 * @param partitions the partitions of tables, by operation
	 */
	record View(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions) {
	}

}
