package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import io.github.heavyindex.decision.Bloat;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Estimates the bloat of btree indexes from the planner's statistics: one statement on
 * {@code pg_class} and {@code pg_stats}, which reads no index and takes no lock on any.
 * <p>
 * The method is the well-known one of check_postgres and pgsql-bloat-estimation: the size
 * of an entry follows from the average widths of the columns, the number of pages that a
 * fresh index would have from the number of entries and the fill factor (manual,
 * "Database Page Layout"); what the index has beyond that is bloat. {@code pgstattuple}
 * would measure it, but reads the whole index.
 * <p>
 * It is an estimate, only as fresh as the last VACUUM and ANALYZE. Deduplication (manual,
 * "B-Tree Indexes") makes indexes with many equal keys smaller than it expects, so that
 * their bloat shows late or never; values of very different widths and partial indexes on
 * unusual rows make it wrong in either direction.
 *
 * @since 0.1.0
 */
public final class BloatReader {

	private static final int PAGE_HEADER = 24;

	private static final int BTREE_SPECIAL = 16;

	private static final int LINE_POINTER = 4;

	private static final int TUPLE_HEADER = 8;

	private static final int NULL_BITMAP = 8;

	private static final int ALIGNMENT = 8;

	private static final String SQL = """
			select i.indexrelid::bigint as oid, am.amname, c.reltuples, c.relpages, s.attributes, s.known, s.width, s.nulls,
				current_setting('block_size')::int as page,
				coalesce((select option_value::int from pg_options_to_table(c.reloptions)
					where option_name = 'fillfactor'), 90) as fillfactor
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			join pg_namespace n on n.oid = c.relnamespace
			join pg_am am on am.oid = c.relam
			join pg_class t on t.oid = i.indrelid
			join pg_namespace tn on tn.oid = t.relnamespace
			cross join lateral (
				select count(*) as attributes, count(p.avg_width) as known,
					sum((1 - p.null_frac) * p.avg_width) as width, max(p.null_frac) as nulls
				from pg_attribute x
				left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[x.attnum - 1] and a.attnum > 0
				left join pg_stats p on not p.inherited and (a.attnum is not null and p.schemaname = tn.nspname
						and p.tablename = t.relname and p.attname = a.attname
					-- the statistics of an expression are kept under the index's name
					or i.indkey[x.attnum - 1] = 0 and p.schemaname = n.nspname and p.tablename = c.relname
						and p.attname = x.attname)
				where x.attrelid = i.indexrelid and x.attnum > 0) s
			where i.indexrelid = any(?::oid[])
			""";

	private BloatReader() {
	}

	/**
	 * Estimates the bloat of indexes.
	 * @param jdbc a connection in autocommit
	 * @param indexes the oids of the indexes
	 * @return the estimates, by oid; indexes that are gone are missing
	 */
	public static Map<Long, Bloat> read(JdbcTemplate jdbc, Collection<Long> indexes) {
		Map<Long, Bloat> all = new HashMap<>();
		if (!indexes.isEmpty()) {
			jdbc.query(SQL, (row) -> {
				all.put(row.getLong("oid"), bloat(row));
			}, (Object) indexes.toArray(Long[]::new));
		}
		return all;
	}

	private static Bloat bloat(ResultSet row) throws SQLException {
		String method = row.getString("amname");
		if (!method.equals("btree")) {
			return Bloat
				.impossible("the bloat of a " + method + " index cannot be estimated, only that of a btree index can");
		}
		double tuples = row.getDouble("reltuples");
		if (tuples < 0 || row.getInt("known") < row.getInt("attributes")) {
			return Bloat.unknown("statistics of the table, from which bloat is estimated (run ANALYZE; the role needs"
					+ " SELECT on the columns)");
		}
		int page = row.getInt("page");
		double pages = row.getDouble("relpages");
		double expected = pages(tuples, row.getDouble("width"), row.getDouble("nulls"), page, row.getInt("fillfactor"));
		return Bloat.of((pages > expected) ? 100 * (pages - expected) / pages : 0);
	}

	/**
	 * How many pages a fresh btree index takes.
	 */
	static double pages(double tuples, double width, double nulls, int page, int fillfactor) {
		double tuple = LINE_POINTER + TUPLE_HEADER + nulls * NULL_BITMAP + Math.ceil(width / ALIGNMENT) * ALIGNMENT;
		double usable = (page - PAGE_HEADER - BTREE_SPECIAL) * fillfactor / 100.0;
		// one entry of each page is a copy of the next page's first
		double perPage = Math.max(1, Math.floor(usable / tuple) - 1);
		double leaves = Math.ceil(tuples / perPage);
		double inner = Math.ceil(leaves / perPage);
		return 1 + Math.max(1, leaves) + ((leaves > 1) ? inner : 0);
	}

}
