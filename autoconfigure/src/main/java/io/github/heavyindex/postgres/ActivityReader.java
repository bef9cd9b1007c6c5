package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.decision.Holder;
import io.github.heavyindex.decision.TableActivity;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads who works on the tables: one statement on {@code pg_locks}, which shows every
 * session's locks to every role, while {@code pg_stat_activity} and the progress views
 * hide other roles' (manual, "pg_locks").
 */
public final class ActivityReader {

	private static final String SQL = """
			select l.locktype, coalesce(l.pid, 0) as pid, l.relation::bigint as relation, l.classid::bigint as class,
				l.objid::bigint as object, l.granted, a.state = 'active' as active,
				coalesce(a.application_name, '') as application
			from pg_locks l
			left join pg_stat_activity a on a.pid = l.pid
			where l.database = (select oid from pg_database where datname = current_database())
				and (l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.classid::bigint = any(?)
					or l.locktype = 'relation' and l.relation = any(?::oid[])
						and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',
							'ExclusiveLock', 'AccessExclusiveLock')
						and not exists (select from pg_stat_progress_vacuum v where v.pid = l.pid))
			order by l.granted desc, l.pid
			""";

	private ActivityReader() {
	}

	/**
	 * Reads who works on the tables.
	 * @param jdbc a connection in autocommit
	 * @param tables the oids of the tables
	 * @return who holds which locks
	 */
	public static Activity read(JdbcTemplate jdbc, Collection<Long> tables) {
		Map<Long, Holder> holders = new HashMap<>();
		Map<Long, List<Holder>> workers = new HashMap<>();
		Set<Integer> slots = new HashSet<>();
		Set<Integer> instances = new HashSet<>();
		Long[] classes = { AdvisoryLock.TABLE_CLASS, AdvisoryLock.SLOT_CLASS, AdvisoryLock.INSTANCE_CLASS };
		jdbc.query(SQL, (row) -> {
			Holder holder = holder(row);
			if (row.getString("locktype").equals("relation")) {
				List<Holder> known = workers.computeIfAbsent(row.getLong("relation"), (table) -> new ArrayList<>());
				if (known.stream().noneMatch((other) -> other.pid() == holder.pid())) {
					known.add(holder);
				}
			}
			else if (row.getLong("class") == AdvisoryLock.TABLE_CLASS) {
				holders.put(row.getLong("object"), holder);
			}
			else if (row.getLong("class") == AdvisoryLock.SLOT_CLASS) {
				slots.add(holder.pid());
			}
			else {
				instances.add((int) row.getLong("object"));
			}
		}, classes, tables.toArray(Long[]::new));
		Set<Long> all = new HashSet<>(holders.keySet());
		all.addAll(workers.keySet());
		Map<Long, TableActivity> activity = new HashMap<>();
		all.forEach((table) -> activity.put(table,
				new TableActivity(holders.get(table), workers.getOrDefault(table, List.of()))));
		return new Activity(activity, slots, instances);
	}

	private static Holder holder(ResultSet row) throws SQLException {
		return new Holder(row.getInt("pid"), row.getBoolean("active"), row.getString("application"));
	}

	/**
	 * Who holds which locks.
	 *
	 * @param tables who works on a table, by its oid
	 * @param slots the sessions that hold a slot
	 * @param instances the keys of application instances that are alive
	 */
	public record Activity(Map<Long, TableActivity> tables, Set<Integer> slots, Set<Integer> instances) {

	}

}
