package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.PartitionState.Index;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.StatementCallback;
import org.springframework.util.Assert;

/**
 * Reads, on the connection that is about to change it, what the catalog shows of one
 * partition: one statement, prepared once. Not thread-safe, like the connection.
 * <p>
 * {@code ATTACH PARTITION} compares columns, operator classes, collations, predicates and
 * uniqueness only (manual, "ALTER INDEX"), and would take an index in another order or
 * with other storage parameters. Here the whole definition must be that of the parent's
 * index, but for the tablespace.
 *
 * @since 0.1.0
 */
public final class PartitionReader {

	// what pg_get_indexdef says behind the table's name
	private static final String TEXT = """
			substr(pg_get_indexdef(%1$s.oid), length('CREATE INDEX ' || case when %2$s then 'UNIQUE ' else '' end
				|| quote_ident(%1$s.relname) || ' ON ' || case when %1$s.relkind = 'I' then 'ONLY ' else '' end
				|| quote_ident(%3$s) || '.' || quote_ident(%4$s)) + 2)""";

	// who holds a lock that a build needs, too, but for vacuums, which give way
	private static final String WORKERS = """
			select l.relation, l.pid from pg_locks l where l.locktype = 'relation'
				and l.database = (select oid from pg_database where datname = current_database())
				and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',
					'ExclusiveLock', 'AccessExclusiveLock') and l.pid <> pg_backend_pid()
				and not exists (select from pg_stat_progress_vacuum v where v.pid = l.pid)""";

	// taken by somebody, not allowed to LOCK, renamed or gone
	private static final Set<String> NOT_LOCKED = Set.of("55P03", "42501", "42P01", "3F000");

	private static final String SQL = """
			with partition as materialized (
				select t.oid, t.relnamespace, t.relname, t.relkind, n.nspname,
					exists (select from pg_inherits h where h.inhrelid = t.oid and h.inhparent = $2
						and not h.inhdetachpending) as attached,
					case when $5 then (select min(w.pid) from (%s) as w where w.relation = t.oid) end as worker,
					array(select c.relname::text from pg_class c where c.relnamespace = t.relnamespace
						and c.relname = any($4)) as taken
				from pg_class t join pg_namespace n on n.oid = t.relnamespace where t.oid = $1
			), wanted as materialized (
				select i.*, c.oid, c.relname, c.relkind, c.relam, tn.nspname as table_schema, t.relname as table_name
				from pg_index i
				join pg_class c on c.oid = i.indexrelid
				join pg_class t on t.oid = i.indrelid
				join pg_namespace tn on tn.oid = t.relnamespace
				where i.indexrelid = $3
			)
			select p.attached, p.worker, p.taken, p.nspname, c.relname,
				h.inhparent::bigint as parent, i.indisvalid and i.indisready and i.indislive as valid,
				case when h.inhparent is null and c.relam = w.relam and i.indnatts = w.indnatts
					and i.indnkeyatts = w.indnkeyatts and i.indisunique = w.indisunique
					and i.indimmediate = w.indimmediate and i.indoption::text = w.indoption::text
					and i.indclass::text = w.indclass::text and i.indcollation::text = w.indcollation::text
					and (i.indpred is null) = (w.indpred is null) and (i.indexprs is null) = (w.indexprs is null)
					then %s = %s else false end as equal
			from partition p
			left join wanted w on true
			left join pg_index i on i.indrelid = p.oid
			left join pg_class c on c.oid = i.indexrelid
			left join pg_inherits h on h.inhrelid = i.indexrelid
			""".formatted(WORKERS, TEXT.formatted("c", "i.indisunique", "p.nspname", "p.relname"),
			TEXT.formatted("w", "w.indisunique", "w.table_schema", "w.table_name"));

	private static final AtomicLong NUMBERS = new AtomicLong(System.nanoTime());

	private final JdbcTemplate jdbc;

	private @Nullable String prepared;

	/**
	 * Creates a reader.
	 * @param jdbc the connection, in autocommit
	 */
	public PartitionReader(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Lets go of the partition before, takes the lock of this one, and then reads its
	 * state, all in one round trip. Each statement has a snapshot of its own (manual,
	 * "Read Committed Isolation Level"), so that what is read is what the former holder
	 * of the lock has left.
	 * <p>
	 * Whether somebody else works on the partition is asked of the lock that a build
	 * needs. The view of all locks is asked only where that is taken: it takes the longer
	 * the more connections a server allows (with 1,000 of them 2 of a partition's 14 ms).
	 * @param before the oid of the partition whose lock is given up, or {@code null}
	 * @param partition the partition
	 * @param index the oid of the index on its parent
	 * @param names the names that a new index may bear
	 * @return what the catalog shows, or {@code null} if the lock was not granted
	 */
	public @Nullable PartitionState lockAndRead(@Nullable Long before, Partition partition, long index,
			List<String> names) {
		try {
			return lockAndRead(AdvisoryLock.exchange(before, partition.oid()) + "; begin; lock table only "
					+ partition.name().quoted() + " in share update exclusive mode nowait; "
					+ execute(partition, index, names, false) + "; commit", index);
		}
		catch (DataAccessException ex) {
			this.jdbc.execute("rollback");
			if (!NOT_LOCKED.contains(SqlFailure.of(ex).sqlState())) {
				throw ex;
			}
		}
		// the first statement had its effect, which nobody has seen
		return lockAndRead(
				AdvisoryLock.exchange(partition.oid(), partition.oid()) + "; " + execute(partition, index, names, true),
				index);
	}

	private @Nullable PartitionState lockAndRead(String sql, long index) {
		Optional<PartitionState> state = this.jdbc
			.execute((StatementCallback<Optional<PartitionState>>) (statement) -> {
				statement.setEscapeProcessing(false);
				statement.execute(sql);
				boolean granted = isGranted(statement.getResultSet());
				while (!statement.getMoreResults()) {
					Assert.state(statement.getUpdateCount() >= 0, "Nothing was read");
				}
				return granted ? Optional.of(state(statement.getResultSet(), index)) : Optional.empty();
			});
		return (state != null) ? state.orElse(null) : null;
	}

	private static boolean isGranted(ResultSet locks) throws SQLException {
		return locks.next() && locks.getBoolean("granted");
	}

	/**
	 * Reads the state of a partition.
	 * @param partition the partition
	 * @param index the oid of the index on its parent
	 * @param names the names that a new index may bear
	 * @return what the catalog shows
	 */
	public PartitionState read(Partition partition, long index, List<String> names) {
		String sql = execute(partition, index, names, true);
		return Objects.requireNonNull(this.jdbc.execute((StatementCallback<PartitionState>) (statement) -> {
			statement.setEscapeProcessing(false);
			return state(statement.executeQuery(sql), index);
		}));
	}

	/**
	 * Whether an index is valid.
	 * @param index the index's oid
	 * @return whether it is; not if it is gone
	 */
	public boolean isValid(long index) {
		return this.jdbc.queryForList("select indisvalid from pg_index where indexrelid = ?", Boolean.class, index)
			.contains(true);
	}

	/**
	 * The driver forgets its own prepared statements at each {@code CREATE} and
	 * {@code ALTER}, which is to say at each partition, and to plan this one takes ten
	 * times as long as to execute it.
	 */
	private String execute(Partition partition, long index, List<String> names, boolean askForLocks) {
		String prepared = this.prepared;
		if (prepared == null) {
			// behind a pooler the session may be one that prepared it before
			prepared = "heavy_index_" + NUMBERS.incrementAndGet();
			this.jdbc.execute("prepare " + prepared + " (oid, oid, oid, text[], boolean) as " + SQL);
			this.prepared = prepared;
		}
		return "execute " + prepared + "(" + partition.oid() + ", " + partition.parent() + ", " + index + ", array["
				+ names.stream().map(IndexSwap::literal).collect(Collectors.joining(", ")) + "], " + askForLocks + ")";
	}

	private static PartitionState state(ResultSet rows, long parent) throws SQLException {
		boolean attached = false;
		Integer worker = null;
		Set<String> taken = Set.of();
		List<Index> indexes = new ArrayList<>();
		while (rows.next()) {
			attached = rows.getBoolean("attached");
			worker = rows.getObject("worker", Integer.class);
			taken = Set.of((String[]) rows.getArray("taken").getArray());
			String name = rows.getString("relname");
			if (name != null) {
				indexes.add(new Index(new RelationName(rows.getString("nspname"), name),
						rows.getObject("parent", Long.class), rows.getBoolean("valid"), rows.getBoolean("equal"),
						false));
			}
		}
		String own = indexes.stream()
			.filter((index) -> index.parent() != null && index.parent() == parent)
			.map((index) -> index.name().name())
			.findFirst()
			.orElse(null);
		return new PartitionState(attached, worker, indexes.stream().map((index) -> marked(index, own)).toList(),
				taken);
	}

	private static Index marked(Index index, @Nullable String attached) {
		return new Index(index.name(), index.parent(), index.valid(), index.equal(),
				attached != null && ReindexNames.isDerived(index.name().name(), attached));
	}

}
