package io.github.heavyindex.actuate;

import java.net.http.HttpResponse;

import io.github.heavyindex.OperationState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the orders that {@link HeavyIndexesEndpoint} takes once access is
 * unrestricted.
 */
class HeavyIndexesEndpointActionTests {

	private static final InMemoryHeavyIndexes heavyIndexes = new InMemoryHeavyIndexes();

	private static WebApplication application;

	@BeforeAll
	static void start() {
		application = new WebApplication(heavyIndexes, "management.endpoint.heavyindexes.access=unrestricted");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void declare() {
		heavyIndexes.set(TestOperation.of("create_x", OperationState.RUNNING).build());
		heavyIndexes.set(TestOperation.of("create_y", OperationState.FAILED).build());
	}

	@Test
	void cancelsARunningOperation() {
		HttpResponse<String> response = application.post("/heavyindexes/create_x", "{\"action\":\"cancel\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("\"name\":\"create_x\"")
			.contains("\"state\":\"CANCELLED\"")
			.endsWith("\"history\":[],\"actions\":[],\"partitions\":[]}");
		assertThat(state("create_x")).isEqualTo(OperationState.CANCELLED);
		assertThat(state("create_y")).isEqualTo(OperationState.FAILED);
	}

	@Test
	void retriesAFailedOperation() {
		HttpResponse<String> response = application.post("/heavyindexes/create_y", "{\"action\":\"retry\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("\"state\":\"PENDING\"");
		assertThat(state("create_y")).isEqualTo(OperationState.PENDING);
	}

	@Test
	void refusesAnActionThatDoesNotFitTheState() {
		HttpResponse<String> response = application.post("/heavyindexes/create_x", "{\"action\":\"retry\"}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body())
			.isEqualTo("{\"error\":\"The operation 'create_x' is RUNNING; there is nothing to retry\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"action\":\"retry\"}", "{\"action\":\"nonsense\"}", "{}" })
	void anUnknownNameIsNotFoundWhateverTheAction(String body) {
		HttpResponse<String> response = application.post("/heavyindexes/create_z", body);
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.body()).startsWith("{\"error\":\"No operation 'create_z' is declared");
	}

	@ParameterizedTest
	@ValueSource(strings = { "skip", "approve", "rollback" })
	void ordersToOneOperationShowWhoGaveThem(String action) {
		HttpResponse<String> response = application.post("/heavyindexes/create_y",
				"{\"action\":\"" + action + "\",\"securityContext\":\"mallory\"}", "X-User", "alice");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("\"name\":\"create_y\"")
			.contains("\"actions\":[{\"action\":\"" + action
					+ "\",\"actor\":\"alice\",\"at\":\"1970-01-01T00:00:00Z\"}]");
	}

	@ParameterizedTest
	@CsvSource({ "pause, true", "resume, false" })
	void ordersToAllOperations(String action, boolean paused) {
		HttpResponse<String> response = application.post("/heavyindexes", "{\"action\":\"" + action + "\"}", "X-User",
				"bob");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("\"paused\":" + paused)
			.contains("\"action\":\"" + action + "\",\"actor\":\"bob\"");
	}

	@Test
	void allFailedOperationsAreRetried() {
		HttpResponse<String> response = application.post("/heavyindexes", "{\"action\":\"retry-failed\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("\"failed\":0");
		assertThat(state("create_y")).isEqualTo(OperationState.PENDING);
		assertThat(state("create_x")).isEqualTo(OperationState.RUNNING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"action\":null}", "{\"action\":\"\"}", "{\"Action\":\"cancel\"}", "" })
	void aMissingActionIsNamed(String body) {
		assertRefused("/heavyindexes/create_x", body, "The field 'action' of the JSON body is missing");
		assertRefused("/heavyindexes", body, "The field 'action' of the JSON body is missing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"action\":\"undo\"}", "{\"action\":\"CANCEL\"}", "{\"action\":\" cancel\"}",
			"{\"action\":\"'; DROP TABLE logs; --\"}", "{\"action\":1}" })
	void anUnknownActionIsNamedWithTheKnownOnes(String body) {
		assertRefused("/heavyindexes/create_x", body,
				"use 'retry', 'cancel', 'skip', 'approve', 'run-now' or 'rollback'");
		assertRefused("/heavyindexes", body, "use 'pause', 'resume' or 'retry-failed', or name an operation");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "[]", "\"cancel\"", "{\"action\":{\"a\":\"cancel\"}}", "{\"action\":[\"cancel\"]}" })
	void aBodyThatIsNoActionIsRefused(String body) {
		assertThat(application.post("/heavyindexes/create_x", body).statusCode()).isEqualTo(400);
		assertThat(state("create_x")).isEqualTo(OperationState.RUNNING);
	}

	private static void assertRefused(String path, String body, String reason) {
		HttpResponse<String> response = application.post(path, body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).startsWith("{\"error\":\"").contains(reason);
		assertThat(state("create_x")).isEqualTo(OperationState.RUNNING);
	}

	private static OperationState state(String name) {
		return heavyIndexes.find(name).orElseThrow().state();
	}

}
