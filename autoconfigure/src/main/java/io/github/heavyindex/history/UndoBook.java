package io.github.heavyindex.history;

import io.github.heavyindex.OperationAttempt.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Remembers what undoing operations would need, beside the orders to do so, and records
 * the end of the way back. Each method is one statement in autocommit. Thread-safe, as
 * far as the connection is.
 *
 * @since 0.1.0
 */
public final class UndoBook {

	private final JdbcTemplate jdbc;

	private final String application;

	private final String operations;

	private final String attempts;

	private final String orders;

	UndoBook(JdbcTemplate jdbc, String application, String operations, String attempts, String orders) {
		this.jdbc = jdbc;
		this.application = application;
		this.operations = operations;
		this.attempts = attempts;
		this.orders = orders;
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

}
