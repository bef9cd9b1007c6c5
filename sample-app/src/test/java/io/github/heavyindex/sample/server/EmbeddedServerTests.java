package io.github.heavyindex.sample.server;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EmbeddedServer}, each step as a user would see it.
 */
class EmbeddedServerTests {

	@TempDir
	Path temp;

	@Test
	void aServerOutlivesItsApplicationAndIsUsedAgain() throws Exception {
		Path directory = this.temp.resolve("postgres");
		Process application = ServerOwner.start(directory);
		await().atMost(Duration.ofSeconds(30))
			.until(() -> Postmaster.of(directory).filter((postmaster) -> postmaster.serves(directory)).isPresent());
		long pid = Postmaster.of(directory).orElseThrow().process().pid();
		ServerOwner.kill(application);

		EmbeddedServer found = EmbeddedServer.findOrStart(directory, 0);
		assertThat(found.postmaster().process().pid()).isEqualTo(pid);

		try (Connection build = found.postmaster().connect(); Statement statement = build.createStatement()) {
			statement.execute("CREATE TABLE kept AS SELECT 1 AS id");
			found.close();
			assertThat(found.postmaster().serves(directory)).as("left to the session that still works in it").isTrue();
		}

		found.close();
		assertThat(found.postmaster().process().isAlive()).isFalse();

		EmbeddedServer restarted = EmbeddedServer.findOrStart(directory, 0);
		try (Connection connection = restarted.postmaster().connect();
				Statement statement = connection.createStatement()) {
			assertThat(restarted.postmaster().process().pid()).isNotEqualTo(pid);
			assertThat(statement.executeQuery("SELECT id FROM kept").next()).as("data is kept").isTrue();
		}
		finally {
			restarted.close();
		}
	}

}
