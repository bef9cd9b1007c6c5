package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.history.SharedSnapshots;
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

	// what no operation's name ends with
	private static final String DETAILS = "*";

	private final Engine engine;

	private final Declarations declarations;

	// what is published, by the session that did
	private @Nullable ObserverSession publishedBy;

	private Map<String, Shown> published = Map.of();

	private long version;

	private long term;

	private boolean paused;

	Leader(Engine engine, Declarations declarations) {
		this.engine = engine;
		this.declarations = declarations;
	}

	/**
	 * The name under which the details of an operation are published.
	 */
	static String details(String name) {
		return name + DETAILS;
	}

	/**
	 * Publishes what is shown now.
	 * @param since when the look began
	 * @param others whether other instances are there that should rely on it
	 * @param next when this instance looks again
	 */
	void publish(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions, Instant since,
			boolean others, Duration next) {
		Instant observed = status.lastObserved();
		if (observed == null) {
			return;
		}
		Map<String, Shown> now = new HashMap<>();
		if (others) {
			status.operations().forEach((each) -> now.put(each.name(), Shown.of(each, partitions, past)));
		}
		try {
			this.engine.session((session) -> {
				if (session.leads() && (others || this.publishedBy != null)) {
					begin(session);
					ShownCodec.Head head = ShownCodec.Head.of(this.term, since, status, observed, past.actionsOnAll());
					session.share((snapshots) -> publish(session, snapshots, head, now,
							others ? validity(next) : Duration.ZERO));
				}
				return true;
			});
		}
		catch (SQLException | RuntimeException ex) {
			// they look for themselves once what they have is too old
			logger.debug("What was seen could not be published", ex);
			this.publishedBy = null;
		}
	}

	/**
	 * Begins anew with a session that has not published yet.
	 */
	private void begin(ObserverSession session) throws SQLException {
		if (session != this.publishedBy) {
			this.published = Map.of();
			this.version = 0;
			this.term = ThreadLocalRandom.current().nextLong();
			session.share((snapshots) -> snapshots.clean(session.key(this.declarations)));
		}
	}

	private boolean publish(ObserverSession session, SharedSnapshots snapshots, ShownCodec.Head head,
			Map<String, Shown> now, Duration validity) {
		Map<String, byte[]> changed = new HashMap<>();
		boolean news = this.version == 0 || head.paused() != this.paused;
		for (Map.Entry<String, Shown> entry : now.entrySet()) {
			Shown shown = entry.getValue();
			Shown before = this.published.get(entry.getKey());
			if (before == null || !shown.status().equals(before.status())) {
				changed.put(entry.getKey(), ShownCodec.status(shown.status()));
			}
			if (before == null || !shown.details().equals(before.details())) {
				changed.put(details(entry.getKey()), ShownCodec.details(shown.details()));
			}
			news |= before == null || shown.isNewsAfter(before);
		}
		// until it is known to have been published, nothing is
		this.publishedBy = null;
		long version = snapshots.publish(session.key(this.declarations), head.write(), changed, head.observed(),
				validity, news && !now.isEmpty());
		// else the table has lost what was there
		boolean continued = this.version == 0 || version == this.version + 1;
		this.publishedBy = (continued && !now.isEmpty()) ? session : null;
		this.published = now;
		this.version = version;
		this.paused = head.paused();
		return true;
	}

	/**
	 * How long others may rely on it: until the next look is clearly late.
	 */
	private Duration validity(Duration next) {
		Duration late = this.engine.settings().pollInterval().multipliedBy(3);
		return next.plus((late.compareTo(AT_LEAST) < 0) ? AT_LEAST : late);
	}

}
