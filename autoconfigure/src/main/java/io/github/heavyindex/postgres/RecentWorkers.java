package io.github.heavyindex.postgres;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Which other sessions work on tables, as of at most a second ago: to read all locks of a
 * server takes the longer the more connections it allows, with 1,000 of them a sixth of
 * the time that the index of a small partition takes. Whoever builds an index on what has
 * just been taken waits in the queue; whoever is about to remove one asks anew. Not
 * thread-safe.
 */
final class RecentWorkers {

	/**
	 * Those that hold a lock which a concurrent build needs, too (manual, "Explicit
	 * Locking"), but for vacuums, which give way.
	 */
	static final String SQL = """
			select l.relation, l.pid from pg_locks l where l.locktype = 'relation'
				and l.database = (select oid from pg_database where datname = current_database())
				and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',
					'ExclusiveLock', 'AccessExclusiveLock') and l.pid <> pg_backend_pid()
				and not exists (select from pg_stat_progress_vacuum v where v.pid = l.pid)""";

	private static final Duration AGE = Duration.ofSeconds(1);

	private final JdbcTemplate jdbc;

	private final Map<Long, Integer> workers = new HashMap<>();

	private long readAt = System.nanoTime() - AGE.toNanos();

	RecentWorkers(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * The server session that works on a table, or {@code null} if none does.
	 */
	@Nullable Integer on(long table) {
		if (System.nanoTime() - this.readAt >= AGE.toNanos()) {
			this.workers.clear();
			this.jdbc.query(SQL, (row) -> {
				this.workers.put(row.getLong("relation"), row.getInt("pid"));
			});
			this.readAt = System.nanoTime();
		}
		return this.workers.get(table);
	}

}
