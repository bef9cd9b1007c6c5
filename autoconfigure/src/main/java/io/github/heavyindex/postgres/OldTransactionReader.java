package io.github.heavyindex.postgres;

import java.time.Duration;
import java.util.List;

import io.github.heavyindex.DatabaseSession;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the old transactions that a concurrent build would wait for (manual, "Building
 * Indexes Concurrently"): those of the database that have a snapshot or have written,
 * prepared ones too. Of other roles' sessions a plain role does not see the age; those
 * are left out. So are our own builds, which do not wait for one another, and VACUUM.
 *
 * @since 0.1.0
 */
public final class OldTransactionReader {

	private static final String SQL = """
			select *, extract(epoch from clock_timestamp() - since)::float8 as seconds from (
				select pid, usename::text as usename, application_name, state, xact_start as since, query
				from pg_stat_activity
				where datname = current_database() and (backend_xid is not null or backend_xmin is not null)
					and pid <> pg_backend_pid() and backend_type is distinct from 'autovacuum worker'
					and pid not in (select pid from pg_stat_progress_vacuum)
					and pid not in (select pid from pg_locks where locktype = 'advisory' and objsubid = 2 and pid is not null
						and classid::bigint between %d and %d)
				union all
				select 0, owner::text, gid, 'prepared transaction', prepared, null from pg_prepared_xacts
				where database = current_database()) transactions
			where since < clock_timestamp() - ? * interval '1 ms' order by since limit 20
			"""
		.formatted(AdvisoryLock.TABLE_CLASS, AdvisoryLock.CLEANING_CLASS);

	private OldTransactionReader() {
	}

	/**
	 * Reads old transactions.
	 * @param jdbc a connection in autocommit
	 * @param age how old they are at least
	 * @param showQueries whether their statements are shown
	 * @return at most 20, the oldest first
	 */
	public static List<DatabaseSession> read(JdbcTemplate jdbc, Duration age, boolean showQueries) {
		return jdbc.query(SQL, (row, number) -> new DatabaseSession(row.getInt("pid"), row.getString("usename"),
				row.getString("application_name"), row.getString("state"),
				Duration.ofSeconds((long) row.getDouble("seconds")), showQueries ? row.getString("query") : null),
				age.toMillis());
	}

}
