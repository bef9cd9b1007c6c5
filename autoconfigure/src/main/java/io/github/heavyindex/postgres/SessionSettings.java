package io.github.heavyindex.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of our sessions, whatever {@code ALTER ROLE}, {@code ALTER DATABASE} or
 * {@code postgresql.conf} say. All go in one statement, so that opening a connection
 * costs one more round trip and not twenty.
 */
final class SessionSettings {

	private static final int MAX_NAME_BYTES = 63;

	private static final int TRANSACTION_TIMEOUT_SINCE = 170_000;

	private static final String INVALID_PARAMETER_VALUE = "22023";

	private SessionSettings() {
	}

	static void apply(Connection connection, ConnectionPurpose purpose, String activity, int serverVersion,
			BuildSettings build) throws SQLException {
		Map<String, String> settings = of(purpose, activity, serverVersion, build);
		try (PreparedStatement statement = connection.prepareStatement(
				"select set_config(s.name, s.value, false) from unnest(?::text[], ?::text[]) as s(name, value)")) {
			statement.setArray(1, connection.createArrayOf("text", settings.keySet().toArray()));
			statement.setArray(2, connection.createArrayOf("text", settings.values().toArray()));
			statement.execute();
		}
		catch (SQLException ex) {
			if (INVALID_PARAMETER_VALUE.equals(ex.getSQLState())) {
				throw new ConnectionUnavailableException(
						"The server refuses a session setting: %s. Check heavy-index.build.maintenance-work-mem and heavy-index.build.parallel-workers."
							.formatted(ex.getMessage()),
						ex);
			}
			throw ex;
		}
	}

	static Map<String, String> of(ConnectionPurpose purpose, String activity, int serverVersion, BuildSettings build) {
		Map<String, String> settings = new LinkedHashMap<>();
		settings.put("application_name", applicationName(activity));
		pinFormats(settings);
		// an orphan inside a transaction holds row and table locks and pins every
		// snapshot
		settings.put("idle_in_transaction_session_timeout", "60s");
		settings.put("tcp_keepalives_idle", "60");
		settings.put("tcp_user_timeout", "60s");
		if (serverVersion >= TRANSACTION_TIMEOUT_SINCE) {
			settings.put("transaction_timeout", "0");
		}
		if (purpose == ConnectionPurpose.DDL) {
			limitNothing(settings, build);
		}
		else {
			settings.put("lock_timeout", "1s");
			settings.put("statement_timeout", "5s");
			settings.put("idle_session_timeout", "0");
		}
		if (purpose == ConnectionPurpose.OBSERVER) {
			settings.put("search_path", "pg_catalog");
		}
		return settings;
	}

	private static void limitNothing(Map<String, String> settings, BuildSettings build) {
		settings.put("lock_timeout", "0");
		settings.put("statement_timeout", "0");
		// a build must outlive the application that started it
		settings.put("client_connection_check_interval", "0");
		// and its session must not outlive it for ever: it holds the table's advisory
		// lock
		settings.put("idle_session_timeout", "60s");
		if (build.maintenanceWorkMem() != null) {
			settings.put("maintenance_work_mem", build.maintenanceWorkMem());
		}
		if (build.parallelWorkers() != null) {
			settings.put("max_parallel_maintenance_workers", build.parallelWorkers().toString());
		}
	}

	/**
	 * How values are printed and read changes the text of an index definition, and a
	 * literal without a zone even the index: every replica must see the same.
	 */
	private static void pinFormats(Map<String, String> settings) {
		settings.put("TimeZone", "UTC");
		settings.put("DateStyle", "ISO, MDY");
		settings.put("IntervalStyle", "postgres");
		settings.put("quote_all_identifiers", "off");
		settings.put("standard_conforming_strings", "on");
		settings.put("bytea_output", "hex");
		settings.put("extra_float_digits", "1");
		// a snapshot that lasts as long as its transaction has no use here
		settings.put("default_transaction_isolation", "read committed");
	}

	/**
	 * PostgreSQL cuts the name by itself, but with a NOTICE each time.
	 */
	static String applicationName(String activity) {
		String name = "heavy-index:" + activity;
		int end = name.length();
		while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
			end = name.offsetByCodePoints(end, -1);
		}
		return name.substring(0, end);
	}

}
