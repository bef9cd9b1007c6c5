package io.github.heavyindex.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Statements that people can read. They end with a semicolon at the end of a line;
 * {@code -- # title} begins a section, {@code -- when condition} says, as SQL, under
 * which condition it applies.
 */
final class IndexCorpus {

	private static final String SECTION = "-- # ";

	private static final String CONDITION = "-- when ";

	private final JdbcTemplate jdbc;

	private final List<Entry> entries = new ArrayList<>();

	private final List<String> left = new ArrayList<>();

	private IndexCorpus(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Creates the tables, and reads the indexes that this server can build.
	 */
	static IndexCorpus load(JdbcTemplate jdbc) {
		new IndexCorpus(jdbc).read("index-corpus-schema.sql").entries.forEach((entry) -> jdbc.execute(entry.sql()));
		return new IndexCorpus(jdbc).read("index-corpus.sql");
	}

	List<Entry> entries() {
		return this.entries;
	}

	/**
	 * The sections that this server cannot build.
	 */
	List<String> left() {
		return this.left;
	}

	private IndexCorpus read(String resource) {
		String section = "";
		boolean applies = true;
		StringBuilder statement = new StringBuilder();
		for (String line : lines(resource)) {
			if (line.startsWith(SECTION)) {
				section = line.substring(SECTION.length());
				applies = true;
			}
			else if (line.startsWith(CONDITION)) {
				applies = Boolean.TRUE
					.equals(this.jdbc.queryForObject("select " + line.substring(CONDITION.length()), Boolean.class));
				if (!applies) {
					this.left.add(section);
				}
			}
			else if (!statement.isEmpty() || !(line.isBlank() || line.startsWith("--"))) {
				statement.append(line).append('\n');
				if (line.endsWith(";")) {
					if (applies) {
						this.entries.add(new Entry(section, statement.toString().strip()));
					}
					statement.setLength(0);
				}
			}
		}
		if (!statement.isEmpty()) {
			throw new IllegalStateException(resource + " ends within a statement: " + statement);
		}
		return this;
	}

	private static List<String> lines(String resource) {
		try {
			return new ClassPathResource(resource, IndexCorpus.class).getContentAsString(StandardCharsets.UTF_8)
				.lines()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * One statement.
	 *
	 * @param section the section it stands in
	 * @param sql the statement as written
	 */
	record Entry(String section, String sql) {

	}

}
