package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.DatabaseSession;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads how far the sessions that carry out operations are, whom they wait for and who
 * waits for them: one statement (manual, "CREATE INDEX Progress Reporting", "ANALYZE
 * Progress Reporting").
 * <p>
 * A build that waits for an old snapshot is not seen waiting in {@code pg_locks} for a
 * table; {@code current_locker_pid} of its progress row names the session. Pid 0 is a
 * prepared transaction.
 *
 * @since 0.1.0
 */
public final class ProgressReader {

	private static final String SQL = """
			with workers as (
				select w.pid, coalesce(p.relid::bigint, 0) as relation,
					coalesce(p.phase, 'analyzing: ' || z.phase) as phase, p.current_locker_pid,
					coalesce(p.blocks_done, z.sample_blks_scanned, 0) as blocks_done,
					coalesce(p.blocks_total, z.sample_blks_total, 0) as blocks_total,
					coalesce(p.tuples_done, 0) as tuples_done,
					coalesce(p.tuples_total, 0) as tuples_total,
					-- behind our lock they queue only because a stronger request waits before them
					(select max(extract(epoch from clock_timestamp() - l.waitstart)) from pg_locks held
						join pg_locks l on l.locktype = 'relation' and l.database = held.database
							and l.relation = held.relation and not l.granted
							and l.mode in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
						where held.pid = w.pid and held.locktype = 'relation' and held.granted
							and held.mode = 'ShareUpdateExclusiveLock') as held_up
				from unnest(?::int[]) as w(pid)
				left join pg_stat_progress_create_index p on p.pid = w.pid
				left join pg_stat_progress_analyze z on z.pid = w.pid
			), others as (
				select w.pid, b.pid as other, true as blocks, null::timestamptz as waits_since from workers w
				cross join lateral (select unnest(pg_blocking_pids(w.pid)) as pid
					union select w.current_locker_pid where w.phase like 'waiting for%'
						-- it keeps the last one's pid while a prepared transaction is waited for
						and cardinality(pg_blocking_pids(w.pid)) = 0
						and (w.current_locker_pid > 0
							or exists (select from pg_prepared_xacts where database = current_database()))) b
				where b.pid is not null
				union all
				select w.pid, l.pid, false, l.waitstart from workers w
				join pg_locks held on held.pid = w.pid and held.locktype = 'relation' and held.granted
					and held.mode = 'ShareUpdateExclusiveLock'
				join pg_locks l on l.locktype = 'relation' and l.database = held.database
					and l.relation = held.relation and not l.granted and l.pid <> w.pid
			)
			select * from (
			select distinct on (w.pid, o.other, o.blocks) w.*, o.other, o.blocks, a.usename,
				case when o.other = 0 then (select 'prepared transaction ' || x.gid from pg_prepared_xacts x
						where x.database = current_database() order by x.prepared limit 1)
					else a.application_name end as application_name,
				case when o.other = 0 then 'prepared' else a.state end as state,
				extract(epoch from clock_timestamp() - coalesce(o.waits_since, case when o.other = 0
					then (select min(x.prepared) from pg_prepared_xacts x where x.database = current_database())
					else coalesce(a.xact_start, a.state_change) end)) as seconds,
				case when ? and a.query <> '<insufficient privilege>' then left(a.query, 500) end as query
			from workers w
			left join others o on o.pid = w.pid
			left join pg_stat_activity a on a.pid = o.other
			order by w.pid, o.other, o.blocks
			) sessions
			-- the head of a queue is who makes the others wait
			order by seconds desc nulls last
			""";

	private ProgressReader() {
	}

	/**
	 * Reads progress.
	 * @param jdbc a connection in autocommit
	 * @param workers the server sessions that carry out operations
	 * @param showQueries whether to read the statements of other sessions
	 * @return the progress, by server session
	 */
	public static Map<Integer, Progress> read(JdbcTemplate jdbc, Collection<Integer> workers, boolean showQueries) {
		Map<Integer, Progress> progress = new LinkedHashMap<>();
		if (!workers.isEmpty()) {
			jdbc.query(SQL, (row) -> {
				int pid = row.getInt("pid");
				Progress known = progress.get(pid);
				if (known == null) {
					known = progress(row);
					progress.put(pid, known);
				}
				DatabaseSession other = session(row);
				if (other != null) {
					(row.getBoolean("blocks") ? known.blockedBy() : known.blocking()).add(other);
				}
			}, workers.toArray(Integer[]::new), showQueries);
		}
		return progress;
	}

	private static Progress progress(ResultSet row) throws SQLException {
		return new Progress(row.getLong("relation"), row.getString("phase"), row.getLong("blocks_done"),
				row.getLong("blocks_total"), row.getLong("tuples_done"), row.getLong("tuples_total"),
				Duration.ofMillis((long) (row.getDouble("held_up") * 1000)), new ArrayList<>(), new ArrayList<>());
	}

	private static @Nullable DatabaseSession session(ResultSet row) throws SQLException {
		int pid = row.getInt("other");
		if (row.wasNull()) {
			return null;
		}
		double seconds = row.getDouble("seconds");
		Duration since = row.wasNull() ? null : Duration.ofSeconds(Math.max(0, (long) seconds));
		return new DatabaseSession(pid, row.getString("usename"), row.getString("application_name"),
				row.getString("state"), since, row.getString("query"));
	}

	/**
	 * How far a session is.
	 *
	 * @param table the oid of the table whose index is built, or 0 where the server shows
	 * none
	 * @param phase the phase, or {@code null} where the server shows none
	 * @param blocksDone blocks processed in this phase
	 * @param blocksTotal blocks to process in this phase
	 * @param tuplesDone tuples processed in this phase
	 * @param tuplesTotal tuples to process in this phase
	 * @param heldUp how long reads or writes have queued behind a statement that waits
	 * for it; zero if none do
	 * @param blockedBy the sessions that it waits for
	 * @param blocking the sessions that wait for it
	 */
	public record Progress(long table, @Nullable String phase, long blocksDone, long blocksTotal, long tuplesDone,
			long tuplesTotal, Duration heldUp, List<DatabaseSession> blockedBy, List<DatabaseSession> blocking) {

	}

}
