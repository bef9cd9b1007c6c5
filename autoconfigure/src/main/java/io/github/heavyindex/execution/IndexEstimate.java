package io.github.heavyindex.execution;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.heavyindex.postgres.TableFacts;
import io.github.heavyindex.postgres.TableFacts.Column;
import org.jspecify.annotations.Nullable;

/**
 * How big an index will be, about, from the planner's statistics: the rows
 * ({@code pg_class.reltuples}; of a table that was never analyzed, as many as fit its
 * file) and the average width of its columns ({@code pg_stats.avg_width}).
 * <p>
 * A btree entry is 8 bytes of header, 4 of line pointer and the values, rounded up to 8;
 * pages are 90 % full. Where values repeat ({@code n_distinct}), a btree keeps each once,
 * with 6 bytes a row (manual, "B-Tree Indexes", "Deduplication"). An expression is as
 * wide as the columns it names. Of a partial index this is the most that it can be. The
 * sizes of GIN, GiST and SP-GiST indexes depend on what their operator classes store, and
 * are not estimated.
 */
final class IndexEstimate {

	private static final int PAGE = 8192;

	private static final double FILLED = 0.9 * (PAGE - 40);

	private static final int HEADER = 8;

	private static final int POINTER = 4;

	private static final int ROW_REFERENCE = 6;

	private static final int TABLE_ROW_OVERHEAD = 28;

	private static final int UNKNOWN_WIDTH = 8;

	private static final int BRIN_RANGE = 128;

	private static final Pattern IDENTIFIER = Pattern.compile("\"((?:[^\"]|\"\")+)\"|[\\p{L}_][\\p{L}0-9_$]*");

	private final IndexShape shape;

	private final TableFacts table;

	private IndexEstimate(IndexShape shape, TableFacts table) {
		this.shape = shape;
		this.table = table;
	}

	/**
	 * The estimated size in bytes.
	 * @return a size, or {@code null} if none can be told
	 */
	static @Nullable Long bytes(IndexShape shape, TableFacts table) {
		IndexEstimate estimate = new IndexEstimate(shape, table);
		return switch (shape.method()) {
			case "btree" -> estimate.btree();
			case "hash" -> pages(estimate.rows() * (2 * HEADER + POINTER) / 0.75);
			case "brin" -> pages(3.0 * PAGE
					+ table.bytes() / ((double) PAGE * BRIN_RANGE) * (HEADER + POINTER + 2 * estimate.width()));
			default -> null;
		};
	}

	private long btree() {
		double rows = rows();
		double entry = HEADER + POINTER + width();
		double distinct = distinct(rows);
		boolean deduplicated = !this.shape.unique() && this.shape.included().isEmpty() && rows > 2 * distinct;
		return pages(deduplicated ? distinct * entry + rows * ROW_REFERENCE : rows * entry);
	}

	private double rows() {
		if (this.table.rows() != null) {
			return this.table.rows();
		}
		double width = this.table.columns().values().stream().mapToDouble(Column::width).sum();
		return this.table.bytes() / (width + TABLE_ROW_OVERHEAD);
	}

	/**
	 * The bytes of an entry's values.
	 */
	private double width() {
		double width = Stream.concat(this.shape.keys().stream(), this.shape.included().stream())
			.mapToDouble(this::width)
			.sum();
		return Math.ceil(width / 8) * 8;
	}

	private double width(String key) {
		List<Column> columns = columns(key);
		return columns.isEmpty() ? UNKNOWN_WIDTH : columns.stream().mapToDouble(Column::width).sum();
	}

	private double distinct(double rows) {
		double distinct = 1;
		for (String key : this.shape.keys()) {
			for (Column column : columns(key)) {
				double values = (column.distinct() < 0) ? -column.distinct() * rows : column.distinct();
				distinct *= (values > 0) ? values : rows;
			}
			distinct = Math.min(columns(key).isEmpty() ? rows : distinct, rows);
		}
		return distinct;
	}

	/**
	 * The columns that a key or an expression names.
	 */
	private List<Column> columns(String key) {
		Matcher matcher = IDENTIFIER.matcher(key);
		return matcher.results()
			.map((result) -> (result.group(1) != null) ? result.group(1).replace("\"\"", "\"") : result.group())
			.distinct()
			.flatMap((name) -> Stream.ofNullable(this.table.columns().get(name)))
			.toList();
	}

	private static long pages(double bytes) {
		return (1 + (long) Math.ceil(bytes / FILLED)) * PAGE;
	}

}
