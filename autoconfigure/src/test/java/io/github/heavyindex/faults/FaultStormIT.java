package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens, no index is lost, doubled, left invalid or reported wrongly, and no
 * traffic is blocked. Runs with the Maven profile {@code faults}:
 * {@code -Dfaults.count=…} faults (200) of {@code -Dfaults.seed=…} (at random).
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class FaultStormIT {

	private static final Logger logger = LoggerFactory.getLogger(FaultStormIT.class);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

	@Test
	void everythingEndsWell() throws Exception {
		long seed = Long.getLong("faults.seed", ThreadLocalRandom.current().nextLong(1_000_000));
		int count = Integer.getInteger("faults.count", 200);
		logger.info("Storm of {} faults; repeat it with -Dfaults.seed={}", count, seed);
		ForeignLocks foreign = new ForeignLocks();
		Summary summary = new Summary(seed);
		try (FaultServer server = FaultServer.start(Map.of("client_connection_check_interval", "500ms"))) {
			FaultDatabase database = FaultDatabase.create(server, "storm");
			try (Witness witness = new Witness(database);
					WriteLoad load = new WriteLoad(server, database.name(), foreign)) {
				try {
					new Storm(database, PlannedFault.draw(seed, count), summary, foreign, witness).run();
				}
				finally {
					logger.info(summary.print(load, witness));
				}
				assertThat(summary.complaints(load, LONGEST_WAIT, witness.lies())).isEmpty();
			}
		}
	}

}
