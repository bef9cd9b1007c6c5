package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.history.SharedSnapshot;
import io.github.heavyindex.history.SharedSnapshots.LockKey;
import io.github.heavyindex.postgres.AdvisoryLock;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the leader has seen: of the instances that declare the same, one looks at
 * the database for all, whoever holds the lock; the others ask for that lock and read in
 * one statement what is new. Where nothing is to be had that can be relied on, this
 * instance looks for itself, and may carry operations out: what keeps instances apart are
 * the locks of tables, never this. Used by the loop only.
 */
final class Follower {

	private static final Log logger = LogFactory.getLog(Follower.class);

	private final Engine engine;

	private final Declarations declarations;

	private final List<OperationStatus> declared;

	private Map<String, byte[]> known = new HashMap<>();

	private long version;

	private long term;

	/**
	 * Creates a follower.
	 * @param initial the operations as they are declared
	 */
	Follower(Engine engine, Declarations declarations, HeavyIndexesStatus initial) {
		this.engine = engine;
		this.declarations = declarations;
		this.declared = initial.operations();
	}

	/**
	 * Reads what the leader has published, or becomes the leader.
	 * @param before what is shown so far
	 * @return what to show, or {@code null} if this instance must look for itself
	 * @throws SQLException if the connection is lost
	 */
	@Nullable SharedView read(HeavyIndexesStatus before) throws SQLException {
		SharedSnapshot snapshot = this.engine.session(this::read);
		byte[] content = snapshot.head();
		if (snapshot.leads() || content == null) {
			forget();
			return null;
		}
		try {
			ShownCodec.Head head = ShownCodec.Head.read(content);
			if (snapshot.version() < this.version || (this.version > 0 && head.term() != this.term)) {
				// what is known belongs to another history; the next time all is read
				forget();
				return null;
			}
			this.term = head.term();
			this.version = snapshot.version();
			this.known.putAll(snapshot.contents());
			return (isPositive(snapshot.validity()) && isNoOlder(head, before.lastObserved()))
					? view(head, before, snapshot.validity()) : null;
		}
		catch (RuntimeException ex) {
			logger.debug("What was published cannot be read", ex);
			forget();
			return null;
		}
	}

	private SharedSnapshot read(ObserverSession session) throws SQLException {
		if (session.leads()) {
			return SharedSnapshot.NONE;
		}
		String key = session.key(this.declarations);
		// who does not carry operations out must not keep those from it who do
		LockKey lock = this.engine.settings().executes() ? new LockKey((int) AdvisoryLock.LEADER_CLASS,
				Declarations.lock(this.engine.settings().application(), key)) : null;
		SharedSnapshot read = session.share((snapshots) -> snapshots.read(key, lock, this.version));
		if (read != null && read.leads()) {
			session.lead();
		}
		return (read != null) ? read : SharedSnapshot.NONE;
	}

	private void forget() {
		this.version = 0;
		this.term = 0;
		this.known = new HashMap<>();
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

	/**
	 * What is shown must not become older, as the failure that a retry has undone.
	 */
	private static boolean isNoOlder(ShownCodec.Head head, @Nullable Instant known) {
		return known == null || head.observed().equals(known) || !head.since().isBefore(known);
	}

	private @Nullable SharedView view(ShownCodec.Head head, HeavyIndexesStatus before, Duration validity) {
		List<Shown> all = new ArrayList<>(this.declared.size());
		List<OperationStatus> operations = new ArrayList<>(this.declared.size());
		for (OperationStatus declared : this.declared) {
			byte[] status = this.known.get(declared.name());
			byte[] details = this.known.get(Leader.details(declared.name()));
			if (status == null || details == null) {
				return null;
			}
			Shown shown = new Shown(ShownCodec.status(status, declared), ShownCodec.details(details));
			all.add(shown);
			operations.add(shown.status());
		}
		return new SharedView(
				new HeavyIndexesStatus(Summary.of(operations), head.paused(), before.instance(), head.observed(),
						head.problem(), operations, head.undeclared()),
				Shown.past(all, head.actions()), Shown.partitions(all), validity);
	}

}
