package io.github.heavyindex.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import io.github.heavyindex.HeavyIndexPrerequisite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the application serves over HTTP before any index operation is carried out.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "demo.port=0", "demo.rows=20000", "heavy-index.enabled=false",
				"spring.datasource.hikari.connection-timeout=5000" })
@DirtiesContext
class SampleApplicationTests {

	@TempDir
	static Path temp;

	@Autowired
	JdbcClient jdbc;

	@Autowired
	List<HeavyIndexPrerequisite> prerequisites;

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void dataDirectory(DynamicPropertyRegistry registry) {
		registry.add("demo.data-directory", () -> temp.resolve("postgres"));
	}

	@Test
	void withoutTheIndexTheQueryIsBounded() {
		awaitData();
		String mails = get("/emails/user1@example1.com").getBody();
		assertThat(JsonPath.<Boolean>read(mails, "$.indexCompleted")).isFalse();
		assertThat(JsonPath.<String>read(mails, "$.plan")).isEqualTo("Seq Scan on large_email");
		assertThat(JsonPath.<List<String>>read(mails, "$.rows[*].email")).hasSize(3).containsOnly("user1@example1.com");
	}

	@Test
	void queriesGiveTheirConnectionsBack() {
		awaitData();
		for (int i = 0; i < 30; i++) {
			assertThat(get("/emails/user1@example1.com").getStatusCode()).isEqualTo(HttpStatus.OK);
		}
	}

	@Test
	void listsPages() {
		awaitData();
		assertThat(JsonPath.<List<Integer>>read(get("/list_large?page=2").getBody(), "$[*].id")).hasSize(20)
			.first()
			.isEqualTo(41);
		assertThat(JsonPath.<List<Integer>>read(get("/list_small").getBody(), "$[*].id")).hasSize(10);
		assertThat(get("/list_small?page=1").getBody()).isEqualTo("[]");
	}

	@Test
	void aPageThatCannotBeIsRefused() {
		assertThat(get("/list_large?page=-1").getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(get("/list_large?page=x").getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(get("/list_large?page=2147483647").getBody()).isEqualTo("[]");
	}

	@Test
	void anAddressIsDataNotSql() {
		awaitData();
		ResponseEntity<String> response = get("/emails/{email}", "x' OR 'a'='a");
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(JsonPath.<List<?>>read(response.getBody(), "$.rows")).isEmpty();
	}

	@Test
	void writesGoOnAndAreMeasured() {
		await().untilAsserted(() -> {
			Map<String, Object> report = JsonPath.read(get("/writes").getBody(), "$");
			assertThat((Integer) report.get("count")).isGreaterThan(10);
			assertThat(report).containsEntry("failures", 0).containsEntry("lastFailure", null);
			assertThat((Double) report.get("slowestMillis")).isPositive();
		});
		assertThat(this.jdbc.sql("SELECT count(*) FROM large_email WHERE id > 1000000000").query(Long.class).single())
			.isPositive();
	}

	@Test
	void theFirstPageLinksWhatThereIsToSee() {
		assertThat(get("/").getBody()).contains("actuator/heavyindexes", "list_large", "writes");
	}

	@Test
	void healthIsExposed() {
		assertThat(get("/actuator/health").getBody()).contains("\"db\"");
	}

	private void awaitData() {
		await().until(() -> this.prerequisites.stream().allMatch(HeavyIndexPrerequisite::isComplete));
	}

	private ResponseEntity<String> get(String uri, Object... variables) {
		return RestClient.create("http://localhost:" + this.port)
			.get()
			.uri(uri, variables)
			.exchange((request, response) -> ResponseEntity.status(response.getStatusCode())
				.body(response.bodyTo(String.class)));
	}

}
