package io.github.heavyindex.actuate;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexesEndpoint} over HTTP, as an application has it that sets
 * nothing but the exposure.
 */
class HeavyIndexesEndpointWebTests {

	static final String OPERATION_FIELDS = """
			"name":"create_logs_address_idx","type":"CREATE","table":"public.logs","index":"logs_address_idx",\
			"sql":"CREATE INDEX CONCURRENTLY logs_address_idx ON logs (address)","description":"By address",\
			"critical":false,"dependsOn":["backfill"],"state":"RUNNING","waitingFor":null,"adopted":false,"drift":null,\
			"attempts":2,"startedAt":"2026-01-01T01:56:58Z","finishedAt":null,"duration":"PT3M2S","instance":"host-1",\
			"progress":{"phase":"building index: scanning table","percent":41.7,"remaining":"PT4M10S","pid":4711,\
			"blocksDone":1,"blocksTotal":2,"tuplesDone":0,"tuplesTotal":0,\
			"blockedBy":[{"pid":812,"user":"app","application":"billing","state":null,"since":"PT2M"}],"blocking":[]},\
			"lastError":null,"indexSize":123456,"tableSize":null,"rollingBack":false,"dataSource":null""";

	static final String ALL = """
			{"summary":{"total":1,"completed":0,"running":1,"pending":0,"failed":0,"cancelled":0,"skipped":0,\
			"drifted":0},"paused":false,"instance":"host-1","lastObserved":"2026-01-01T02:00:00Z","problem":null,\
			"operations":[{%s}],"undeclaredInvalidIndexes":{"total":1,"largest":[{"index":"public.old_idx",\
			"table":"public.old","size":8192,"maintained":true,"unique":false,"workedOn":true,"statement":null,\
			"note":"Wait.","dataSource":null}]},"dataSources":[{"name":null,"lastObserved":"2026-01-01T02:00:00Z",\
			"problem":null,"paused":false,"summary":{"total":1,"completed":0,"running":1,"pending":0,"failed":0,\
			"cancelled":0,"skipped":0,"drifted":0}}],"actions":[]}""".formatted(OPERATION_FIELDS);

	static final String ONE = """
			{%s,"history":[{"attempt":1,"startedAt":"2026-01-01T01:00:00Z","finishedAt":"2026-01-01T01:01:00Z",\
			"duration":"PT1M","instance":"host-1","pid":4710,"outcome":"RETRY","sqlState":"55P03",\
			"error":"canceling statement due to lock timeout","sizeBefore":null,"sizeAfter":8192},{"attempt":2,"startedAt":"2026-01-01T01:56:58Z",\
			"finishedAt":null,"duration":null,"instance":"host-1","pid":4711,"outcome":"RUNNING","sqlState":null,\
			"error":null,"sizeBefore":8192,"sizeAfter":null}],"actions":[{"action":"skip","actor":null,\
			"at":"2026-01-01T00:30:00Z"},{"action":"approve","actor":"alice","at":"2026-01-01T00:00:00Z"}],\
			"partitions":[]}"""
		.formatted(OPERATION_FIELDS);

	private static WebApplication application;

	@BeforeAll
	static void start() {
		application = new WebApplication(heavyIndexes());
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	static InMemoryHeavyIndexes heavyIndexes() {
		OperationProgress progress = new OperationProgress("building index: scanning table", 41.7654,
				Duration.ofSeconds(250), 4711, 1, 2, 0, 0,
				List.of(new DatabaseSession(812, "app", "billing", null, Duration.ofMinutes(2), null)), List.of());
		InMemoryHeavyIndexes heavyIndexes = new InMemoryHeavyIndexes(
				new OperationStatus("create_logs_address_idx", OperationType.CREATE, "public.logs", "logs_address_idx",
						"CREATE INDEX CONCURRENTLY logs_address_idx ON logs (address)", "By address", false,
						List.of("backfill"), OperationState.RUNNING, null, false, null, 2,
						Instant.parse("2026-01-01T01:56:58Z"), null, Duration.ofSeconds(182), "host-1", progress, null,
						123456L, null, false, null));
		heavyIndexes.lastObserved(Instant.parse("2026-01-01T02:00:00Z"));
		heavyIndexes
			.undeclared(new UndeclaredInvalidIndexes(1, List.of(new UndeclaredInvalidIndexes.Index("public.old_idx",
					"public.old", 8192, true, false, true, null, "Wait.", null))));
		heavyIndexes.attempts("create_logs_address_idx",
				new OperationAttempt(1, Instant.parse("2026-01-01T01:00:00Z"), Instant.parse("2026-01-01T01:01:00Z"),
						Duration.ofMinutes(1), "host-1", 4710, OperationAttempt.Outcome.RETRY, "55P03",
						"canceling statement due to lock timeout", null, 8192L),
				new OperationAttempt(2, Instant.parse("2026-01-01T01:56:58Z"), null, null, "host-1", 4711,
						OperationAttempt.Outcome.RUNNING, null, null, 8192L, null));
		heavyIndexes.actions("create_logs_address_idx",
				new OperationAction("skip", null, Instant.parse("2026-01-01T00:30:00Z")),
				new OperationAction("approve", "alice", Instant.parse("2026-01-01T00:00:00Z")));
		return heavyIndexes;
	}

	@Test
	void showsEveryFieldInItsPlaceEvenNulls() {
		HttpResponse<String> response = application.get("/heavyindexes");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo(ALL);
	}

	@Test
	void showsOneOperationWithItsHistory() {
		HttpResponse<String> response = application.get("/heavyindexes/create_logs_address_idx");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo(ONE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "application/json" })
	void answersJsonToTools(String accept) {
		HttpResponse<String> response = application.get("/heavyindexes", "Accept", accept);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).get().asString().contains("json");
		assertThat(response.body()).isEqualTo(ALL);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unknown", "CREATE_LOGS_ADDRESS_IDX", "create_logs_address_idx%20",
			"x';DROP%20TABLE%20logs;--", "%22%7D%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%F0%9F%90%98", "%00", "%2F",
			"a%2Fb", "..%2F..", "%5C", "%25", "%25s%25n", "$%7Bjndi:ldap:x%7D", "a/b", ";a=b", "%0D%0ASet-Cookie:a",
			"x?name=y&name=z", "history", "null" })
	void aNameThatIsNotDeclaredIsTheCallersErrorAndNeverOurs(String name) {
		HttpResponse<String> response = application.get("/heavyindexes/" + name);
		assertThat(response.statusCode()).isIn(400, 404);
		assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
	}

	@Test
	void saysWhichNameIsUnknown() {
		HttpResponse<String> response = application.get("/heavyindexes/%3Cb%3E%22");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("Content-Type")).get().asString().contains("json");
		assertThat(response.body()).startsWith("{\"error\":\"No operation '<b>\\\"' is declared");
	}

	@Test
	void takesNoOrdersByDefault() {
		assertThat(application.post("/heavyindexes/create_logs_address_idx", "{\"action\":\"cancel\"}").statusCode())
			.isEqualTo(405);
		assertThat(application.post("/heavyindexes", "{\"action\":\"pause\"}").statusCode()).isEqualTo(405);
		assertThat(application.get("/heavyindexes").body()).isEqualTo(ALL);
	}

}
