package io.github.heavyindex.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that says what it would do, does nothing and ends.
 */
@ExtendWith(OutputCaptureExtension.class)
class CheckModeTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@TempDir
	Path temp;

	private final List<Integer> codes = new ArrayList<>();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (a int, b int, c text)",
				"insert into logs select i, i % 10, 'text ' || i from generate_series(1, 20000) i", "analyze logs");
	}

	@Test
	void saysWhatWouldBeDoneAndWhatIsWrongAndChangesNothing(CapturedOutput output) throws IOException {
		this.database.execute("create index logs_old_idx on logs (b)", "create index logs_b_c_idx on logs (b, c)",
				"create unique index logs_a_key on logs (a)", "create index logs_there_idx on logs (c)",
				"create table others (id int)", "create index invalid_idx on others (id)",
				"update pg_index set indisvalid = false where indexrelid = 'invalid_idx'::regclass");
		long before = writes();
		assertThat(check(check().with(Backfill.class)
			.operation("create_there", "create index logs_there_idx on logs (c)")
			.operation("create_b", "create index logs_b_idx on logs (b)")
			.operation("create_part", "create index logs_part_idx on logs (lower(c)) where a > 10", "backfill")
			.operation("drop_old", "drop index logs_old_idx", "create_b")
			.operation("create_typo", "create index logs_typo_idx on logs (d)", "create_b")
			.operation("create_mismatch", "create index logs_a_key on logs (a, b)")
			.operation("create_later", "create index later_idx on later (id)", "backfill")
			.operation("rename_there", "alter index logs_b_c_idx rename to logs_bc_idx"))).isEqualTo(1);
		assertThat(output).contains("Nothing was changed.", "OPERATION ")
			.containsPattern(
					"create_there +nothing +public.logs +\\d+ kB\n    why     its goal is met: the index is there")
			.containsPattern("create_b +build +public.logs +\\d+ kB +~\\d+ kB +seconds\n")
			.contains("    why     there is no such index\n"
					+ "    1.      CREATE INDEX CONCURRENTLY \"logs_b_idx\" ON \"public\".\"logs\" (b)\n"
					+ "            SHARE UPDATE EXCLUSIVE on public.logs: reads and writes go on (waits for older transactions to end)\n"
					+ "    note    covered by public.logs_b_c_idx, which begins with the same columns\n"
					+ "    note    a duplicate of public.logs_old_idx (drop_old drops it)\n")
			.containsPattern("create_part +wait +public.logs +\\d+ kB +~\\d+ kB +seconds\n")
			.contains("    why     prerequisite backfill\n", "    note    the estimated size is that of all rows")
			.contains("    why     dependency create_b\n")
			.containsPattern("create_typo +FAIL +public.logs")
			.contains("WRONG   [42703] column \"d\" does not exist. Correct the column's name")
			.contains("WRONG   [42P07] An index logs_a_key exists with another definition.",
					"note    the table later is not there yet")
			.containsPattern("rename_there +rename +public.logs +\\d+ kB +seconds")
			.contains("8 operations: 5 to do, 1 with nothing to do, 2 wrong\nExit code 1: something is wrong")
			.contains("Invalid indexes that no operation declares (1):\n    public.invalid_idx on public.others");
		assertThat(output.toString().lines().filter((line) -> !line.matches("\\d\\d:\\d\\d.*")))
			.allMatch((line) -> line.length() <= 120);
		assertThat(this.database.single("select to_regclass('heavy_index_operation') is null", Boolean.class)).isTrue();
		assertThat(writes()).as("inserts, updates and deletes").isEqualTo(before);
		assertThat(Files.list(this.temp)).isEmpty();
	}

	@Test
	void theExitCodeTellsAPipelineWhetherThereIsSomethingToDo(CapturedOutput output) throws IOException {
		TestApplication.Builder check = check().operation("create_a", "create index logs_a_idx on logs (a)")
			.property("heavy-index.operations.create_a.critical", "true");
		Path file = this.temp.resolve("check.json");
		assertThat(check(check.property("heavy-index.check.json", file.toString()))).isEqualTo(2);
		assertThat(output).contains("1 operations: 1 to do, ");
		String json = Files.readString(file);
		assertThat(JsonPath.<Integer>read(json, "$.exitCode")).isEqualTo(2);
		assertThat(JsonPath.<Map<String, Integer>>read(json, "$.summary"))
			.isEqualTo(Map.of("total", 1, "toDo", 1, "nothing", 0, "wrong", 0));
		assertThat(JsonPath.<Map<String, Object>>read(json, "$.operations[0]")).containsEntry("name", "create_a")
			.containsEntry("type", "CREATE")
			.containsEntry("table", "public.logs")
			.containsEntry("verdict", "TO_DO")
			.containsEntry("action", "build")
			.containsEntry("critical", true)
			.containsEntry("tableRows", 20000)
			.containsEntry("timeClass", "SECONDS")
			.containsEntry("sql", "CREATE INDEX CONCURRENTLY \"logs_a_idx\" ON \"public\".\"logs\" (a)");
		int estimated = JsonPath.read(json, "$.operations[0].estimatedIndexSize");
		this.database.execute("create index logs_a_idx on logs (a)");
		assertThat((double) estimated).isBetween(0.8 * size("logs_a_idx"), 1.2 * size("logs_a_idx"));
		assertThat(check(check)).as("nothing to do").isZero();
		assertThat(JsonPath.<String>read(Files.readString(file), "$.operations[0].verdict")).isEqualTo("NOTHING");
		assertThat(check(check.property("heavy-index.check.json", this.temp.resolve("no/such/dir").toString())))
			.as("the report cannot be written")
			.isEqualTo(1);
		assertThat(output).contains("The report cannot be written to heavy-index.check.json=");
	}

	@Test
	void whatFailedBeforeIsWrong(CapturedOutput output) {
		TestApplication.Builder builder = TestApplication.on(this.database)
			.operation("create_b", "create unique index logs_b_key on logs (b)");
		try (TestApplication application = builder.start()) {
			application.awaitAllDone();
		}
		assertThat(check(check().operation("create_b", "create unique index logs_b_key on logs (b)"))).isEqualTo(1);
		assertThat(output).contains("WRONG   it has failed before, and is not tried again by itself: [23505]");
	}

	@Test
	void withoutTheRightsItSaysWhichAreMissing(CapturedOutput output) {
		TestRole role = this.database.createRole("");
		// before PostgreSQL 15 everybody may create in public
		this.database.execute("revoke create on schema public from public");
		TestApplication.Builder check = check().as(role).operation("create_a", "create index logs_a_idx on logs (a)");
		assertThat(check(check)).isEqualTo(1);
		assertThat(output).contains("[42501] must be owner of table public.logs, which is " + this.database.username(),
				"Problem: The tables of Heavy Index cannot be created in schema public");
		this.database.execute("alter table logs owner to " + role.name(),
				"create schema ours authorization " + role.name());
		assertThat(check(check.property("heavy-index.history.schema", "ours"))).isEqualTo(1);
		assertThat(output).contains("[42501] permission denied for schema public");
		this.database.execute("grant create on schema public to " + role.name());
		assertThat(check(check)).isEqualTo(2);
	}

	@Test
	void withoutADatabaseItSaysWhy(CapturedOutput output) {
		assertThat(check(check().property("spring.datasource.url", "jdbc:postgresql://localhost:1/none")
			.operation("create_a", "create index logs_a_idx on logs (a)"))).isEqualTo(1);
		assertThat(output).contains("Problem: ", "refused", "Exit code 1: something is wrong");
	}

	@Test
	void aQueuedAlterTableHoldsUpNoCheck(CapturedOutput output) {
		this.database.execute("create index logs_b_idx on logs (b)");
		OtherSession alter = OtherSession.on(this.database);
		alter.execute("begin", "lock table logs in access exclusive mode");
		assertThat(check(check().operation("create_a", "create index logs_a_idx on logs (a)"))).isEqualTo(2);
		assertThat(output).contains("why     table in use by pid " + alter.pid(), "note    not validated: ");
	}

	@Test
	void printsJsonInPlaceOfTheTableAndTakesNoOrders(CapturedOutput output) {
		assertThat(check(check().property("heavy-index.check.json", "-"))).isZero();
		assertThat(output).contains("\"summary\":{\"total\":0,\"toDo\":0,\"nothing\":0,\"wrong\":0}")
			.doesNotContain("Exit code");
		try (TestApplication application = check().operation("create_a", "create index logs_a_idx on logs (a)")
			.start()) {
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			assertThat(heavyIndexes.status().problem()).contains("heavy-index.mode=check");
			assertThatExceptionOfType(ActionRefusedException.class).isThrownBy(() -> heavyIndexes.cancel("create_a"))
				.withMessageContaining("heavy-index.mode=check");
		}
		this.codes.clear();
		assertThat(check(check().property("heavy-index.enabled", "false")
			.operation("create_a", "create index logs_a_idx on logs (a)"))).isZero();
		assertThat(output).contains("switched off by heavy-index.enabled=false, and not checked");
	}

	private TestApplication.Builder check() {
		return TestApplication.on(this.database)
			.property("heavy-index.mode", "check")
			.customize((builder) -> builder.initializers(
					(context) -> context.getBeanFactory().registerSingleton("exit", (HeavyIndexExit) this.codes::add)));
	}

	private int check(TestApplication.Builder check) {
		this.codes.clear();
		check.start().close();
		assertThat(this.codes).hasSize(1);
		return this.codes.get(0);
	}

	/**
	 * What all transactions of the database have written that were not rolled back.
	 */
	private long writes() {
		return this.database
			.single("select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_stat_user_tables", Long.class)
				+ this.database.single("select count(*) from pg_class", Long.class);
	}

	private double size(String index) {
		return this.database.single("select pg_relation_size(?::regclass)", Double.class, index);
	}

	static class Backfill implements HeavyIndexPrerequisite {

		@Override
		public String name() {
			return "backfill";
		}

		@Override
		public boolean isComplete() {
			return false;
		}

	}

}
