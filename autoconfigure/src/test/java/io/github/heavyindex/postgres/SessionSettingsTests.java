package io.github.heavyindex.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;

import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SessionSettings}: they hold whatever the database's defaults say.
 */
class SessionSettingsTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void defaultsThatWouldHurt() {
		Map<String, String> defaults = new TreeMap<>(
				Map.of("statement_timeout", "1s", "lock_timeout", "1s", "client_connection_check_interval", "1s",
						"idle_session_timeout", "1s", "idle_in_transaction_session_timeout", "1s", "\"TimeZone\"",
						"Asia/Tokyo", "\"DateStyle\"", "German", "quote_all_identifiers", "on"));
		defaults.put("default_transaction_isolation", "serializable");
		if (this.database.server().serverVersion() >= 170_000) {
			defaults.put("transaction_timeout", "1s");
		}
		defaults.forEach((name, value) -> this.database
			.execute("alter database %s set %s = '%s'".formatted(this.database.name(), name, value)));
		assertThat(this.database.single("show statement_timeout", String.class)).isEqualTo("1s");
	}

	@Test
	void aBuildHasNoLimitAndOutlivesItsClient() throws SQLException {
		Map<String, String> settings = settings(ConnectionPurpose.DDL, new BuildSettings("77MB", 3));
		assertThat(settings).containsEntry("statement_timeout", "0")
			.containsEntry("lock_timeout", "0")
			.containsEntry("client_connection_check_interval", "0")
			.containsEntry("idle_session_timeout", "1min")
			.containsEntry("idle_in_transaction_session_timeout", "1min")
			.containsEntry("maintenance_work_mem", "77MB")
			.containsEntry("max_parallel_maintenance_workers", "3")
			.containsEntry("default_transaction_isolation", "read committed")
			.containsEntry("application_name", "heavy-index:create_x")
			.containsEntry("search_path", "\"$user\", public");
		if (this.database.server().serverVersion() >= 170_000) {
			assertThat(settings).containsEntry("transaction_timeout", "0");
		}
		formatsArePinned(settings);
	}

	@Test
	void anObserverIsShortAndPrintsSchemas() throws SQLException {
		Map<String, String> settings = settings(ConnectionPurpose.OBSERVER, BuildSettings.SERVER_DEFAULTS);
		assertThat(settings).containsEntry("statement_timeout", "5s")
			.containsEntry("lock_timeout", "1s")
			.containsEntry("idle_session_timeout", "0")
			.containsEntry("search_path", "pg_catalog");
		formatsArePinned(settings);
	}

	@Test
	void controlIsShortAndResolvesNamesAsTheApplicationDoes() throws SQLException {
		Map<String, String> settings = settings(ConnectionPurpose.CONTROL, new BuildSettings("77MB", 3));
		assertThat(settings).containsEntry("statement_timeout", "5s")
			.containsEntry("lock_timeout", "1s")
			.containsEntry("search_path", "\"$user\", public")
			.doesNotContainEntry("maintenance_work_mem", "77MB");
	}

	@Test
	void aSocketTimeoutOfTheApplicationDoesNotEndABuild() throws SQLException {
		PGSimpleDataSource dataSource = this.database.dataSource();
		dataSource.setSocketTimeout(1);
		DedicatedConnections connections = new DedicatedConnections(null, null, dataSource,
				BuildSettings.SERVER_DEFAULTS);
		try (PhysicalConnection connection = connections.open(ConnectionPurpose.DDL, "a");
				var statement = connection.jdbc().createStatement()) {
			assertThat(connection.jdbc().getNetworkTimeout()).isZero();
			// longer than the socket timeout and the default statement timeout
			statement.execute("select pg_sleep(1.5)");
		}
		try (PhysicalConnection connection = connections.open(ConnectionPurpose.OBSERVER, "a")) {
			assertThat(connection.jdbc().getNetworkTimeout()).isEqualTo(PhysicalConnection.ANSWER_TIMEOUT_MILLIS);
		}
	}

	@Test
	void aReadOnlyDriverPropertyIsUndone() throws SQLException {
		PGSimpleDataSource dataSource = this.database.dataSource();
		dataSource.setReadOnly(true);
		dataSource.setReadOnlyMode("always");
		try (PhysicalConnection connection = new DedicatedConnections(null, null, dataSource,
				BuildSettings.SERVER_DEFAULTS)
			.open(ConnectionPurpose.DDL, "a"); var statement = connection.jdbc().createStatement()) {
			statement.execute("create table t (id int)");
		}
	}

	@Test
	void aSettingThatTheServerRefusesNamesTheProperty() {
		assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> settings(ConnectionPurpose.DDL, new BuildSettings("lots", null)))
			.withMessageContaining("maintenance_work_mem")
			.withMessageContaining("heavy-index.build.maintenance-work-mem");
	}

	@Test
	void applicationNamesAreCutToWholeCharacters() {
		assertThat(SessionSettings.applicationName("create_x")).isEqualTo("heavy-index:create_x");
		String cut = SessionSettings.applicationName("x" + "\uD83D\uDE00".repeat(40));
		assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(60, 63);
		assertThat(cut).endsWith("\uD83D\uDE00");
	}

	private static void formatsArePinned(Map<String, String> settings) {
		assertThat(settings).containsEntry("TimeZone", "UTC")
			.containsEntry("DateStyle", "ISO, MDY")
			.containsEntry("IntervalStyle", "postgres")
			.containsEntry("quote_all_identifiers", "off");
	}

	private Map<String, String> settings(ConnectionPurpose purpose, BuildSettings build) throws SQLException {
		TimeZone jvm = TimeZone.getDefault();
		// pgjdbc sends it at login
		TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
		try (PhysicalConnection connection = new DedicatedConnections(null, null, this.database.dataSource(), build)
			.open(purpose, "create_x");
				var statement = connection.jdbc().createStatement();
				var rows = statement.executeQuery("select name, current_setting(name) from pg_settings")) {
			Map<String, String> settings = new TreeMap<>();
			while (rows.next()) {
				settings.put(rows.getString(1), rows.getString(2));
			}
			return settings;
		}
		finally {
			TimeZone.setDefault(jvm);
		}
	}

}
