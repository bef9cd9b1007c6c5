package io.github.heavyindex.sample.data;

import io.github.heavyindex.sample.DemoProperties;

import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Fills large_email with rows that follow from their number, so that a batch done twice
 * changes nothing. As in life, the oldest fifth has no domain (the column came later),
 * and every thousandth mail was imported twice.
 */
@Component
@Order(1)
class LargeEmailFill extends BatchWork {

	static final String NAME = "large_email_filled";

	private static final int BATCH = 20_000;

	private static final int UNKNOWN = -1;

	private final JdbcClient jdbc;

	private final int rows;

	private volatile int filled = UNKNOWN;

	private boolean wrote;

	LargeEmailFill(JdbcClient jdbc, DemoProperties properties) {
		super(NAME);
		this.jdbc = jdbc;
		this.rows = properties.rows();
	}

	@Override
	boolean batch() {
		if (this.filled == UNKNOWN) {
			this.filled = this.jdbc.sql("SELECT coalesce(max(id), 0) FROM large_email WHERE id <= 1000000000")
				.query(Integer.class)
				.single();
		}
		if (this.filled >= this.rows) {
			analyze();
			return false;
		}
		int to = Math.min(this.filled + BATCH, this.rows);
		insert(this.filled + 1, to);
		this.filled = to;
		this.wrote = true;
		return true;
	}

	private void insert(int from, int to) {
		this.jdbc.sql("""
				INSERT INTO large_email (id, email, domain, sender, subject, folder, sent_at, size_bytes, is_read,
				                         message_id, body)
				SELECT n, 'user' || n * 7919 % :addresses || '@' || domain, CASE WHEN n > :old THEN domain END,
				       'sender' || n * 104729 % 5003 || '@example.com', 'Message ' || md5(n::text),
				       (ARRAY['inbox', 'inbox', 'inbox', 'sent', 'archive', 'archive', 'spam'])[n % 7 + 1],
				       timestamptz '2016-01-01 00:00Z' + n * interval '20 seconds', 500 + n * 31 % 100000, n % 20 <> 0,
				       '<' || md5((CASE WHEN n % 1000 = 0 THEN n - 1 ELSE n END)::text) || '@mail.example.com>',
				       repeat(md5(n::text), 4)
				FROM generate_series(:from, :to) AS series (number)
				CROSS JOIN LATERAL (SELECT number::bigint AS n,
				                    'example' || number::bigint * 7919 % :addresses % 50 || '.com' AS domain) AS mail
				ON CONFLICT (id) DO NOTHING
				""")
			.param("from", from)
			.param("to", to)
			.param("addresses", Math.max(1, this.rows / 40))
			.param("old", this.rows / 5)
			.update();
	}

	/**
	 * Gives the planner its statistics at once. A waiting ANALYZE would make a concurrent
	 * build of an earlier start die of a deadlock, hence SKIP_LOCKED.
	 */
	private void analyze() {
		if (this.wrote) {
			this.jdbc.sql("ANALYZE (SKIP_LOCKED) large_email").update();
		}
	}

	@Override
	int percent() {
		return (int) (100L * Math.max(0, this.filled) / this.rows);
	}

}
