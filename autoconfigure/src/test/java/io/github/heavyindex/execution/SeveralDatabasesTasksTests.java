package io.github.heavyindex.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.jayway.jsonpath.JsonPath;
import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs and checks whose operations are on two databases.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeveralDatabasesTasksTests {

	private static final String INDEX = "create index logs_idx on logs (a)";

	private static final String FAILS = "create unique index logs_key on logs (b)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@TempDir
	Path temp;

	private TestDatabase reporting;

	private final List<Integer> codes = new CopyOnWriteArrayList<>();

	@BeforeEach
	void tables() {
		this.reporting = this.database.another();
		for (TestDatabase each : List.of(this.database, this.reporting)) {
			each.execute("create table logs (a int, b int)",
					"insert into logs select i, i % 10 from generate_series(1, 1000) i");
		}
	}

	@Test
	void aJobCarriesOutWhatIsOnBothAndSaysWhatIsWhere(CapturedOutput output) {
		assertThat(run("job",
				application().operation("create_here", INDEX)
					.operationOn("reporting", "create_there", INDEX, "create_here")
					.operation("create_last", "create index logs_last_idx on logs (b)", "create_there")))
			.isZero();
		assertThat(output).contains("3 in total, 3 carried out, 0 adopted")
			.containsPattern("create_there +created .* on public.logs of \\d+ kB +in reporting\n")
			.containsPattern("create_here +created .* on public.logs of \\d+ kB\n");
	}

	@Test
	void aJobDoesNotWaitForWhatFailedElsewhere(CapturedOutput output) {
		assertThat(run("job",
				application().property("heavy-index.job.fail-on", "any")
					.operation("create_here", FAILS)
					.operationOn("reporting", "create_there", INDEX, "create_here")
					.operation("create_last", "create index logs_last_idx on logs (b)", "create_there")))
			.isEqualTo(1);
		assertThat(output).contains("    dependency create_here", "    dependency create_there",
				"3 in total, 0 carried out, 0 adopted, 0 skipped, 1 failed, 2 waiting");
	}

	@Test
	void aJobDoesNotWaitForADatabaseThatItMayNotUse(CapturedOutput output) {
		PGSimpleDataSource stranger = this.reporting.dataSource();
		stranger.setUser("nobody_of_that_name");
		assertThat(run("job",
				application(stranger).operation("create_here", INDEX)
					.operationOn("reporting", "create_there", INDEX)
					.operation("create_last", "create index logs_last_idx on logs (b)", "create_there")))
			.isEqualTo(1);
		assertThat(output).contains("3 in total, 1 carried out", "    dependency create_there",
				"Problem: Data source 'reporting': The server refuses the login",
				"Set heavy-index.datasources.reporting.url (and .username, .password) to the database itself.");
	}

	@Test
	void aCheckSaysWhatWouldBeDoneOnBoth(CapturedOutput output) throws IOException {
		Path file = this.temp.resolve("check.json");
		TestApplication.Builder check = application().property("heavy-index.check.json", file.toString())
			.operation("create_here", INDEX)
			.operationOn("reporting", "create_there", INDEX, "create_here");
		assertThat(run("check", check)).isEqualTo(2);
		assertThat(output)
			.containsPattern("The application's data source: PostgreSQL .*, database " + this.database.name())
			.containsPattern("Data source 'reporting': PostgreSQL .*, database " + this.reporting.name())
			.containsPattern("create_there +wait +public.logs .*\n    in      reporting\n")
			.contains("    why     dependency create_here\n", "2 operations: 2 to do, 0 with nothing to do, 0 wrong\n");
		String json = Files.readString(file);
		assertThat(JsonPath.<List<String>>read(json, "$.operations[*].dataSource")).containsExactly(null, "reporting");
		assertThat(JsonPath.<List<String>>read(json, "$.dataSources[*].name")).containsExactly(null, "reporting");
		assertThat(JsonPath.<List<String>>read(json, "$.dataSources[*].server"))
			.allSatisfy((server) -> assertThat(server).startsWith("PostgreSQL "));
		this.database.execute(INDEX);
		assertThat(run("check", check)).as("only the other one").isEqualTo(2);
		assertThat(output).containsPattern("create_there +build +public.logs ");
		this.reporting.execute(INDEX);
		assertThat(run("check", check)).as("nothing to do").isZero();
	}

	@Test
	void aCheckOfOneGoesOnWhereTheOtherIsDown(CapturedOutput output) {
		PGSimpleDataSource down = this.reporting.dataSource();
		down.setUrl("jdbc:postgresql://localhost:1/none");
		assertThat(run("check", application(down).operation("create_here", INDEX)
			.operationOn("reporting", "create_there", INDEX, "create_here"))).isEqualTo(1);
		assertThat(output).containsPattern("create_here +build +public.logs ")
			.contains("Problem: Data source 'reporting': ", "Exit code 1: something is wrong");
	}

	private TestApplication.Builder application() {
		return application(this.reporting.dataSource());
	}

	private TestApplication.Builder application(PGSimpleDataSource reporting) {
		return TestApplication.on(this.database)
			.dataSource("reporting", reporting)
			.customize((application) -> application.initializers(
					(context) -> context.getBeanFactory().registerSingleton("exit", (HeavyIndexExit) this.codes::add)));
	}

	private int run(String mode, TestApplication.Builder builder) {
		this.codes.clear();
		builder.property("heavy-index.mode", mode).start().close();
		assertThat(this.codes).hasSize(1);
		return this.codes.get(0);
	}

}
