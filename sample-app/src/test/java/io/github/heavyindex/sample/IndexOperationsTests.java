package io.github.heavyindex.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import com.jayway.jsonpath.JsonPath;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the sample declares, carried out on its embedded server through several starts.
 */
class IndexOperationsTests {

	private static final String MUST_FAIL = "create_large_email_message_id_key";

	@TempDir
	static Path temp;

	@Test
	void everyOperationEndsAndNothingIsDoneTwice() throws IOException {
		Map<String, Long> built;
		try (ConfigurableApplicationContext first = start()) {
			awaitEnd(first);
			built = indexes(first);
			assertThat(built.keySet()).containsExactlyInAnyOrder("small_email_pkey", "small_email_email_idx",
					"large_email_pkey", "large_email_size_idx", "large_email_email_sent_idx", "large_email_unread_idx",
					"large_email_subject_lower_idx", "large_email_sent_covering_idx", "large_email_domain_idx",
					"large_email_sender_idx");
			assertThat(definition(first, "large_email_sender_idx")).endsWith("(sender, sent_at DESC)");
			showsOverHttp(first);
		}
		try (ConfigurableApplicationContext second = start()) {
			awaitEnd(second);
			assertThat(indexes(second)).as("oids after a second start").isEqualTo(built);
			second.getBean(JdbcClient.class).sql("DROP TABLE heavy_index_operation, heavy_index_attempt").update();
		}
		try (ConfigurableApplicationContext third = start()) {
			awaitEnd(third);
			assertThat(indexes(third)).as("oids after the loss of the history").isEqualTo(built);
		}
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(SampleApplication.class).run("--server.port=0", "--demo.port=0",
				"--demo.rows=20000", "--demo.data-directory=" + temp.resolve("postgres"),
				"--heavy-index.poll-interval=200ms");
	}

	private void awaitEnd(ConfigurableApplicationContext context) {
		HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
		await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
			Map<OperationState, List<String>> names = heavyIndexes.list()
				.stream()
				.collect(Collectors.groupingBy(OperationStatus::state,
						Collectors.mapping(OperationStatus::name, Collectors.toList())));
			assertThat(names).as("operations by their state")
				.containsOnlyKeys(OperationState.COMPLETED, OperationState.FAILED);
			assertThat(names.get(OperationState.COMPLETED)).hasSize(12);
			assertThat(names.get(OperationState.FAILED)).containsExactly(MUST_FAIL);
		});
		assertThat(heavyIndexes.list()).allMatch((operation) -> operation.drift() == null);
		assertThat(heavyIndexes.find(MUST_FAIL).orElseThrow().lastError()).contains("23505");
	}

	private void showsOverHttp(ConfigurableApplicationContext context) throws IOException {
		RestClient client = RestClient
			.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
		String mails = client.get().uri("/emails/user1@example1.com").retrieve().body(String.class);
		assertThat(JsonPath.<Boolean>read(mails, "$.indexCompleted")).isTrue();
		assertThat(JsonPath.<String>read(mails, "$.plan"))
			.isEqualTo("Index Scan using large_email_email_sent_idx on large_email");
		assertThat(JsonPath.<List<?>>read(mails, "$.rows")).hasSize(20);
		String operations = client.get().uri("/actuator/heavyindexes").retrieve().body(String.class);
		assertThat(JsonPath.<Integer>read(operations, "$.summary.completed")).isEqualTo(12);
		assertThat(
				JsonPath.<String>read(client.get().uri("/actuator/health").retrieve().body(String.class), "$.status"))
			.as("what failed is not critical")
			.isEqualTo("UP");
		MonitoringFiles.assertThatTheyReadWhatIsExposed(
				Objects.requireNonNull(client.get().uri("/actuator/prometheus").retrieve().body(String.class)));
		assertThat(JsonPath.<Integer>read(client.get().uri("/writes").retrieve().body(String.class), "$.failures"))
			.isZero();
	}

	private Map<String, Long> indexes(ConfigurableApplicationContext context) {
		return context.getBean(JdbcClient.class)
			.sql("""
					SELECT relname, indexrelid::bigint AS oid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
					WHERE indrelid IN ('small_email'::regclass, 'large_email'::regclass) AND indisvalid
					""")
			.query((row, number) -> Map.entry(row.getString("relname"), row.getLong("oid")))
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	private String definition(ConfigurableApplicationContext context, String index) {
		return context.getBean(JdbcClient.class)
			.sql("SELECT pg_get_indexdef(:index::regclass)")
			.param("index", index)
			.query(String.class)
			.single();
	}

}
