package io.github.heavyindex.faults;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas that are processes of their own.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class ReplicaProcessTests {

	@Test
	void replicasInDifferentTimeZonesSeeNoDrift() throws Exception {
		Map<String, String> properties = Map.of("heavy-index.operations.create_recent.sql",
				"CREATE INDEX visits_recent_idx ON visits (at) WHERE at > '2024-01-01 00:00:00' AND at < '2030-07-01'");
		try (FaultServer server = FaultServer.start(Map.of("timezone", "Asia/Kolkata"))) {
			FaultDatabase database = FaultDatabase.create(server, "zones");
			database.asOwner("create table visits (id int, at timestamptz)");
			try (ApplicationProcess tokyo = start(database, properties, "Asia/Tokyo");
					ApplicationProcess newYork = start(database, properties, "America/New_York")) {
				seesNoDrift(tokyo);
				seesNoDrift(newYork);
				tokyo.kill();
				try (ApplicationProcess sydney = start(database, properties, "Australia/Sydney")) {
					seesNoDrift(sydney);
					seesNoDrift(newYork);
				}
			}
			assertThat(database.single("select count(*) from heavy_index_attempt", Integer.class)).isEqualTo(1);
			// as declared, in UTC, whatever the server and the replica that built it say
			try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
				statement.execute("set timezone = 'UTC'");
				ResultSet row = statement.executeQuery("select pg_get_indexdef('visits_recent_idx'::regclass)");
				row.next();
				assertThat(row.getString(1)).contains("'2024-01-01 00:00:00+00'");
			}
		}
	}

	@Test
	void anIndexThatWasReplacedBeforeItsBuilderLooksIsNotTakenForOurs() throws Exception {
		// the worker that builds looks first, not the loop
		Map<String, String> properties = Map.of("heavy-index.poll-interval", "10s", "heavy-index.drift.check-interval",
				"10s", "heavy-index.operations.create_a.sql", "CREATE INDEX logs_a_idx ON logs (slow(a))");
		try (FaultServer server = FaultServer.start(Map.of())) {
			FaultDatabase database = FaultDatabase.create(server, "replaced");
			try (ApplicationProcess builder = ApplicationProcess.start(server, database.name(), FaultDatabase.OWNER,
					properties)) {
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.pollInterval(Duration.ofMillis(20))
					.until(() -> database.oid("logs_a_idx") != null);
				builder.send(Signal.STOP);
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> database.isValid("logs_a_idx"));
				database.asOwner("drop index logs_a_idx", "create index logs_a_idx on logs (b)");
				builder.send(Signal.CONT);
				Reported reported = builder.await("create_a",
						(operation) -> operation.completed() || operation.needsPerson());
				assertThat(reported.completed()).as("%s", reported).isFalse();
				assertThat(reported.error()).contains("slow(a)", "(b)");
			}
		}
	}

	private static ApplicationProcess start(FaultDatabase database, Map<String, String> properties, String zone) {
		return ApplicationProcess.start(database.server(), database.name(), FaultDatabase.OWNER, properties,
				"-Duser.timezone=" + zone);
	}

	private static void seesNoDrift(ApplicationProcess replica) {
		replica.await("create_recent", Reported::completed);
		long start = System.nanoTime();
		// several checks for drift
		Awaitility.await().until(() -> {
			Reported reported = replica.status("create_recent");
			assertThat(reported.completed()).as("%s", reported).isTrue();
			assertThat(reported.drifted()).as("%s", reported).isFalse();
			return System.nanoTime() - start > 1_500_000_000L;
		});
	}

}
