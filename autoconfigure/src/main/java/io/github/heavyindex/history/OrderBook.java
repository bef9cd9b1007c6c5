package io.github.heavyindex.history;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Records people's orders, who gave them and when, and tells all instances. Each method
 * is one statement in autocommit, so that all of this stands or nothing does, and changes
 * nothing where the order stands already. Thread-safe, as far as the connection is.
 *
 * @since 0.1.0
 */
public final class OrderBook {

	private final JdbcTemplate jdbc;

	private final String application;

	private final String operations;

	private final String orders;

	private final String actions;

	OrderBook(JdbcTemplate jdbc, String application, String operations, String orders, String actions) {
		this.jdbc = jdbc;
		this.application = application;
		this.operations = operations;
		this.orders = orders;
		this.actions = actions;
	}

	/**
	 * Stops new starts of the application's operations.
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean pause(@Nullable String actor) {
		return changes("""
				with changed as (
					insert into %2$s as s (application, name, sql, paused, actor) values (?, ?, '', true, ?)
					on conflict (application, name) do update set paused = true, actor = excluded.actor,
						ordered_at = clock_timestamp()
					where not s.paused
					returning s.application, s.name, s.actor
				)""", "pause", this.application, Records.APPLICATION, actor);
	}

	/**
	 * Ends a pause.
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean resume(@Nullable String actor) {
		return changes("""
				with changed as (
					update %2$s s set paused = false, actor = ?, ordered_at = clock_timestamp()
					where application = ? and name = ? and paused
					returning s.application, s.name, s.actor
				)""", "resume", actor, this.application, Records.APPLICATION);
	}

	/**
	 * Marks an operation as executed, unless it runs or is completed.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param drifted whether a completed operation may be skipped, too
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean skip(String name, String sql, boolean drifted, @Nullable String actor) {
		return changes("""
				with skipped as (
					insert into %1$s as o (application, name, sql, state, finished_at)
					values (?, ?, ?, 'SKIPPED', clock_timestamp())
					on conflict (application, name) do update set sql = excluded.sql, state = excluded.state,
						adopted = false, attempts = case when o.sql = excluded.sql then o.attempts else 0 end,
						finished_at = excluded.finished_at, next_attempt_at = null, last_error = null,
						last_sql_state = null, definition = null, run_now = false, updated_at = clock_timestamp()
					where o.state in ('PENDING', 'FAILED', 'CANCELLED') or o.state = 'COMPLETED' and ?
						or o.sql <> excluded.sql
					returning o.application, o.name
				), undoes_no_more as (
					update %2$s s set rollback = false from skipped o
					where s.application = o.application and s.name = o.name and s.rollback
				), changed as (
					select application, name, ?::text as actor from skipped
				)""", "skip", this.application, name, sql, drifted, actor);
	}

	/**
	 * Approves an operation as it is declared now.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean approve(String name, String sql, @Nullable String actor) {
		return changes("""
				with changed as (
					insert into %2$s as s (application, name, sql, approved, actor) values (?, ?, ?, true, ?)
					on conflict (application, name) do update set sql = excluded.sql, approved = true,
						rollback = s.rollback and s.sql = excluded.sql,
						index_oid = case when s.sql = excluded.sql then s.index_oid end,
						dropped = case when s.sql = excluded.sql then s.dropped end, actor = excluded.actor,
						ordered_at = clock_timestamp()
					where not s.approved or s.sql <> excluded.sql
					returning s.application, s.name, s.actor
				)""", "approve", this.application, name, sql, actor);
	}

	/**
	 * Makes a finished operation pending again, its attempts reset. One that was to be
	 * undone need not be any more.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean retry(String name, String sql, @Nullable String actor) {
		return changes(
				"""
						with changed as (
							insert into %1$s as o (application, name, sql, state) values (?, ?, ?, 'PENDING')
							on conflict (application, name) do update set sql = excluded.sql, state = 'PENDING', adopted = false,
								attempts = 0, finished_at = null, next_attempt_at = null, last_error = null,
								last_sql_state = null, definition = null, run_now = false, index_oid = null,
								index_bloat = null, updated_at = clock_timestamp()
							where o.state not in ('PENDING', 'RUNNING')
								or o.state = 'PENDING' and (o.next_attempt_at is not null or o.last_error is not null)
							returning o.application, o.name, ?::text as actor
						), undoes_no_more as (
							update %2$s s set rollback = false from changed o
							where s.application = o.application and s.name = o.name and s.rollback
						)""",
				"retry", this.application, name, sql, actor);
	}

	/**
	 * Makes all failed operations pending again, their attempts reset, but not those
	 * whose way back has failed: only their own retry gives that up.
	 * @param declared the declared statements, by operation
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean retryFailed(Map<String, String> declared, @Nullable String actor) {
		List<Map.Entry<String, String>> entries = List.copyOf(declared.entrySet());
		return changes("""
				with changed as (
					update %1$s o set state = 'PENDING', adopted = false, attempts = 0, finished_at = null,
						next_attempt_at = null, last_error = null, last_sql_state = null, definition = null,
						run_now = false, index_oid = null, index_bloat = null, updated_at = clock_timestamp()
					from unnest(?::text[], ?::text[]) as declared(name, sql)
					where o.application = ? and o.name = declared.name and o.sql = declared.sql and o.state = 'FAILED'
						and not exists (select from %2$s s where s.application = o.application and s.name = o.name
							and s.sql = o.sql and s.rollback)
					returning o.application, o.name, ?::text as actor
				)""", "retry", entries.stream().map(Map.Entry::getKey).toArray(String[]::new),
				entries.stream().map(Map.Entry::getValue).toArray(String[]::new), this.application, actor);
	}

	/**
	 * Marks an unfinished operation as cancelled; the attempt under way ends on its own,
	 * and one that must not end keeps its operation. What runs does so as long as its
	 * session holds the lock of its table. An operation that was declared anew is
	 * unfinished, whatever is recorded of the former statement.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param forth whether the operation may end while it runs
	 * @param back whether its way back may
	 * @param error who or how
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean cancel(String name, String sql, boolean forth, boolean back, String error, @Nullable String actor) {
		return changes("""
				with changed as (
					insert into %1$s as o (application, name, sql, state, last_error, last_sql_state, finished_at)
					values (?, ?, ?, 'CANCELLED', ?, '57014', clock_timestamp())
					on conflict (application, name) do update set sql = excluded.sql, state = 'CANCELLED',
						attempts = case when o.sql = excluded.sql then o.attempts else 0 end,
						last_error = excluded.last_error, last_sql_state = excluded.last_sql_state,
						finished_at = excluded.finished_at, next_attempt_at = null, updated_at = clock_timestamp()
					where case o.state when 'PENDING' then true
						when 'RUNNING' then case when exists (select from %2$s s where s.application = o.application
								and s.name = o.name and s.sql = o.sql and s.rollback) then ? else ? end
							or not exists (select from pg_stat_activity a where a.pid = o.pid
								and coalesce(a.backend_start = o.session_started_at, true)
								and exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory'))
						else o.sql <> excluded.sql end
					returning o.application, o.name, ?::text as actor
				)""", "cancel", this.application, name, sql, error, back, forth, actor);
	}

	/**
	 * Orders a pending operation past window, guards and delay.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean runNow(String name, String sql, @Nullable String actor) {
		return changes("""
				with changed as (
					insert into %1$s as o (application, name, sql, state, run_now) values (?, ?, ?, 'PENDING', true)
					on conflict (application, name) do update set sql = excluded.sql, state = 'PENDING', run_now = true,
						attempts = case when o.sql = excluded.sql then o.attempts else 0 end, next_attempt_at = null,
						updated_at = clock_timestamp()
					where o.state = 'PENDING' and (not o.run_now or o.next_attempt_at is not null)
						or o.sql <> excluded.sql
					returning o.application, o.name, ?::text as actor
				)""", "run-now", this.application, name, sql, actor);
	}

	/**
	 * Orders a completed operation to be undone, or one whose way back has failed to be
	 * undone again.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param actor who ordered it, or {@code null}
	 * @return whether anything changed
	 */
	public boolean rollback(String name, String sql, @Nullable String actor) {
		return changes("""
				with changed as (
					update %1$s o set state = 'PENDING', adopted = false, attempts = 0, finished_at = null,
						next_attempt_at = null, last_error = null, last_sql_state = null, run_now = false,
						updated_at = clock_timestamp()
					from %2$s s
					where s.application = o.application and s.name = o.name and s.sql = o.sql and o.application = ?
						and o.name = ? and o.sql = ? and (o.state = 'COMPLETED' or s.rollback and (o.state = 'FAILED'
							or o.state = 'PENDING' and o.next_attempt_at is not null))
					returning o.application, o.name, ?::text as actor
				), ordered as (
					update %2$s s set rollback = true, actor = o.actor, ordered_at = clock_timestamp() from changed o
					where s.application = o.application and s.name = o.name
				)""", "rollback", this.application, name, sql, actor);
	}

	private boolean changes(String change, String action, @Nullable Object... arguments) {
		@Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 3);
		all[arguments.length] = action;
		all[arguments.length + 1] = OrderNews.CHANNEL;
		all[arguments.length + 2] = this.application;
		Integer changed = this.jdbc.queryForObject((change + """
				, noted as (
					insert into %3$s (application, name, action, actor)
					select application, name, ?, actor from changed
				)
				select count(pg_notify(?, ?))::int from changed""").formatted(this.operations, this.orders,
				this.actions), Integer.class, all);
		return changed != null && changed > 0;
	}

}
