package io.github.heavyindex.history;

import java.util.List;
import java.util.Map;

import io.github.heavyindex.OperationAttempt.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Records people's orders, who gave them and when. Each method is one statement in
 * autocommit, and changes nothing where the order stands already. Thread-safe, as far as
 * the connection is.
 *
 * @since 0.1.0
 */
public final class OrderBook {

	private final JdbcTemplate jdbc;

	private final String application;

	private final String operations;

	private final String attempts;

	private final String orders;

	private final String actions;

	OrderBook(JdbcTemplate jdbc, String application, String operations, String attempts, String orders,
			String actions) {
		this.jdbc = jdbc;
		this.application = application;
		this.operations = operations;
		this.attempts = attempts;
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
	 * Makes all failed operations pending again, their attempts reset.
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
					returning o.application, o.name, ?::text as actor
				), undoes_no_more as (
					update %2$s s set rollback = false from changed o
					where s.application = o.application and s.name = o.name and s.rollback
				)""", "retry", entries.stream().map(Map.Entry::getKey).toArray(String[]::new),
				entries.stream().map(Map.Entry::getValue).toArray(String[]::new), this.application, actor);
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

	/**
	 * Records that an operation need not be undone any more.
	 * @param name the operation's name
	 */
	public void goForward(String name) {
		this.jdbc.update(
				"update %s set rollback = false where application = ? and name = ? and rollback".formatted(this.orders),
				this.application, name);
	}

	/**
	 * Records that an operation which was to be undone is cancelled, be it undone or not.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param undone whether it is undone
	 * @param words what people are told
	 */
	public void rolledBack(String name, String sql, boolean undone, String words) {
		this.jdbc.queryForObject("""
				with changed as (
					update %1$s o set state = 'CANCELLED', adopted = false, last_error = ?, last_sql_state = null,
						finished_at = clock_timestamp(), next_attempt_at = null, definition = null,
						definition_version = null, run_now = false, updated_at = clock_timestamp()
					from %2$s s
					where s.application = o.application and s.name = o.name and s.sql = o.sql and s.rollback
						and o.application = ? and o.name = ? and o.sql = ?
					returning o.application, o.name
				), ordered as (
					update %2$s s set rollback = false, index_oid = case when ? then null else s.index_oid end,
						dropped = case when ? then null else s.dropped end
					from changed o where s.application = o.application and s.name = o.name
				), ended as (
					update %3$s a set outcome = ?, finished_at = clock_timestamp() from changed o
					where a.application = o.application and a.name = o.name and a.outcome = 'RUNNING'
				)
				select count(*)::int from changed""".formatted(this.operations, this.orders, this.attempts),
				Integer.class, words, this.application, name, sql, undone, undone,
				undone ? Outcome.ROLLED_BACK.name() : Outcome.CANCELLED.name());
	}

	/**
	 * Remembers which index an operation built or renamed: only that one may be undone.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param index the index's oid, or {@code null} if the operation made none
	 */
	public void owns(String name, String sql, @Nullable Long index) {
		remember(name, sql, index, null);
	}

	/**
	 * Remembers what an operation is about to drop, so that it can be built again.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param dropped the statement that builds it, or {@code null} if there is none
	 */
	public void drops(String name, String sql, @Nullable String dropped) {
		remember(name, sql, null, dropped);
	}

	/**
	 * Remembers what an index had beside its definition, so that the next one of its name
	 * can get it.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param index the index's oid
	 * @param properties what it had, as JSON, or {@code null} if it had nothing
	 */
	public void keeps(String name, String sql, long index, @Nullable String properties) {
		this.jdbc.update("""
				insert into %s as s (application, name, sql, properties_of, properties) values (?, ?, ?, ?, ?)
				on conflict (application, name) do update set properties_of = excluded.properties_of,
					properties = excluded.properties""".formatted(this.orders), this.application, name, sql, index,
				properties);
	}

	private void remember(String name, String sql, @Nullable Long index, @Nullable String dropped) {
		this.jdbc.update("""
				insert into %s as s (application, name, sql, index_oid, dropped) values (?, ?, ?, ?, ?)
				on conflict (application, name) do update set sql = excluded.sql, index_oid = excluded.index_oid,
					dropped = excluded.dropped, approved = s.approved and s.sql = excluded.sql,
					rollback = s.rollback and s.sql = excluded.sql
				where (s.sql, s.index_oid, s.dropped) is distinct from (excluded.sql, excluded.index_oid,
					excluded.dropped)""".formatted(this.orders), this.application, name, sql, index, dropped);
	}

	/**
	 * Notes an order that took effect.
	 * @param name the operation's name
	 * @param action the order
	 * @param actor who gave it, or {@code null}
	 */
	public void note(String name, String action, @Nullable String actor) {
		changes("with changed as (select ?::text as application, ?::text as name, ?::text as actor)", action,
				this.application, name, actor);
	}

	private boolean changes(String change, String action, @Nullable Object... arguments) {
		@Nullable Object[] all = new @Nullable Object[arguments.length + 1];
		System.arraycopy(arguments, 0, all, 0, arguments.length);
		all[arguments.length] = action;
		Integer changed = this.jdbc.queryForObject((change + """
				, noted as (
					insert into %3$s (application, name, action, actor)
					select application, name, ?, actor from changed
				)
				select count(*)::int from changed""").formatted(this.operations, this.orders, this.actions,
				this.attempts), Integer.class, all);
		if (changed == null || changed == 0) {
			return false;
		}
		OrderNews.tell(this.jdbc, this.application);
		return true;
	}

}
