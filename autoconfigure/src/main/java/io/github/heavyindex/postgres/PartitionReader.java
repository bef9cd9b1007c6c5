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

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.StatementCallback;

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
				|| quote_ident(%3$s.nspname) || '.' || quote_ident(%4$s.relname)) + 2)""";

	private static final String SQL = """
			with partition as materialized (
				select t.oid, t.relnamespace, t.relname, t.relkind, n.nspname,
					exists (select from pg_inherits h where h.inhrelid = t.oid and h.inhparent = $2
						and not h.inhdetachpending) as attached,
					exists (select from pg_index i where i.indrelid = t.oid
						and not (i.indisvalid and i.indisready and i.indislive)) as unfinished,
					case when exists (select from pg_index i where i.indrelid = t.oid
						and not (i.indisvalid and i.indisready and i.indislive))
						then (select min(w.pid) from (%s) as w where w.relation = t.oid) end as worker,
					array(select c.relname::text from pg_class c where c.relnamespace = t.relnamespace
						and c.relname = any($4)) as taken
				from pg_class t join pg_namespace n on n.oid = t.relnamespace where t.oid = $1
			), wanted as materialized (
				select i.*, c.oid, c.relname, c.relkind, c.relam, %s as text
				from pg_index i
				join pg_class c on c.oid = i.indexrelid
				join pg_class t on t.oid = i.indrelid
				join pg_namespace tn on tn.oid = t.relnamespace
				where i.indexrelid = $3
			)
			select p.attached, p.unfinished, p.worker, p.taken, p.nspname, c.relname,
				h.inhparent::bigint as parent, i.indisvalid and i.indisready and i.indislive as valid,
				case when h.inhparent is null and c.relam = w.relam and i.indnatts = w.indnatts
					and i.indnkeyatts = w.indnkeyatts and i.indisunique = w.indisunique
					and i.indimmediate = w.indimmediate and i.indoption::text = w.indoption::text
					and i.indclass::text = w.indclass::text and i.indcollation::text = w.indcollation::text
					and (i.indpred is null) = (w.indpred is null) and (i.indexprs is null) = (w.indexprs is null)
					then %s = w.text else false end as equal
			from partition p
			left join wanted w on true
			left join pg_index i on i.indrelid = p.oid
			left join pg_class c on c.oid = i.indexrelid
			left join pg_inherits h on h.inhrelid = i.indexrelid
			""".formatted(RecentWorkers.SQL, TEXT.formatted("c", "i.indisunique", "tn", "t"),
			TEXT.formatted("c", "i.indisunique", "p", "p"));

	private static final AtomicLong NUMBERS = new AtomicLong(System.nanoTime());

	private final JdbcTemplate jdbc;

	private final RecentWorkers workers;

	private @Nullable String prepared;

	/**
	 * Creates a reader.
	 * @param jdbc the connection, in autocommit
	 */
	public PartitionReader(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
		this.workers = new RecentWorkers(jdbc);
	}

	/**
	 * Lets go of the partition before, takes the lock of this one, and then reads its
	 * state: two statements in one round trip, and once a second one more before. Each
	 * has a snapshot of its own (manual, "Read Committed Isolation Level"), so that what
	 * is read is what the former holder of the lock has left.
	 * @param before the oid of the partition whose lock is given up, or {@code null}
	 * @param partition the partition
	 * @param index the oid of the index on its parent
	 * @param names the names that a new index may bear
	 * @return what the catalog shows, or {@code null} if the lock was not granted
	 */
	public @Nullable PartitionState lockAndRead(@Nullable Long before, Partition partition, long index,
			List<String> names) {
		Integer worker = this.workers.on(partition.oid());
		String sql = AdvisoryLock.exchange(before, partition.oid()) + "; " + execute(partition, index, names);
		Optional<PartitionState> state = this.jdbc
			.execute((StatementCallback<Optional<PartitionState>>) (statement) -> {
				statement.setEscapeProcessing(false);
				statement.execute(sql);
				boolean granted = isGranted(statement.getResultSet());
				return (statement.getMoreResults() && granted)
						? Optional.of(state(statement.getResultSet(), index, worker)) : Optional.empty();
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
		Integer worker = this.workers.on(partition.oid());
		String sql = execute(partition, index, names);
		return Objects.requireNonNull(this.jdbc.execute((StatementCallback<PartitionState>) (statement) -> {
			statement.setEscapeProcessing(false);
			return state(statement.executeQuery(sql), index, worker);
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
	private String execute(Partition partition, long index, List<String> names) {
		String prepared = this.prepared;
		if (prepared == null) {
			// behind a pooler the session may be one that prepared it before
			prepared = "heavy_index_" + NUMBERS.incrementAndGet();
			this.jdbc.execute("prepare " + prepared + " (oid, oid, oid, text[]) as " + SQL);
			this.prepared = prepared;
		}
		return "execute " + prepared + "(" + partition.oid() + ", " + partition.parent() + ", " + index + ", array["
				+ names.stream().map(IndexSwap::literal).collect(Collectors.joining(", ")) + "])";
	}

	private static PartitionState state(ResultSet rows, long parent, @Nullable Integer recent) throws SQLException {
		boolean attached = false;
		Integer worker = recent;
		Set<String> taken = Set.of();
		List<Index> indexes = new ArrayList<>();
		while (rows.next()) {
			attached = rows.getBoolean("attached");
			// before an index is removed or built anew it is asked who works on it now
			worker = rows.getBoolean("unfinished") ? rows.getObject("worker", Integer.class) : recent;
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
