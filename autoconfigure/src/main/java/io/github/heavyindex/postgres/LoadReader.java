package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import io.github.heavyindex.decision.Load;
import io.github.heavyindex.decision.Load.OldTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Reads how busy the server is, as a part of {@link ActivityReader}'s statement.
 * <p>
 * Of other roles' sessions a plain role sees neither state nor age (manual, "The
 * Cumulative Statistics System"); what is hidden is unknown, not zero. Sessions that hold
 * our own advisory locks are left out, and so are VACUUM and transactions without a
 * snapshot or a transaction id, which no build waits for.
 */
final class LoadReader {

	static final String NOT_ASKED = "select 1 as not_asked";

	static final String SQL = """
			with sessions as (
				select * from pg_stat_activity where pid <> pg_backend_pid() and pid not in (
					select pid from pg_locks where locktype = 'advisory' and objsubid = 2 and pid is not null
						and classid::bigint between %d and %d)
			), transactions as (
				select pid, concat_ws(', ', usename, application_name, state) as description, xact_start as since
				from sessions where datname = current_database() and (backend_xid is not null or backend_xmin is not null)
					and backend_type is distinct from 'autovacuum worker'
					and pid not in (select pid from pg_stat_progress_vacuum)
				union all
				select 0, 'prepared transaction ' || gid, prepared from pg_prepared_xacts
				where database = current_database()
			), oldest as (
				select * from transactions where since is not null order by since limit 1
			)
			select (select case when count(*) filter (where backend_type is null and datid is not null) > 0 then null
						else count(*) filter (where state = 'active' and backend_type = 'client backend') end
					from sessions)::integer as active_connections,
				(select pid from oldest) as oldest_pid, (select description from oldest) as oldest_description,
				(select extract(epoch from clock_timestamp() - since) from oldest)::float8 as oldest_seconds,
				exists (select from transactions where since is null) as hidden_transactions,
				(select case when count(*) filter (where state is null) > 0 then null
						else coalesce(max(extract(epoch from replay_lag)), 0) end from pg_stat_replication)::float8
					as replication_lag
			"""
		.formatted(AdvisoryLock.TABLE_CLASS, AdvisoryLock.CLEANING_CLASS);

	private LoadReader() {
	}

	static Load read(ResultSet row) throws SQLException {
		Integer active = row.getObject("active_connections", Integer.class);
		return new Load(active, oldest(row), row.getBoolean("hidden_transactions"), seconds(row, "replication_lag"));
	}

	private static @Nullable OldTransaction oldest(ResultSet row) throws SQLException {
		Duration age = seconds(row, "oldest_seconds");
		return (age != null) ? new OldTransaction(row.getInt("oldest_pid"), row.getString("oldest_description"), age)
				: null;
	}

	private static @Nullable Duration seconds(ResultSet row, String column) throws SQLException {
		double seconds = row.getDouble(column);
		return row.wasNull() ? null : Duration.ofMillis((long) (seconds * 1000));
	}

}
