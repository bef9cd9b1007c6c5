package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that stands still for good holds its table's lock no longer than a minute
 * after its build has ended. Runs with the Maven profile {@code faults}, as it takes that
 * minute.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class FrozenClientIT {

	@Test
	void aFrozenClientFreesItsLock() throws Exception {
		Map<String, String> properties = Map.of("heavy-index.operations.create_a.sql",
				"CREATE INDEX logs_a_idx ON logs (slow(a))", "heavy-index.operations.create_b.sql",
				"CREATE INDEX logs_b_idx ON logs (b)", "heavy-index.operations.create_b.depends-on[0]", "create_a");
		try (FaultServer server = FaultServer.start(Map.of())) {
			FaultDatabase database = FaultDatabase.create(server, "frozen");
			try (ApplicationProcess frozen = ApplicationProcess.start(server, database.name(), FaultDatabase.OWNER,
					properties)) {
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.pollInterval(Duration.ofMillis(20))
					.until(() -> database.oid("logs_a_idx") != null);
				frozen.send(Signal.STOP);
				try (ApplicationProcess other = ApplicationProcess.start(server, database.name(), FaultDatabase.OWNER,
						properties)) {
					assertThat(other.await("create_a", Reported::completed).adopted()).isFalse();
					assertThat(database.oid("logs_b_idx")).isNull();
					Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> other.status("create_b").completed());
				}
				assertThat(database.invalidIndexes()).isEmpty();
			}
		}
	}

}
