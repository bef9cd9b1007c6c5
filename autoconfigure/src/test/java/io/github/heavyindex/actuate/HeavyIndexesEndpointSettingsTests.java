package io.github.heavyindex.actuate;

import java.lang.management.ManagementFactory;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.github.heavyindex.OperationState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexesEndpoint} under settings that applications make.
 */
class HeavyIndexesEndpointSettingsTests {

	@Test
	void theApplicationsOwnJsonSettingsDoNotChangeTheBody() {
		try (WebApplication application = new WebApplication(HeavyIndexesEndpointWebTests.heavyIndexes(),
				"spring.jackson.property-naming-strategy=SNAKE_CASE",
				"spring.jackson.default-property-inclusion=non_null",
				"spring.jackson.mapper.sort-properties-alphabetically=true",
				"spring.jackson.datatype.datetime.write-dates-as-timestamps=true",
				"spring.jackson.datatype.datetime.write-durations-as-timestamps=true",
				"management.endpoint.heavyindexes.access=unrestricted")) {
			assertThat(application.get("/heavyindexes").body()).isEqualTo(HeavyIndexesEndpointWebTests.ALL);
			assertThat(application.get("/heavyindexes/create_logs_address_idx").body())
				.isEqualTo(HeavyIndexesEndpointWebTests.ONE);
			assertThat(application.post("/heavyindexes/create_logs_address_idx", "{}").body())
				.startsWith("{\"error\":");
		}
	}

	@Test
	void worksOnAManagementPortOfItsOwn() {
		try (WebApplication application = new WebApplication(HeavyIndexesEndpointWebTests.heavyIndexes(),
				"management.server.port=0")) {
			assertThat(application.port("local.management.port")).isNotEqualTo(application.port("local.server.port"));
			assertThat(application.getFromManagementPort("/heavyindexes").body())
				.isEqualTo(HeavyIndexesEndpointWebTests.ALL);
			assertThat(application.getFromManagementPort("/heavyindexes/unknown").statusCode()).isEqualTo(404);
			assertThat(application.get("/heavyindexes").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void noAccessMeansNoEndpoint() {
		try (WebApplication application = new WebApplication(HeavyIndexesEndpointWebTests.heavyIndexes(),
				"management.endpoint.heavyindexes.access=none")) {
			assertThat(application.get("/heavyindexes").statusCode()).isEqualTo(404);
		}
	}

	@Test
	@SuppressWarnings("try")
	void worksOverJmx() throws Exception {
		try (WebApplication application = new WebApplication(HeavyIndexesEndpointWebTests.heavyIndexes(),
				"spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=heavyindexes")) {
			MBeanServer server = ManagementFactory.getPlatformMBeanServer();
			ObjectName name = new ObjectName("org.springframework.boot:type=Endpoint,name=Heavyindexes");
			assertThat(server.invoke(name, "all", new Object[0], new String[0])).asString().contains("problem=null");
			assertThat(server.invoke(name, "one", new Object[] { "create_logs_address_idx" },
					new String[] { String.class.getName() }))
				.asString()
				.contains("history");
		}
	}

	@Test
	void criticalOperationsShowInHealthButNotInLivenessOrReadiness() {
		try (WebApplication application = new WebApplication(
				new InMemoryHeavyIndexes(TestOperation.of("create_x", OperationState.FAILED).critical().build()),
				"management.endpoint.health.show-details=always")) {
			assertThat(application.get("/health").statusCode()).isEqualTo(503);
			assertThat(application.get("/health/heavyIndexes").body()).contains("\"status\":\"DOWN\"")
				.contains("\"incompleteCritical\":{\"create_x\":\"FAILED\"}")
				.contains("\"summary\":{\"total\":1,\"completed\":0,\"running\":0,\"pending\":0,\"failed\":1,");
			assertThat(application.get("/health/liveness").body()).contains("UP").doesNotContain("heavyIndexes");
			assertThat(application.get("/health/readiness").body()).contains("UP").doesNotContain("heavyIndexes");
		}
	}

}
