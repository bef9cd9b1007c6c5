package io.github.heavyindex.sample.email;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A query for the mails of one address, and the scan that PostgreSQL chooses for it.
 */
record EmailQuery(String sql) {

	/**
	 * The latest mails of the address: right when the index is there.
	 */
	static final EmailQuery LATEST = new EmailQuery(
			"SELECT " + Email.COLUMNS + " FROM large_email WHERE email = :email ORDER BY sent_at DESC LIMIT 20");

	/**
	 * Any three mails of the address: without the index the latest ones would cost a scan
	 * of the whole table.
	 */
	static final EmailQuery BOUNDED = new EmailQuery(
			"SELECT " + Email.COLUMNS + " FROM large_email WHERE email = :email LIMIT 3");

	List<Email> run(JdbcClient jdbc, String email) {
		return jdbc.sql(this.sql).param("email", email).query(Email.class).list();
	}

	/**
	 * The node of the plan that reads the table, as in
	 * {@code Index Scan using large_email_email_sent_idx on large_email}.
	 */
	String scan(JdbcClient jdbc, String email) {
		return jdbc.sql("EXPLAIN (COSTS OFF) " + this.sql)
			.param("email", email)
			.query(String.class)
			.list()
			.stream()
			.map((line) -> line.replace("->", "").strip())
			.filter((line) -> line.contains("Scan"))
			.findFirst()
			.orElse("unknown");
	}

}
