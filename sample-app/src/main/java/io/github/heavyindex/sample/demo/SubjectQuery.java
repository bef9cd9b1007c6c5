package io.github.heavyindex.sample.demo;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The query that the index is for.
 */
@Component
class SubjectQuery {

	private static final String SQL = "SELECT id FROM large_email WHERE lower(subject) = 'message none'";

	private final JdbcClient jdbc;

	SubjectQuery(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Runs the query and tells how PostgreSQL went about it.
	 */
	Plan run() {
		List<String> lines = this.jdbc.sql("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + SQL)
			.query(String.class)
			.list()
			.stream()
			.map((line) -> line.replace("->", "").strip())
			.toList();
		// a bitmap scan reads the index in the line after the table's
		String scan = lines.stream().filter((line) -> line.contains("Scan")).reduce("unknown", (table, index) -> index);
		String time = lines.stream().filter((line) -> line.startsWith("Execution Time: ")).findFirst().orElseThrow();
		return new Plan(SQL, scan.replaceFirst(" \\(actual.*", ""), Double.parseDouble(time.replaceAll("[^\\d.]", "")));
	}

	/**
	 * What came of the query.
	 *
	 * @param scan how the table was read
	 * @param millis how long it took, in milliseconds
	 */
	record Plan(String sql, String scan, double millis) {

	}

}
