package io.github.heavyindex.sample.demo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import io.github.heavyindex.sample.TestDatabase;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the page at {@code /} does, over HTTP, from one end to the other.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "demo.rows=20000", "heavy-index.poll-interval=200ms", "heavy-index.drift.check-interval=500ms",
				"spring.datasource.hikari.connection-timeout=5000" })
@DirtiesContext
class DemoPageTests {

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) throws Exception {
		String url = Objects.requireNonNull(((DriverManagerDataSource) TestDatabase.create()).getUrl());
		registry.add("spring.datasource.url", () -> url);
	}

	@Test
	void theIndexIsBuiltInBothWaysAndTroubleIsTold() {
		awaitHeavy("COMPLETED");
		assertThat(scan()).contains("Index").contains(HeavyBuild.INDEX);
		assertThat(post("heavy").getStatusCode()).as("it is there").isEqualTo(HttpStatus.CONFLICT);
		assertThat(post("troubles/kill-backend").getStatusCode()).as("nothing runs").isEqualTo(HttpStatus.CONFLICT);

		assertThat(post("rollback").getStatusCode()).isEqualTo(HttpStatus.OK);
		awaitHeavy("CANCELLED");
		assertThat(scan()).isEqualTo("Seq Scan on large_email");

		assertThat(post("ordinary").getStatusCode()).isEqualTo(HttpStatus.OK);
		await().atMost(Duration.ofSeconds(30)).until(() -> this.<String>state("$.ordinary.state").equals("DONE"));
		assertThat(scan()).contains(OrdinaryBuild.INDEX);
		post("rollback");

		post("heavy");
		awaitHeavy("COMPLETED");
		assertThat(scan()).contains(HeavyBuild.INDEX);

		post("troubles/drop-index");
		await().atMost(Duration.ofSeconds(30)).until(() -> "MISSING".equals(state("$.heavy.drift")));
		post("troubles/old-transaction");
		post("heavy");
		await().atMost(Duration.ofSeconds(30))
			.ignoreException(PathNotFoundException.class)
			.until(() -> this.<List<String>>state("$.heavy.progress.blockedBy[*].application")
				.contains("forgotten report"));
		assertThat(post("troubles/kill-backend").getStatusCode()).isEqualTo(HttpStatus.OK);
		await().atMost(Duration.ofSeconds(60))
			.until(() -> state("$.heavy.drift") == null && state("$.heavy.state").equals("COMPLETED"));

		post("troubles/duplicates");
		await().atMost(Duration.ofSeconds(30)).until(() -> state("$.unique.state").equals("FAILED"));
		assertThat(this.<String>state("$.unique.lastError")).contains("23505");
	}

	@Test
	void queriesGiveTheirConnectionsBack() {
		awaitHeavy("COMPLETED");
		for (int i = 0; i < 30; i++) {
			assertThat(scan()).contains("Scan");
		}
	}

	@Test
	void requestsAreMadeAndMeasuredWhileSomebodyWatches() {
		await().atMost(Duration.ofSeconds(30))
			.until(() -> this.<List<?>>state("$.load.writes").size() > 5
					&& this.<List<?>>state("$.load.reads").size() > 5);
	}

	@Test
	void whatChangesSomethingIsRefusedToPagesOfOtherSites() {
		ResponseEntity<String> answer = client().post()
			.uri("/demo/rollback")
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toEntity(String.class);
		assertThat(answer.getStatusCode().is4xxClientError()).isTrue();
	}

	@Test
	void thePageIsThere() {
		assertThat(client().get().uri("/").retrieve().body(String.class)).contains("demo.js")
			.doesNotContain("<style")
			.doesNotContain("onclick");
	}

	private void awaitHeavy(String state) {
		await().atMost(Duration.ofSeconds(60)).until(() -> this.<String>state("$.heavy.state").equals(state));
	}

	private <T> T state(String path) {
		return JsonPath.read(Objects.requireNonNull(client().get().uri("/demo").retrieve().body(String.class)), path);
	}

	private String scan() {
		return JsonPath.read(Objects.requireNonNull(post("query").getBody()), "$.scan");
	}

	private ResponseEntity<String> post(String path) {
		return client().post()
			.uri("/demo/" + path)
			.header("X-Demo", "page")
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toEntity(String.class);
	}

	private RestClient client() {
		return RestClient.create("http://localhost:" + this.port);
	}

}
