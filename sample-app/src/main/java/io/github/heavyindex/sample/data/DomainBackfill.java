package io.github.heavyindex.sample.data;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The usual backfill of a new column: {@code domain} of the rows that were written before
 * the application wrote it, from the first to the last row that has none.
 */
@Component
@Order(2)
class DomainBackfill extends BatchWork {

	static final String NAME = "large_email_domain_filled";

	private static final int BATCH = 10_000;

	private final JdbcClient jdbc;

	private volatile @Nullable Range range;

	private volatile long next;

	DomainBackfill(JdbcClient jdbc) {
		super(NAME);
		this.jdbc = jdbc;
	}

	@Override
	boolean batch() {
		Range range = this.range;
		if (range == null) {
			range = this.jdbc.sql("""
					SELECT coalesce(min(id), 1) AS first, coalesce(max(id), 0) AS last
					FROM large_email WHERE domain IS NULL
					""").query(Range.class).single();
			this.range = range;
			this.next = range.first();
		}
		if (this.next <= range.last()) {
			update(this.next, this.next + BATCH - 1);
			this.next += BATCH;
		}
		return this.next <= range.last();
	}

	private void update(long from, long to) {
		this.jdbc.sql("""
				UPDATE large_email SET domain = split_part(email, '@', 2)
				WHERE id BETWEEN :from AND :to AND domain IS NULL
				""").param("from", from).param("to", to).update();
	}

	@Override
	int percent() {
		Range range = this.range;
		return (range != null && range.last() >= range.first())
				? (int) Math.min(100, 100 * (this.next - range.first()) / (range.last() - range.first() + 1)) : 0;
	}

	/**
	 * The rows without a domain; empty if the last one is before the first.
	 */
	record Range(long first, long last) {

	}

}
