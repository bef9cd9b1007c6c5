package io.github.heavyindex.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged application, with what was prepared ahead of time, in a process of its
 * own.
 */
class AheadOfTimeIT {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	Path temp;

	@Test
	void whatWasPreparedAheadOfTimeStartsAndDoesItsJob() throws Exception {
		Path log = this.temp.resolve("application.log");
		Process application = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dspring.aot.enabled=true", "-jar", System.getProperty("sample.jar"), "--server.port=0",
				"--demo.port=0", "--demo.rows=20000", "--demo.data-directory=" + this.temp.resolve("postgres"),
				"--heavy-index.poll-interval=200ms")
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			await().atMost(Duration.ofMinutes(2))
				.until(() -> !application.isAlive() || PORT.matcher(Files.readString(log)).find());
			assertThat(log).content().contains("Starting AOT-processed SampleApplication");
			await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
				String operations = get(log, "/actuator/heavyindexes");
				assertThat(JsonPath.<List<String>>read(operations, "$.operations[?(@.state == 'COMPLETED')].name"))
					.hasSize(12);
				assertThat(JsonPath.<List<String>>read(operations, "$.operations[?(@.state == 'FAILED')].lastError"))
					.singleElement()
					.asString()
					.contains("23505");
			});
			assertThat(JsonPath.<String>read(get(log, "/actuator/health"), "$.status")).isEqualTo("UP");
		}
		finally {
			end(application);
			endServer(this.temp.resolve("postgres/postmaster.pid"));
		}
		assertThat(log).content().contains("has stopped");
	}

	private static String get(Path log, String uri) throws IOException {
		Matcher port = PORT.matcher(Files.readString(log));
		assertThat(port.find()).isTrue();
		return String.valueOf(
				RestClient.create("http://localhost:" + port.group(1)).get().uri(uri).retrieve().body(String.class));
	}

	// nobody else would, had the application gone without its server
	private static void endServer(Path pidFile) throws IOException {
		if (Files.exists(pidFile)) {
			ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).get(0).strip()))
				.ifPresent(ProcessHandle::destroyForcibly);
		}
	}

	private static void end(Process application) throws InterruptedException {
		application.destroy();
		if (!application.waitFor(60, TimeUnit.SECONDS)) {
			application.destroyForcibly().waitFor();
		}
	}

}
