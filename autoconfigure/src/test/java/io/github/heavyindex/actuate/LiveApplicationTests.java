package io.github.heavyindex.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.CountingConnectionSource;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole thing: an application with the starter and the actuator, a real database, and
 * an operator at the other end of HTTP.
 */
class LiveApplicationTests {

	private static final String UNIQUE = "create_unique";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final HttpClient client = HttpClient.newHttpClient();

	private final JsonMapper json = JsonMapper.builder().build();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b text)",
				"insert into logs select i, i, 'b' || i from generate_series(1, 150000) i", "analyze logs");
	}

	private ConfigurableApplicationContext start(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.application.name=shop",
				"--spring.datasource.url=" + this.database.jdbcUrl(),
				"--spring.datasource.username=" + this.database.username(),
				"--spring.datasource.password=" + this.database.password(), "--spring.main.banner-mode=off",
				"--management.endpoints.web.exposure.include=heavyindexes,health,metrics",
				"--management.endpoint.heavyindexes.access=unrestricted",
				"--management.endpoint.health.show-details=always", "--heavy-index.poll-interval=20ms",
				"--heavy-index.drift.check-interval=200ms",
				"--heavy-index.operations.create_a.sql=create index a_idx on logs (b, a) where id > 0",
				"--heavy-index.operations.create_a.critical=true", "--heavy-index.operations.create_a.description=By b",
				"--heavy-index.operations.create_unique.sql=create unique index u_idx on logs ((a / 2))",
				"--heavy-index.operations.create_unique.depends-on[0]=create_a"));
		arguments.addAll(WebApplication.WITHOUT_SECURITY);
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new SpringApplicationBuilder(Application.class).logStartupInfo(false)
			.run(arguments.toArray(String[]::new));
	}

	@Test
	void anOperatorSeesItHappen() throws Exception {
		Connection blocker = blocker();
		try (ConfigurableApplicationContext application = start()) {
			JsonNode waiting = await(application, "create_a",
					(operation) -> operation.path("progress").path("blockedBy").size() == 1);
			assertThat(waiting.propertyNames()).containsExactly("name", "type", "table", "index", "sql", "description",
					"critical", "dependsOn", "state", "waitingFor", "adopted", "drift", "attempts", "startedAt",
					"finishedAt", "duration", "instance", "progress", "lastError", "indexSize", "tableSize",
					"rollingBack", "dataSource", "history", "actions", "partitions");
			assertThat(waiting.path("state").asString()).isEqualTo("RUNNING");
			assertThat(waiting.path("type").asString()).isEqualTo("CREATE");
			assertThat(waiting.path("table").asString()).isEqualTo("public.logs");
			assertThat(waiting.path("index").asString()).isEqualTo("a_idx");
			assertThat(waiting.path("sql").asString()).startsWith("CREATE INDEX CONCURRENTLY");
			assertThat(waiting.path("critical").asBoolean()).isTrue();
			assertThat(waiting.path("attempts").asInt()).isEqualTo(1);
			assertThat(Instant.parse(waiting.path("startedAt").asString())).isBefore(Instant.now().plusSeconds(5));
			assertThat(waiting.path("finishedAt").isNull()).isTrue();
			assertThat(Duration.parse(waiting.path("duration").asString())).isPositive();
			assertThat(waiting.path("tableSize").asLong()).isPositive();
			JsonNode progress = waiting.path("progress");
			assertThat(progress.propertyNames()).containsExactly("phase", "percent", "remaining", "pid", "blocksDone",
					"blocksTotal", "tuplesDone", "tuplesTotal", "blockedBy", "blocking");
			assertThat(progress.path("phase").asString()).isEqualTo("waiting for writers before build");
			JsonNode blockedBy = progress.path("blockedBy").path(0);
			assertThat(blockedBy.propertyNames()).containsExactly("pid", "user", "application", "state", "since");
			assertThat(blockedBy.path("state").asString()).isEqualTo("idle in transaction");
			assertThat(health(application).path("status").asString()).isEqualTo("OUT_OF_SERVICE");
			assertThat(metric(application, "heavy.index.operations?tag=state:running")).isEqualTo(1);
			assertThat(metric(application, "heavy.index.blocked?tag=name:create_a")).isEqualTo(1);

			List<JsonNode> seen = watch(application, blocker);
			assertThat(seen).extracting((operation) -> operation.path("progress").path("phase").asString(""))
				.filteredOn((phase) -> !phase.isEmpty())
				.doesNotHaveDuplicates()
				.hasSizeGreaterThan(1);
			assertThat(seen).extracting((operation) -> operation.path("progress").path("percent").asDouble(100))
				.isSorted();

			JsonNode failed = await(application, UNIQUE, (operation) -> state(operation).equals("FAILED"));
			assertThat(failed.path("lastError").asString()).contains("23505");
			assertThat(failed.path("history")).hasSize(1);
			assertThat(failed.path("history").path(0).propertyNames()).containsExactly("attempt", "startedAt",
					"finishedAt", "duration", "instance", "pid", "outcome", "sqlState", "error", "sizeBefore",
					"sizeAfter");
			JsonNode all = get(application, "/heavyindexes");
			assertThat(all.propertyNames()).containsExactly("summary", "paused", "instance", "lastObserved", "problem",
					"operations", "undeclaredInvalidIndexes", "dataSources", "actions");
			assertThat(all.path("summary").toString())
				.isEqualTo("{\"total\":2,\"completed\":1,\"running\":0,\"pending\":0,\"failed\":1,\"cancelled\":0,"
						+ "\"skipped\":0,\"drifted\":0}");
			assertThat(health(application).path("status").asString()).as("the one that failed is not critical")
				.isEqualTo("UP");
			assertThat(metric(application, "heavy.index.progress?tag=name:create_a")).isEqualTo(1);
			assertThat(metric(application, "heavy.index.operations?tag=state:failed")).isEqualTo(1);
			awaitOne(application, "heavy.index.attempts?tag=name:create_a&tag=outcome:completed");
			awaitOne(application, "heavy.index.attempts?tag=name:create_unique&tag=outcome:failed");
		}
	}

	private List<JsonNode> watch(ConfigurableApplicationContext application, Connection blocker) throws SQLException {
		List<JsonNode> seen = new ArrayList<>();
		blocker.rollback();
		Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> {
			JsonNode now = get(application, "/heavyindexes/create_a");
			if (seen.isEmpty() || !phase(now).equals(phase(seen.get(seen.size() - 1)))) {
				seen.add(now);
			}
			return state(now).equals("COMPLETED");
		});
		return seen;
	}

	@Test
	void anOperatorCancelsAndRetries() throws Exception {
		Connection blocker = blocker();
		try (ConfigurableApplicationContext application = start()) {
			await(application, "create_a", (operation) -> state(operation).equals("RUNNING"));
			assertThat(post(application, "create_a", "retry").statusCode()).isEqualTo(400);
			assertThat(post(application, "create_a", "cancel").statusCode()).isEqualTo(200);
			JsonNode cancelled = await(application, "create_a", (operation) -> state(operation).equals("CANCELLED"));
			assertThat(cancelled.path("lastError").asString()).contains("Cancelled by request");
			assertThat(health(application).path("status").asString()).isEqualTo("OUT_OF_SERVICE");
			assertThat(get(application, "/heavyindexes/create_unique").path("waitingFor").asString())
				.isEqualTo("dependency create_a");
			blocker.rollback();
			Awaitility.await().until(() -> this.database.single("select to_regclass('a_idx') is null", Boolean.class));
			assertThat(post(application, "create_a", "retry").statusCode()).isEqualTo(200);
			JsonNode completed = await(application, "create_a", (operation) -> state(operation).equals("COMPLETED"));
			assertThat(completed.path("history")).hasSize(2);
			assertThat(post(application, "create_a", "cancel").body()).startsWith("{\"error\":\"create_a is COMPLETED");

			await(application, UNIQUE, (operation) -> state(operation).equals("FAILED"));
			this.database.execute("delete from logs where a % 2 = 1");
			assertThat(post(application, UNIQUE, "retry").statusCode()).isEqualTo(200);
			await(application, UNIQUE, (operation) -> state(operation).equals("COMPLETED"));
			this.database.execute("drop index a_idx");
			JsonNode drifted = await(application, "create_a", (operation) -> !operation.path("drift").isNull());
			assertThat(drifted.path("drift").asString()).isEqualTo("MISSING");
			assertThat(state(drifted)).isEqualTo("COMPLETED");
			assertThat(health(application).path("details").path("drifted").path("create_a").asString())
				.isEqualTo("MISSING");
			assertThat(metric(application, "heavy.index.drift?tag=name:create_a")).isEqualTo(1);
			assertThat(post(application, "create_a", "retry").statusCode()).isEqualTo(200);
			await(application, "create_a",
					(operation) -> operation.path("drift").isNull() && state(operation).equals("COMPLETED"));
		}
	}

	@Test
	void aManagementPortStartsNoSecondLoop() {
		try (ConfigurableApplicationContext application = start("management.server.port=0")) {
			Awaitility.await()
				.until(() -> this.database.single(
						"select count(*) from pg_index where indexrelid = to_regclass('a_idx')" + " and indisvalid",
						Long.class) == 1);
			assertThat(application.getEnvironment().getProperty("local.management.port"))
				.isNotEqualTo(application.getEnvironment().getProperty("local.server.port"));
			assertThat(application.getBean(CountingConnectionSource.class).opened())
				.filteredOn((purpose) -> purpose == ConnectionPurpose.OBSERVER)
				.hasSize(1);
			assertThat(this.database.single("""
					select count(*) from heavy_index_attempt where name = 'create_a'""", Long.class)).isOne();
		}
	}

	private Connection blocker() throws SQLException {
		Connection blocker = this.database.connection();
		blocker.setAutoCommit(false);
		try (var statement = blocker.createStatement()) {
			statement.execute("insert into logs values (-1, -1, 'x')");
		}
		return blocker;
	}

	private JsonNode await(ConfigurableApplicationContext application, String name, Predicate<JsonNode> expected) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> get(application, "/heavyindexes/" + name), expected);
	}

	private static String state(JsonNode operation) {
		return operation.path("state").asString("");
	}

	private static String phase(JsonNode operation) {
		return operation.path("progress").path("phase").asString("");
	}

	private JsonNode health(ConfigurableApplicationContext application) {
		return get(application, "/health").path("components").path("heavyIndexes");
	}

	private double metric(ConfigurableApplicationContext application, String query) {
		return get(application, "/metrics/" + query).path("measurements").path(0).path("value").asDouble();
	}

	// the endpoint shows an end a moment before the event tells it
	private void awaitOne(ConfigurableApplicationContext application, String query) {
		Awaitility.await().until(() -> metric(application, query), (value) -> value == 1);
	}

	private JsonNode get(ConfigurableApplicationContext application, String path) {
		return this.json.readTree(send(request(application, path)).body());
	}

	private HttpResponse<String> post(ConfigurableApplicationContext application, String name, String action) {
		return send(request(application, "/heavyindexes/" + name).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"" + action + "\"}")));
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext application, String path) {
		String port = application.getEnvironment().getRequiredProperty("local.server.port");
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator" + path));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		static BeanPostProcessor counting() {
			return CountingConnectionSource.decorator();
		}

	}

}
