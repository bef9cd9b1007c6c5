package io.github.heavyindex.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.heavyindex.RelationName;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.StringUtils;

/**
 * Creates our tables, and adds to those of an earlier version what they lack. Safe for
 * several replicas at once: {@code IF NOT EXISTS} races end in a unique violation of the
 * catalog, after which the tables are there.
 *
 * @since 0.1.0
 */
public final class HistoryTables {

	/**
	 * The names of our tables.
	 */
	public static final List<String> NAMES = List.of("heavy_index_operation", "heavy_index_attempt",
			"heavy_index_order", "heavy_index_action", "heavy_index_snapshot");

	// without the last one, each instance looks at the database for itself
	private static final List<String> NEEDED = List.of("heavy_index_operation", "heavy_index_attempt",
			"heavy_index_order", "heavy_index_action", "heavy_index_attempt_name_idx", "heavy_index_action_name_idx");

	private static final List<String> ALL = Stream.concat(NEEDED.stream(), Stream.of("heavy_index_snapshot")).toList();

	private static final Set<String> RACES = Set.of("23505", "42P07", "42710", "XX000");

	private static final int TRIES = 20;

	// what the script adds to tables of an earlier version
	private static final Pattern ADDED = Pattern
		.compile("alter table @schema@\\.(\\w+) add column if not exists (\\w+)");

	private HistoryTables() {
	}

	/**
	 * Whether all tables and indexes are there that are needed, with every column.
	 * @param jdbc a connection in autocommit
	 * @param schema the schema of the tables
	 * @return whether all exist; false, too, for tables that an earlier version made
	 */
	public static boolean exist(JdbcTemplate jdbc, String schema) {
		return exist(jdbc, schema, NEEDED);
	}

	private static boolean exist(JdbcTemplate jdbc, String schema, List<String> relations) {
		List<MatchResult> added = ADDED.matcher(script()).results().toList();
		return Boolean.TRUE.equals(jdbc.queryForObject("""
				select count(*) filter (where c.relname = any(?::text[])) = ?
					and not exists (select from unnest(?::text[], ?::text[]) as w(relation, attribute)
						where not exists (select from pg_attribute a join pg_class t on t.oid = a.attrelid
							join pg_namespace s on s.oid = t.relnamespace
							where s.nspname = ? and t.relname = w.relation and a.attname = w.attribute
								and not a.attisdropped))
				from pg_class c join pg_namespace n on n.oid = c.relnamespace
				where n.nspname = ?""", Boolean.class, relations.toArray(String[]::new), relations.size(),
				names(added, 1), names(added, 2), schema, schema));
	}

	private static String[] names(List<MatchResult> added, int group) {
		return added.stream().map((column) -> column.group(group)).toArray(String[]::new);
	}

	/**
	 * Creates what is missing.
	 * @param jdbc a connection in autocommit
	 * @param schema the schema of the tables
	 * @throws DataAccessException if the role may not create tables there, or something
	 * else bears one of their names
	 */
	public static void create(JdbcTemplate jdbc, String schema) {
		for (int attempt = 1; !exist(jdbc, schema, ALL); attempt++) {
			if (attempt > TRIES) {
				throw new InvalidDataAccessResourceUsageException(
						"something else bears the name of one of them or of their indexes; rename it, or set heavy-index.history.schema");
			}
			try {
				for (String statement : script(schema).split(";\\s*\\n")) {
					if (StringUtils.hasText(statement)) {
						jdbc.execute(statement);
					}
				}
			}
			catch (DataAccessException ex) {
				if (attempt == TRIES || !isRace(ex)) {
					throw ex;
				}
			}
		}
	}

	/**
	 * The statements that create the tables, for people who may.
	 * @param schema the schema of the tables
	 * @return an SQL script
	 */
	static String script(String schema) {
		return script().replace("@schema@", RelationName.quote(schema));
	}

	private static String script() {
		try {
			return new ClassPathResource("schema.sql", HistoryTables.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isRace(DataAccessException ex) {
		return ex.getMostSpecificCause() instanceof SQLException cause && RACES.contains(cause.getSQLState());
	}

}
