package io.github.heavyindex.actuate;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import io.github.heavyindex.testsupport.OpenTransaction;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A person gives orders by HTTP to one replica, and another one carries the operation
 * out.
 */
class ReplicaOrdersTests {

	private static final String CREATE = "heavy-index.operations.create_a.sql=create index a_idx on logs (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 1000) i");
	}

	private WebApplication replica(String mode) {
		return replica(mode, Duration.ofMillis(100));
	}

	private WebApplication replica(String mode, Duration pollInterval) {
		return WebApplication.on(this.database, pollInterval, CREATE, "heavy-index.mode=" + mode);
	}

	private static HttpResponse<String> order(WebApplication replica, String path, String action) {
		return replica.post("/heavyindexes" + path, "{\"action\":\"" + action + "\"}", "X-User", "alice");
	}

	private static void awaitEverywhere(List<WebApplication> replicas, String path, String text) {
		for (WebApplication replica : replicas) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(40))
				.untilAsserted(() -> assertThat(replica.get("/heavyindexes" + path).body()).contains(text));
		}
	}

	@Test
	void ordersTakeEffectOnTheReplicaThatRunsTheOperation() {
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (WebApplication worker = replica("background"); WebApplication other = replica("observe")) {
			List<WebApplication> both = List.of(worker, other);
			awaitEverywhere(both, "/create_a", "\"phase\":\"waiting for old snapshots\"");
			assertThat(order(other, "/create_a", "cancel").statusCode()).isEqualTo(200);
			awaitEverywhere(both, "/create_a", "\"state\":\"CANCELLED\"");
			this.database.awaitTrue(
					"""
							select to_regclass('a_idx') is null
								and not exists (select from pg_stat_progress_create_index where datname = current_database())""");
			awaitEverywhere(both, "/create_a", "\"actions\":[{\"action\":\"cancel\",\"actor\":\"alice\",\"at\":\"");
			old.close();

			assertThat(order(other, "", "pause").statusCode()).isEqualTo(200);
			awaitEverywhere(both, "", "\"paused\":true");
			assertThat(order(other, "/create_a", "retry").statusCode()).isEqualTo(200);
			awaitEverywhere(both, "/create_a", "\"waitingFor\":\"paused by alice\"");
			HttpResponse<String> refused = order(other, "/create_a", "run-now");
			assertThat(refused.statusCode()).isEqualTo(400);
			assertThat(refused.body()).startsWith("{\"error\":\"create_a cannot be run now: the operations are paused");
			assertThat(order(other, "", "resume").statusCode()).isEqualTo(200);
			awaitEverywhere(both, "/create_a", "\"state\":\"COMPLETED\"");

			// nothing is to be done now, so that nobody looks often
			assertThat(order(other, "/create_a", "rollback").statusCode()).isEqualTo(200);
			awaitEverywhere(both, "/create_a", "\"lastError\":\"Rolled back\"");
			this.database.awaitTrue("select to_regclass('a_idx') is null");
			awaitEverywhere(both, "/create_a", "\"outcome\":\"ROLLED_BACK\"");
		}
	}

	@Test
	void anOrderTakesEffectWithinTwoPollIntervals() {
		Duration pollInterval = Duration.ofSeconds(5);
		OpenTransaction old = OpenTransaction.withSnapshot(this.database);
		try (WebApplication worker = replica("background", pollInterval);
				WebApplication other = replica("observe", pollInterval)) {
			awaitEverywhere(List.of(worker, other), "/create_a", "\"phase\":\"waiting for old snapshots\"");
			assertThat(order(other, "/create_a", "cancel").statusCode()).isEqualTo(200);
			Awaitility.await()
				.atMost(pollInterval.multipliedBy(2))
				.until(() -> this.database
					.single("""
							select to_regclass('a_idx') is null
								and not exists (select from pg_stat_progress_create_index where datname = current_database())""",
							Boolean.class));
			old.close();
		}
	}

	/**
	 * When any session but the asking one had its last statement, or an empty text if
	 * that was just now.
	 */
	private String lastStatementIfQuiet() {
		return this.database.single(
				"""
						select case when max(state_change) < now() - interval '1 second' then max(state_change)::text else '' end
						from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()""",
				String.class);
	}

	@Test
	void openPagesCostTheDatabaseNothing() {
		try (WebApplication application = replica("background")) {
			awaitEverywhere(List.of(application), "/create_a", "\"state\":\"COMPLETED\"");
			URI page = application.uri("local.server.port", "/actuator/heavyindexes");
			String last = Awaitility.await().until(this::lastStatementIfQuiet, (time) -> !time.isEmpty());
			for (int i = 0; i < 20; i++) {
				AbstractHeavyIndexesPageTests.load(application, page);
				assertThat(application.get("/heavyindexes").statusCode()).isEqualTo(200);
				assertThat(application.get("/heavyindexes/create_a").statusCode()).isEqualTo(200);
			}
			Awaitility.await().untilAsserted(() -> assertThat(lastStatementIfQuiet()).isEqualTo(last));
		}
	}

}
