package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.UndeclaredInvalidIndexes.Index;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the invalid indexes of the database that nobody declared: one statement, which
 * takes no lock on any of them. An index may also be invalid because somebody works on it
 * this moment, which a lock on its table or a {@code pg_index} row in motion shows
 * (manual, "Building Indexes Concurrently").
 *
 * @since 0.1.0
 */
public final class InvalidIndexReader {

	private static final int SHOWN = 20;

	private static final String SQL = """
			select count(*) over () as total, n.nspname, c.relname, c.relkind, tn.nspname as table_schema,
				t.relname as table_name, c.relpages::bigint * current_setting('block_size')::bigint as bytes,
				i.indisready, i.indisunique, i.indisexclusion, k.conname, pn.nspname as parent_schema,
				pc.relname as parent_name, w.pid, %s as in_motion
			from pg_index i
			cross join (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xid) present
			join pg_class c on c.oid = i.indexrelid
			join pg_namespace n on n.oid = c.relnamespace
			join pg_class t on t.oid = i.indrelid
			join pg_namespace tn on tn.oid = t.relnamespace
			left join pg_constraint k on k.conindid = c.oid and k.contype in ('p', 'u', 'x')
			left join pg_inherits h on h.inhrelid = c.oid
			left join pg_class pc on pc.oid = h.inhparent
			left join pg_namespace pn on pn.oid = pc.relnamespace
			left join lateral (
				select coalesce(l.pid, 0) as pid from pg_locks l
				where l.locktype = 'relation' and l.granted and l.relation = i.indrelid
					and l.database = (select oid from pg_database where datname = current_database())
					and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
						'AccessExclusiveLock')
					and not exists (select from pg_stat_progress_vacuum v where v.pid = l.pid)
				order by l.pid limit 1) w on true
			where not i.indisvalid and c.relpersistence <> 't' and i.indexrelid <> all(?::oid[])
			order by bytes desc, n.nspname, c.relname limit ?
			""".formatted(CatalogReader.IN_MOTION);

	private InvalidIndexReader() {
	}

	/**
	 * Reads the invalid indexes that nobody declared.
	 * @param jdbc a connection in autocommit
	 * @param declared the oids of indexes to leave out, as operations look after them
	 * @return how many there are, and the largest
	 */
	public static UndeclaredInvalidIndexes read(JdbcTemplate jdbc, Collection<Long> declared) {
		List<Index> largest = new ArrayList<>();
		int[] total = { 0 };
		jdbc.query(SQL, (row) -> {
			total[0] = row.getInt("total");
			largest.add(index(row));
		}, declared.toArray(Long[]::new), SHOWN);
		return new UndeclaredInvalidIndexes(total[0], largest);
	}

	private static Index index(ResultSet row) throws SQLException {
		RelationName index = new RelationName(row.getString("nspname"), row.getString("relname"));
		RelationName table = new RelationName(row.getString("table_schema"), row.getString("table_name"));
		Mend mend = mend(row, index);
		int pid = row.getInt("pid");
		boolean locked = !row.wasNull();
		boolean workedOn = locked || row.getBoolean("in_motion");
		return new Index(index.toString(), table.toString(), row.getLong("bytes"), row.getBoolean("indisready"),
				row.getBoolean("indisunique"), workedOn, workedOn ? null : mend.statement(),
				workedOn ? busy(locked ? pid : null) : mend.note(), null);
	}

	private static String busy(@Nullable Integer pid) {
		return ((pid == null) ? "A transaction is changing it"
				: (pid == 0) ? "A prepared transaction holds a lock on its table"
						: "The session of pid " + pid + " works on its table")
				+ ": it may be under construction. Wait until that has ended, and look again.";
	}

	private static Mend mend(ResultSet row, RelationName index) throws SQLException {
		String constraint = row.getString("conname");
		String parent = row.getString("parent_name");
		if (row.getString("relkind").equals("I")) {
			return new Mend(null, "A partitioned index becomes valid once a valid index of every partition is attached:"
					+ " ALTER INDEX " + index.quoted() + " ATTACH PARTITION …. DROP INDEX would drop the attached ones,"
					+ " too, and locks every partition.");
		}
		if (parent != null) {
			RelationName whole = new RelationName(row.getString("parent_schema"), parent);
			return new Mend(
					"REINDEX INDEX CONCURRENTLY " + index.quoted() + "; ALTER INDEX " + whole.quoted()
							+ " ATTACH PARTITION " + index.quoted(),
					"It is a part of the partitioned index " + whole + " and cannot be dropped by itself. To attach it"
							+ " again makes that one valid (not on PostgreSQL 14).");
		}
		if (constraint != null) {
			// REINDEX CONCURRENTLY refuses exclusion constraints
			boolean exclusion = row.getBoolean("indisexclusion");
			return new Mend("REINDEX INDEX " + (exclusion ? "" : "CONCURRENTLY ") + index.quoted(),
					"It backs the constraint " + RelationName.quote(constraint) + " and cannot be dropped by itself."
							+ (exclusion ? " Writes wait while it is rebuilt." : ""));
		}
		return new Mend("DROP INDEX CONCURRENTLY " + index.quoted(), null);
	}

	private record Mend(@Nullable String statement, @Nullable String note) {
	}

}
