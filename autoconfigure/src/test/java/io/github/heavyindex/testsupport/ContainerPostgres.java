package io.github.heavyindex.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * PostgreSQL in a container, removed by Testcontainers when the JVM ends.
 */
final class ContainerPostgres {

	private static final int DEFAULT_MAJOR = 17;

	private ContainerPostgres() {
	}

	static boolean isAvailable() {
		try {
			return DockerClientFactory.instance().isDockerAvailable();
		}
		catch (RuntimeException | LinkageError ex) {
			return false;
		}
	}

	static String image(@Nullable Integer major) {
		return "postgres:" + ((major != null) ? major : DEFAULT_MAJOR) + "-alpine";
	}

	@SuppressWarnings("resource") // lives as long as the JVM
	static PostgresServer.Address start(@Nullable Integer major, Map<String, String> settings) {
		List<String> command = new ArrayList<>(List.of("postgres"));
		settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
		PostgreSQLContainer container = new PostgreSQLContainer(image(major)).withUsername("postgres")
			.withPassword("postgres")
			.withDatabaseName("postgres");
		container.setCommand(command.toArray(String[]::new));
		container.start();
		return new PostgresServer.Address(container.getHost(),
				container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT), container.getUsername(),
				container.getPassword());
	}

}
