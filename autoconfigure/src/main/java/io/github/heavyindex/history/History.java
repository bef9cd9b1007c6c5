package io.github.heavyindex.history;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads and writes our tables. Every change is one statement in autocommit, so that no
 * transaction of ours is ever open while an index is built; times are the database's.
 * Thread-safe, as far as the connection is.
 *
 * @since 0.1.0
 */
public final class History {

	private static final int SHOWN = 20;

	private final JdbcTemplate jdbc;

	private final String application;

	private final String operations;

	private final String attempts;

	private final String orders;

	private final String actions;

	/**
	 * Creates a new instance.
	 * @param jdbc a connection in autocommit
	 * @param schema the schema of the tables
	 * @param application whose operations; several applications may share the tables
	 */
	public History(JdbcTemplate jdbc, String schema, String application) {
		this.jdbc = jdbc;
		this.application = application;
		this.operations = RelationName.quote(schema) + ".heavy_index_operation";
		this.attempts = RelationName.quote(schema) + ".heavy_index_attempt";
		this.orders = RelationName.quote(schema) + ".heavy_index_order";
		this.actions = RelationName.quote(schema) + ".heavy_index_action";
	}

	/**
	 * What records people's orders.
	 * @return on the same connection and tables
	 */
	public OrderBook orders() {
		return new OrderBook(this.jdbc, this.application, this.operations, this.orders, this.actions);
	}

	/**
	 * What remembers how operations are undone.
	 * @return on the same connection and tables
	 */
	public UndoBook undos() {
		return new UndoBook(this.jdbc, this.application, this.operations, this.attempts, this.orders);
	}

	/**
	 * Reads all operations of the application, and the orders that stand.
	 * @return the records
	 */
	public Records records() {
		Map<String, OperationRecord> operations = new HashMap<>();
		Map<String, OperationOrder> orders = new HashMap<>();
		this.jdbc
			.query("""
					select o.name, o.sql, o.state, o.adopted, o.attempts, o.started_at, o.finished_at, o.next_attempt_at,
						o.instance, o.instance_key, o.pid, o.session_started_at, o.run_now, o.last_error, o.definition,
						o.definition_version, o.updated_at, o.index_oid, o.index_bloat, s.name as order_name, s.sql as order_sql, s.paused,
						s.approved, s.rollback, s.index_oid as own_index, s.dropped, s.properties_of, s.properties, s.actor, s.ordered_at
					from (select * from %s where application = ?) o
					full join (select * from %s where application = ?) s on s.name = o.name"""
				.formatted(this.operations, this.orders), (row) -> {
					if (row.getString("name") != null) {
						OperationRecord operation = HistoryRows.operation(row);
						operations.put(operation.name(), operation);
					}
					if (row.getString("order_name") != null) {
						orders.put(row.getString("order_name"), HistoryRows.order(row));
					}
				}, this.application, this.application);
		return new Records(operations, orders);
	}

	/**
	 * Reads all operations of the application.
	 * @return the records by name
	 */
	public Map<String, OperationRecord> operations() {
		return records().operations();
	}

	/**
	 * Reads the latest attempts and actions of all operations.
	 * @return at most 20 of each for each operation, latest first
	 */
	public Past past() {
		Map<String, List<OperationAttempt>> attempts = new HashMap<>();
		Map<String, List<OperationAction>> actions = new HashMap<>();
		this.jdbc
			.query("""
					select * from (
						select a.id, a.name, a.attempt, a.started_at, a.finished_at, a.instance, a.pid, a.outcome, a.sql_state,
							a.error, a.size_before, a.size_after, null as action,
							row_number() over (partition by a.name order by a.id desc) as number
						from %s a where a.application = ?
						union all
						select id, name, 0, ordered_at, null, actor, 0, null, null, null, null, null, action,
							row_number() over (partition by name order by id desc)
						from %s where application = ?) latest
					where number <= ? order by id desc"""
				.formatted(this.attempts, this.actions), (row) -> {
					String action = row.getString("action");
					if (action != null) {
						actions.computeIfAbsent(row.getString("name"), (name) -> new ArrayList<>())
							.add(new OperationAction(action, row.getString("instance"),
									row.getTimestamp("started_at").toInstant()));
					}
					else {
						attempts.computeIfAbsent(row.getString("name"), (name) -> new ArrayList<>())
							.add(HistoryRows.attempt(row));
					}
				}, this.application, this.application, SHOWN);
		return new Past(attempts, actions);
	}

	/**
	 * Reads the latest attempts of all operations.
	 * @return at most 20 attempts for each operation, latest first
	 */
	public Map<String, List<OperationAttempt>> attempts() {
		return past().attempts();
	}

	/**
	 * Records that an attempt starts. An earlier attempt that nobody ended is lost. A
	 * changed declaration starts counting anew.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param pid the server session that will run it
	 * @param instance the application instance
	 * @param instanceKey the key of that instance
	 * @param beginning what the attempt begins with
	 * @return whether it may start; {@code false} if the operation was cancelled or
	 * skipped meanwhile
	 */
	public boolean start(String name, String sql, int pid, String instance, int instanceKey, Beginning beginning) {
		Integer started = this.jdbc.queryForObject(
				"""
						with started as (
							insert into %1$s as o (application, name, sql, state, attempts, started_at, instance,
								instance_key, pid, session_started_at, index_oid)
							values (?, ?, ?, 'RUNNING', 1, clock_timestamp(), ?, ?, ?,
								(select backend_start from pg_stat_activity where pid = ?), ?)
							on conflict (application, name) do update set sql = excluded.sql, state = 'RUNNING', adopted = false,
								attempts = case when o.sql = excluded.sql and not (? and o.state = 'COMPLETED')
									then o.attempts + 1 else 1 end,
								started_at = excluded.started_at, finished_at = null, next_attempt_at = null,
								instance = excluded.instance, instance_key = excluded.instance_key, pid = excluded.pid,
								session_started_at = excluded.session_started_at, index_oid = excluded.index_oid,
								index_bloat = null,
								last_error = null, last_sql_state = null, definition = null, updated_at = clock_timestamp()
							where o.state not in ('CANCELLED', 'SKIPPED') or o.sql <> excluded.sql
							returning o.application, o.name, o.attempts, o.started_at, o.instance, o.pid
						), lost as (
							update %2$s a set outcome = 'LOST', finished_at = s.started_at from started s
							where a.application = s.application and a.name = s.name and a.outcome = 'RUNNING'
						), attempted as (
							insert into %2$s (application, name, attempt, started_at, instance, pid, outcome, size_before)
							select application, name, attempts, started_at, instance, pid, 'RUNNING', ?::bigint from started
						)
						select count(*)::int from started"""
					.formatted(this.operations, this.attempts),
				Integer.class, this.application, name, sql, instance, instanceKey, pid, pid, beginning.indexOid(),
				beginning.countsAnew(), beginning.indexSize());
		return started != null && started == 1;
	}

	/**
	 * Records a change. An operation that was cancelled or skipped meanwhile stays so,
	 * unless the catalog shows its goal met.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param serverVersion the server's major version
	 * @param transition the change
	 * @return whether anything changed
	 */
	public boolean record(String name, String sql, int serverVersion, Transition transition) {
		return record(name, sql, serverVersion, transition, true, null);
	}

	/**
	 * Records a change that was decided on what was read, unless the record has changed
	 * since.
	 * @param name the operation's name
	 * @param sql the declared statement
	 * @param serverVersion the server's major version
	 * @param transition the change
	 * @param read the record that was read, or {@code null} if there was none
	 * @return whether anything changed
	 */
	public boolean recordIfUnchanged(String name, String sql, int serverVersion, Transition transition,
			@Nullable OperationRecord read) {
		return record(name, sql, serverVersion, transition, false, (read != null) ? read.updatedAt() : null);
	}

	private boolean record(String name, String sql, int serverVersion, Transition transition, boolean whatever,
			@Nullable Instant readAt) {
		Integer changed = this.jdbc.queryForObject(
				"""
						with changed as (
							insert into %1$s as o (application, name, sql, state, adopted, finished_at, next_attempt_at, last_error,
								last_sql_state, definition, definition_version)
							values (?, ?, ?, ?, ?, case when ? then null else clock_timestamp() end,
								clock_timestamp() + ? * interval '1 ms', ?, ?, ?, ?)
							on conflict (application, name) do update set sql = excluded.sql, state = excluded.state,
								adopted = excluded.adopted,
						finished_at = case when o.state = 'COMPLETED' and excluded.state = o.state then o.finished_at
							else excluded.finished_at end,
								next_attempt_at = excluded.next_attempt_at, last_error = excluded.last_error,
								last_sql_state = excluded.last_sql_state, definition = excluded.definition,
								definition_version = excluded.definition_version, updated_at = clock_timestamp(),
								attempts = case when ? then greatest(0, o.attempts - 1) else o.attempts end,
						run_now = o.run_now and excluded.state = 'PENDING'
							where (o.state not in ('CANCELLED', 'SKIPPED') or o.sql <> excluded.sql
									or excluded.state = 'COMPLETED' or excluded.state = o.state)
						and (? or o.updated_at = ?)
								and (o.state, o.sql, o.adopted, o.last_error, o.definition, o.definition_version)
									is distinct from (excluded.state, excluded.sql, excluded.adopted, excluded.last_error,
										excluded.definition, excluded.definition_version)
							returning o.finished_at
						), ended as (
							update %2$s a set outcome = ?, finished_at = clock_timestamp(), sql_state = ?, error = ?,
								size_after = ?
							where a.application = ? and a.name = ? and a.outcome = 'RUNNING'
						and (? or exists (select from changed))
						)
						select count(*)::int from changed"""
					.formatted(this.operations, this.attempts),
				Integer.class, this.application, name, sql, transition.state().name(), transition.adopted(),
				transition.state() == OperationState.PENDING,
				(transition.delay() != null) ? transition.delay().toMillis() : null, transition.error(),
				transition.sqlState(), transition.definition(),
				(transition.definition() != null) ? serverVersion : null, transition.uncounted(), whatever,
				(readAt != null) ? Timestamp.from(readAt) : null, transition.outcome().name(), transition.sqlState(),
				transition.attemptError(), transition.indexSize(), this.application, name, whatever);
		return changed != null && changed == 1;
	}

	/**
	 * Records that an attempt has ended because the operation was cancelled, which is
	 * recorded already.
	 * @param name the operation's name
	 * @param pid the server session that ran the attempt
	 * @param error who or how
	 * @return how the attempt ended
	 */
	public Outcome endCancelled(String name, int pid, String error) {
		this.jdbc.update("""
				update %s set outcome = 'CANCELLED', finished_at = clock_timestamp(), sql_state = '57014', error = ?
				where application = ? and name = ? and pid = ? and outcome = 'RUNNING'""".formatted(this.attempts),
				error, this.application, name, pid);
		return Outcome.CANCELLED;
	}

	/**
	 * Records what was estimated after a rebuild.
	 * @param name the operation's name
	 * @param indexOid the oid of the index when the rebuild started
	 * @param freshBloat the bloat in percent
	 */
	public void calibrate(String name, long indexOid, double freshBloat) {
		this.jdbc.update("""
				update %s set index_bloat = ? where application = ? and name = ? and state = 'COMPLETED'
					and index_oid = ? and index_bloat is null""".formatted(this.operations), freshBloat,
				this.application, name, indexOid);
	}

	/**
	 * Records that the attempt under way has got something done that lasts: it counts as
	 * the first one.
	 * @param name the operation's name
	 */
	public void advanced(String name) {
		this.jdbc.update("""
				update %s set attempts = 1, updated_at = clock_timestamp()
				where application = ? and name = ? and state = 'RUNNING' and attempts > 1""".formatted(this.operations),
				this.application, name);
	}

}
