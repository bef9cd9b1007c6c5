package io.github.heavyindex.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Set;

import io.github.heavyindex.RelationName;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.StringUtils;

/**
 * Creates our tables. Safe for several replicas at once: {@code IF NOT EXISTS} races end
 * in a unique violation of the catalog, after which the tables are there.
 */
public final class HistoryTables {

	private static final Set<String> RACES = Set.of("23505", "42P07", "42710", "XX000");

	private static final int TRIES = 5;

	private HistoryTables() {
	}

	/**
	 * Whether both tables are there.
	 * @param jdbc a connection in autocommit
	 * @param schema the schema of the tables
	 * @return whether both exist
	 */
	public static boolean exist(JdbcTemplate jdbc, String schema) {
		return Boolean.TRUE.equals(jdbc.queryForObject("""
				select count(*) = 3 from pg_class c join pg_namespace n on n.oid = c.relnamespace
				where n.nspname = ? and c.relname in ('heavy_index_operation', 'heavy_index_attempt',
					'heavy_index_attempt_name_idx')""", Boolean.class, schema));
	}

	/**
	 * Creates what is missing.
	 * @param jdbc a connection in autocommit
	 * @param schema the schema of the tables
	 * @throws DataAccessException if the role may not create tables there
	 */
	public static void create(JdbcTemplate jdbc, String schema) {
		for (int attempt = 1; !exist(jdbc, schema); attempt++) {
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
		try {
			return new ClassPathResource("schema.sql", HistoryTables.class).getContentAsString(StandardCharsets.UTF_8)
				.replace("@schema@", RelationName.quote(schema));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isRace(DataAccessException ex) {
		return ex.getMostSpecificCause() instanceof SQLException cause && RACES.contains(cause.getSQLState());
	}

}
