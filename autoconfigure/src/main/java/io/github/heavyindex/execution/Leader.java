package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what this instance has seen, for those that do not look themselves: only what
 * has changed, and nothing at all while no other instance is there. Does nothing unless
 * this instance holds the leader's lock. Used by the loop only.
 */
final class Leader {

	private static final Log logger = LogFactory.getLog(Leader.class);

	private static final Duration AT_LEAST = Duration.ofSeconds(2);

	private final Engine engine;

	private final Declarations declarations;

	// what is published, by the session that did
	private @Nullable ObserverSession publishedBy;

	private Map<String, Shown> published = Map.of();

	private boolean paused;

	Leader(Engine engine, Declarations declarations) {
		this.engine = engine;
		this.declarations = declarations;
	}

	/**
	 * Publishes what is shown now.
	 * @param others whether other instances are there to read it
	 * @param next when this instance looks again
	 */
	void publish(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions, boolean others,
			Duration next) {
		Instant observed = status.lastObserved();
		if (observed == null) {
			return;
		}
		Map<String, Shown> now = new HashMap<>();
		if (others) {
			for (OperationStatus operation : status.operations()) {
				now.put(operation.name(), Shown.of(operation, partitions, past));
			}
		}
		byte[] head = ShownCodec.Head.of(status, observed, past.actionsOnAll()).write();
		try {
			this.engine.session((session) -> {
				publish(session, now, head, status.paused(), others ? validity(next) : Duration.ZERO);
				return true;
			});
		}
		catch (SQLException ex) {
			// they look for themselves once what they have is too old
			logger.debug("What was seen could not be published", ex);
		}
	}

	private void publish(ObserverSession session, Map<String, Shown> now, byte[] head, boolean paused,
			Duration validity) {
		boolean withdraws = now.isEmpty();
		if (!session.leads() || session.snapshots() == null || (withdraws && this.publishedBy == null)) {
			return;
		}
		boolean anew = session != this.publishedBy;
		if (anew) {
			this.published = Map.of();
			session.snapshots().clean(this.declarations.key());
		}
		Map<String, byte[]> changed = new HashMap<>();
		boolean news = anew || paused != this.paused;
		for (Map.Entry<String, Shown> entry : now.entrySet()) {
			Shown before = this.published.get(entry.getKey());
			if (!entry.getValue().equals(before)) {
				changed.put(entry.getKey(), ShownCodec.write(entry.getValue()));
				news |= before == null || entry.getValue().isNewsAfter(before);
			}
		}
		session.snapshots().publish(this.declarations.key(), head, changed, validity, news && !withdraws);
		this.publishedBy = withdraws ? null : session;
		this.published = now;
		this.paused = paused;
	}

	/**
	 * How long others may rely on it: until the next look is clearly late.
	 */
	private Duration validity(Duration next) {
		Duration late = this.engine.settings().pollInterval().multipliedBy(3);
		return next.plus((late.compareTo(AT_LEAST) < 0) ? AT_LEAST : late);
	}

}
