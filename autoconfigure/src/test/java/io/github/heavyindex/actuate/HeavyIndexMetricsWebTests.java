package io.github.heavyindex.actuate;

import io.github.heavyindex.OperationState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexMetrics} as an application shows them that only adds the
 * starter.
 */
class HeavyIndexMetricsWebTests {

	@Test
	void showsTheProgressOfAnOperation() {
		InMemoryHeavyIndexes heavyIndexes = new InMemoryHeavyIndexes(
				TestOperation.of("create_x", OperationState.RUNNING).progress(25, null).build());
		try (WebApplication application = new WebApplication(heavyIndexes,
				"management.endpoints.web.exposure.include=metrics")) {
			assertThat(application.get("/metrics/heavy.index.progress?tag=name:create_x").body())
				.contains("\"value\":0.25");
			assertThat(application.get("/metrics/heavy.index.operations?tag=state:running").body())
				.contains("\"value\":1.0");
		}
	}

}
