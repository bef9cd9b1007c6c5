package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.decision.Holder;
import io.github.heavyindex.decision.Load;
import io.github.heavyindex.decision.TableActivity;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads who works on the tables: one statement on {@code pg_locks}, which shows every
 * session's locks to every role, while {@code pg_stat_activity} and the progress views
 * hide other roles' (manual, "pg_locks").
 *
 * @since 0.1.0
 */
public final class ActivityReader {

	private static final String SQL = """
			with load as materialized (%s)
			select load.*, l.* from load
			left join (
				select l.locktype, coalesce(l.pid, 0) as pid, l.relation::bigint as relation, l.classid::bigint as class,
					l.objid::bigint as object, l.granted, a.state = 'active' as active, a.backend_start,
					coalesce(a.application_name, '') as application, v.pid is not null as vacuums,
					v.pid is not null and l.granted and (age(c.relfrozenxid)
						> current_setting('autovacuum_freeze_max_age')::integer or mxid_age(c.relminmxid)
						> current_setting('autovacuum_multixact_freeze_max_age')::integer) as wraparound
				from pg_locks l
				left join pg_stat_activity a on a.pid = l.pid
				left join pg_stat_progress_vacuum v on v.pid = l.pid
				left join pg_class c on l.locktype = 'relation' and c.oid = l.relation
				where l.database = (select oid from pg_database where datname = current_database())
					and (l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.classid::bigint = any(?)
						or l.locktype = 'relation' and l.relation = any(?::oid[])
							and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',
								'ExclusiveLock', 'AccessExclusiveLock'))
				order by l.granted desc, l.pid) l on true
			""";

	private static final Long[] CLASSES = { AdvisoryLock.TABLE_CLASS, AdvisoryLock.SLOT_CLASS,
			AdvisoryLock.INSTANCE_CLASS, AdvisoryLock.CLEANING_CLASS };

	private ActivityReader() {
	}

	/**
	 * Reads who works on the tables.
	 * @param jdbc a connection in autocommit
	 * @param tables the oids of the tables
	 * @param askForLoad whether to read how busy the server is, too
	 * @return who holds which locks
	 */
	public static Activity read(JdbcTemplate jdbc, Collection<Long> tables, boolean askForLoad) {
		Collector collector = new Collector();
		jdbc.query(SQL.formatted(askForLoad ? LoadReader.SQL : LoadReader.NOT_ASKED), (row) -> {
			collector.load = askForLoad ? LoadReader.read(row) : Load.NOT_ASKED;
			if (row.getString("locktype") != null) {
				collector.add(row);
			}
		}, CLASSES, tables.toArray(Long[]::new));
		return collector.activity();
	}

	/**
	 * Who holds which locks.
	 *
	 * @param tables who works on a table, by its oid
	 * @param slots the sessions that hold a slot
	 * @param instances the keys of application instances that are alive
	 * @param load how busy the server is
	 */
	public record Activity(Map<Long, TableActivity> tables, Set<Integer> slots, Set<Integer> instances, Load load) {

	}

	private static final class Collector {

		private final Map<Long, Holder> holders = new HashMap<>();

		private final Map<Long, List<Holder>> workers = new HashMap<>();

		private final Map<Long, Integer> wraparounds = new HashMap<>();

		private final Set<Long> cleaning = new HashSet<>();

		private final Set<Integer> slots = new HashSet<>();

		private final Set<Integer> instances = new HashSet<>();

		private Load load = Load.NOT_ASKED;

		void add(ResultSet row) throws SQLException {
			Timestamp started = row.getTimestamp("backend_start");
			Holder holder = new Holder(row.getInt("pid"), row.getBoolean("active"), row.getString("application"),
					(started != null) ? started.toInstant() : null);
			if (row.getString("locktype").equals("relation")) {
				relation(row, holder);
			}
			else {
				advisory(row.getLong("class"), row.getLong("object"), holder);
			}
		}

		private void relation(ResultSet row, Holder holder) throws SQLException {
			long table = row.getLong("relation");
			if (row.getBoolean("wraparound")) {
				this.wraparounds.put(table, holder.pid());
			}
			if (!row.getBoolean("vacuums")) {
				List<Holder> known = this.workers.computeIfAbsent(table, (oid) -> new ArrayList<>());
				if (known.stream().noneMatch((other) -> other.pid() == holder.pid())) {
					known.add(holder);
				}
			}
		}

		private void advisory(long lockClass, long object, Holder holder) {
			if (lockClass == AdvisoryLock.TABLE_CLASS) {
				this.holders.put(object, holder);
			}
			else if (lockClass == AdvisoryLock.CLEANING_CLASS) {
				this.cleaning.add(object);
			}
			else if (lockClass == AdvisoryLock.SLOT_CLASS) {
				this.slots.add(holder.pid());
			}
			else {
				this.instances.add((int) object);
			}
		}

		Activity activity() {
			Set<Long> all = new HashSet<>(this.holders.keySet());
			all.addAll(this.workers.keySet());
			all.addAll(this.wraparounds.keySet());
			Map<Long, TableActivity> activity = new HashMap<>();
			all.forEach((table) -> activity.put(table,
					new TableActivity(this.holders.get(table), this.workers.getOrDefault(table, List.of()),
							this.cleaning.contains(table), this.wraparounds.get(table))));
			return new Activity(activity, this.slots, this.instances, this.load);
		}

	}

}
