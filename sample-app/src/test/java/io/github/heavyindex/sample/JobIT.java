package io.github.heavyindex.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged application, a web application, as a check and as a job: in processes of
 * their own that end.
 */
class JobIT {

	private static final String BUILDING = """
			SELECT index_relid::regclass::text FROM pg_stat_progress_create_index WHERE datname = current_database()""";

	private static final String VALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE indisvalid";

	private static final String INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid";

	@TempDir
	Path temp;

	@Test
	void checksThenDoesItsJobAndEndsWithAnExitCode() throws Exception {
		String url = TestDatabase.createUrl();
		Path json = this.temp.resolve("check.json");
		Output check = run(url, "--heavy-index.mode=check", "--heavy-index.check.json=" + json);
		assertThat(check.exitCode()).as(check.text()).isEqualTo(2);
		assertThat(check.text()).contains("Nothing was changed.", "13 operations: ", "Exit code 2: ");
		assertThat(JsonPath.<Integer>read(Files.readString(json), "$.summary.total")).isEqualTo(13);

		Output job = run(url, "--heavy-index.mode=job", "--heavy-index.job.timeout=5m");
		assertThat(job.exitCode()).as(job.text()).isZero();
		assertThat(job.text())
			.contains("13 in total, 12 carried out, 0 adopted, 0 skipped, 1 failed, 0 waiting",
					"Job: 13 of 13 operations have ended")
			.containsPattern("large_email_email_sent_idx \\(critical\\) +created")
			.containsPattern("create_large_email_message_id_key +FAILED");

		Output strict = run(url, "--heavy-index.mode=job", "--heavy-index.job.fail-on=any");
		assertThat(strict.exitCode()).as(strict.text()).isEqualTo(1);
		assertThat(strict.text()).contains("12 complete before", "Exit code 1: ");
	}

	@Test
	void aTerminatedJobLeavesItsBuildToTheServer() throws Exception {
		String url = TestDatabase.createUrl();
		try (Connection old = oldSnapshot(url); Connection connection = TestDatabase.connect(url)) {
			String log = terminated(url);
			assertThat(log).contains("(stopped; its builds go on in their server sessions): 13 in total")
				.doesNotContain("Exit code");
			List<String> built = select(connection, BUILDING);
			assertThat(built).isNotEmpty();
			assertThat(select(connection, INVALID)).containsAll(built);
			old.rollback();
			await().atMost(1, TimeUnit.MINUTES).until(() -> select(connection, BUILDING).isEmpty());
			await().atMost(1, TimeUnit.MINUTES).until(() -> select(connection, VALID).containsAll(built));
			assertThat(select(connection, INVALID)).isEmpty();
		}
	}

	@Test
	void aTerminatedJobCancelsItsBuildAndRemovesWhatItLeavesWhereThatIsSet() throws Exception {
		String url = TestDatabase.createUrl();
		try (Connection old = oldSnapshot(url); Connection connection = TestDatabase.connect(url)) {
			String log = terminated(url, "--heavy-index.on-shutdown=cancel");
			assertThat(select(connection, BUILDING)).isEmpty();
			assertThat(select(connection, INVALID)).isEmpty();
			assertThat(log).contains("(stopped; its builds are being cancelled): 13 in total")
				.doesNotContain("Exit code");
			assertThat(select(connection, "SELECT state FROM heavy_index_operation")).doesNotContain("RUNNING");
		}
	}

	private static Connection oldSnapshot(String url) throws SQLException {
		Connection old = TestDatabase.connect(url);
		old.setAutoCommit(false);
		old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		select(old, "SELECT 1");
		return old;
	}

	/**
	 * What a job has told that was terminated while it built.
	 */
	private String terminated(String url, String... arguments) throws IOException, InterruptedException {
		Path log = this.temp.resolve("job.log");
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--heavy-index.mode=job");
		Process job = start(url, log, all.toArray(String[]::new));
		try {
			await().atMost(2, TimeUnit.MINUTES)
				.until(() -> !job.isAlive() || Files.readString(log).contains("waiting for old snapshots"));
			job.destroy();
			assertThat(job.waitFor(60, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			job.destroyForcibly();
		}
		assertThat(job.exitValue()).as("ended by SIGTERM").isEqualTo(128 + 15);
		return Files.readString(log);
	}

	private Output run(String url, String... arguments) throws IOException, InterruptedException {
		Path log = Files.createTempFile(this.temp, "run", ".log");
		Process process = start(url, log, arguments);
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends by itself: %s", Files.readString(log)).isTrue();
			return new Output(process.exitValue(), Files.readString(log));
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static Process start(String url, Path log, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-jar",
				System.getProperty("sample.jar"), "--server.port=0", "--demo.rows=20000", "--demo.writes-per-second=0",
				"--spring.datasource.url=" + url, "--heavy-index.poll-interval=200ms"));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
	}

	private static List<String> select(Connection connection, String sql) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
			List<String> names = new ArrayList<>();
			while (rows.next()) {
				names.add(rows.getString(1));
			}
			return names;
		}
	}

	record Output(int exitCode, String text) {

	}

}
