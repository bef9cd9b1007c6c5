package io.github.heavyindex.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A check says each statement that would be executed, and the lock that it takes: what is
 * carried out afterwards are those statements.
 */
@ExtendWith(OutputCaptureExtension.class)
class CheckStepsTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@TempDir
	Path temp;

	private final Indexes indexes = new Indexes(this.database);

	private final List<Integer> codes = new ArrayList<>();

	private Path file() {
		return this.temp.resolve("check.json");
	}

	/**
	 * The steps of an operation, each as statement and lock.
	 */
	private List<Map<String, String>> check(TestApplication.Builder application, String operation) throws IOException {
		this.codes.clear();
		application.property("heavy-index.mode", "check")
			.property("heavy-index.check.json", file().toString())
			.start()
			.close();
		assertThat(this.codes).containsExactly(HeavyIndexExit.LEFT_TO_DO);
		List<List<Map<String, String>>> steps = JsonPath.read(Files.readString(file()),
				"$.operations[?(@.name == '" + operation + "')].steps");
		return steps.get(0);
	}

	private static List<String> statements(List<Map<String, String>> steps) {
		return steps.stream().map((step) -> String.valueOf(step.get("statement"))).toList();
	}

	private Number number(String figure) throws IOException {
		return JsonPath.<Number>read(Files.readString(file()), "$.operations[0]." + figure);
	}

	private TestApplication.Builder application(String name, String sql) {
		return TestApplication.on(this.database)
			.operation(name, sql)
			.customize((builder) -> builder.initializers(
					(context) -> context.getBeanFactory().registerSingleton("exit", (HeavyIndexExit) this.codes::add)));
	}

	private void partitions() {
		this.database.execute("create table logs (id int, day int, a text) partition by range (day)",
				"create table logs_1 partition of logs for values from (1) to (2)",
				"create table logs_2 partition of logs for values from (2) to (3)",
				"create table logs_3 partition of logs for values from (3) to (4)",
				"create table logs_deep partition of logs for values from (4) to (5) partition by list (id)",
				"create table logs_deep_0 partition of logs_deep default",
				"insert into logs select i, 1 + i % 4, 'a' || i from generate_series(1, 4000) i", "analyze");
	}

	@Test
	void aPartitionedTableIsPlannedPartitionByPartition(CapturedOutput output) throws IOException {
		partitions();
		this.database.execute("create index logs_a_idx on only logs (lower(a))",
				"create index equal on logs_1 (lower(a))", "create index attached on logs_2 (lower(a))",
				"create index logs_3_logs_a_idx on logs_3 (lower(a))");
		this.indexes.invalidate("attached");
		this.indexes.invalidate("logs_3_logs_a_idx");
		this.database.execute("alter index logs_a_idx attach partition attached");
		List<Map<String, String>> steps = check(application("create_a", "create index logs_a_idx on logs (lower(a))"),
				"create_a");
		assertThat(statements(steps)).containsExactly(
				"CREATE INDEX \"logs_deep_logs_a_idx\" ON ONLY \"public\".\"logs_deep\" (lower(a))",
				"ALTER INDEX \"public\".\"logs_a_idx\" ATTACH PARTITION \"public\".\"logs_deep_logs_a_idx\"",
				"REINDEX INDEX CONCURRENTLY \"public\".\"attached\"",
				"ALTER INDEX \"public\".\"logs_a_idx\" ATTACH PARTITION \"public\".\"attached\"",
				"DROP INDEX CONCURRENTLY \"public\".\"logs_3_logs_a_idx\"",
				"CREATE INDEX CONCURRENTLY \"logs_3_logs_a_idx\" ON \"public\".\"logs_3\" (lower(a))",
				"ALTER INDEX \"public\".\"logs_a_idx\" ATTACH PARTITION \"public\".\"logs_3_logs_a_idx\"",
				"CREATE INDEX CONCURRENTLY \"logs_deep_0_logs_a_idx\" ON \"public\".\"logs_deep_0\" (lower(a))",
				"ALTER INDEX \"public\".\"logs_deep_logs_a_idx\" ATTACH PARTITION \"public\".\"logs_deep_0_logs_a_idx\"",
				"ALTER INDEX \"public\".\"logs_a_idx\" ATTACH PARTITION \"public\".\"equal\"",
				"ANALYZE (SKIP_LOCKED) \"public\".\"logs\"");
		assertThat(steps).allSatisfy((step) -> assertThat(step.get("lock")).contains(" on "));
		assertThat(steps.get(0).get("lock"))
			.startsWith("SHARE on public.logs_deep itself: writes wait, 300 ms at most");
		assertThat(steps.get(1).get("lock")).startsWith("ACCESS EXCLUSIVE on public.logs_deep_logs_a_idx");
		assertThat(steps.get(5).get("lock"))
			.isEqualTo("SHARE UPDATE EXCLUSIVE on public.logs_3: reads and writes go on");
		assertThat(output).contains("    6.      CREATE INDEX CONCURRENTLY \"logs_3_logs_a_idx\"",
				"            SHARE UPDATE EXCLUSIVE on public.logs_2: reads and writes go on (attached, but invalid)");
		Map<String, Object> operation = JsonPath.read(Files.readString(file()), "$.operations[0]");
		assertThat(operation).containsEntry("notes",
				List.of("4 partitions, and 1 partitioned ones between: 1 with an invalid one to repair,"
						+ " 1 with an invalid one to build anew, 1 to build, 1 with an equal one to attach,"
						+ " 0 with their index attached"));
		long bytes = this.database.single("select sum(pg_relation_size(relid)) from pg_partition_tree('logs')",
				Long.class);
		assertThat(number("tableSize").longValue()).isEqualTo(bytes);
		assertThat(operation).containsEntry("tableRows", 4000).containsEntry("timeClass", "SECONDS");
		double estimated = number("estimatedIndexSize").doubleValue();
		try (TestApplication application = application("create_a", "create index logs_a_idx on logs (lower(a))")
			.start()) {
			application.await("create_a", OperationState.COMPLETED);
		}
		assertThat(this.database.query(
				"select inhrelid::regclass::text from pg_inherits"
						+ " where inhparent in ('logs_a_idx'::regclass, 'logs_deep_logs_a_idx'::regclass) order by 1",
				String.class))
			.containsExactly("attached", "equal", "logs_3_logs_a_idx", "logs_deep_0_logs_a_idx",
					"logs_deep_logs_a_idx");
		double size = this.database.single("select sum(pg_relation_size(relid)) from pg_partition_tree('logs_a_idx')",
				Double.class);
		assertThat(estimated).isBetween(0.5 * size, 2 * size);
	}

	@Test
	void manyPartitionsAreSummedUp(CapturedOutput output) throws IOException {
		this.database.execute("create table wide (id int) partition by list (id)",
				"do $$ begin for i in 1..40 loop execute format('create table wide_%s partition of wide for values in (%s)',"
						+ " i, i); end loop; end $$");
		List<Map<String, String>> steps = check(application("create_w", "create index wide_idx on wide (id)"),
				"create_w");
		assertThat(steps).hasSize(81);
		assertThat(output).contains("note    40 partitions: 40 to build, 0 with their index attached",
				"…       and 37 more partitions to build");
		assertThat(output.toString().lines().filter((line) -> line.contains("CREATE INDEX CONCURRENTLY"))).hasSize(3);
	}

	@Test
	void aReplacementIsPlannedToItsEnd() throws IOException {
		this.database.execute("create table logs (a int, b int)", "create index logs_a_idx on logs (a)",
				"create table keyed (a int, constraint keyed_a_key unique (a))");
		TestApplication.Builder application = application("replace_a", "create index logs_a_idx on logs (a, b)")
			.property("heavy-index.on-mismatch", "replace")
			.operation("replace_key", "create unique index keyed_a_key on keyed (a) with (fillfactor = 70)");
		List<Map<String, String>> steps = check(application, "replace_a");
		String side = statements(steps).get(2).replaceAll("(?s).*\\.\"(.*)\"", "$1");
		assertThat(side).startsWith("logs_a_idx_heavy_index_");
		assertThat(statements(steps)).element(0)
			.isEqualTo("CREATE INDEX CONCURRENTLY \"" + side + "\" ON \"public\".\"logs\" (a, b)");
		assertThat(steps.get(1).get("statement")).startsWith("BEGIN; ALTER INDEX \"public\".\"logs_a_idx\" RENAME TO ")
			.contains("; ALTER INDEX \"public\".\"" + side + "\" RENAME TO \"logs_a_idx\"; ")
			.endsWith(" RENAME TO \"" + side + "\"; COMMIT");
		assertThat(steps.get(1).get("lock"))
			.startsWith("SHARE UPDATE EXCLUSIVE on public.logs_a_idx, waited for up to");
		assertThat(steps.get(2).get("statement")).isEqualTo("DROP INDEX CONCURRENTLY \"public\".\"" + side + "\"");
		List<Map<String, String>> constraint = check(application, "replace_key");
		assertThat(constraint.get(1).get("statement")).contains("DROP CONSTRAINT \"keyed_a_key\"; ", " USING INDEX ");
		assertThat(constraint.get(1).get("lock")).startsWith("ACCESS EXCLUSIVE on public.keyed: reads and writes wait");
	}

	@Test
	void theOtherOperationsSayWhichLockTheyTake() throws IOException {
		partitions();
		this.database.execute("create index logs_id_idx on logs (id)", "create index logs_day_idx on logs (day)",
				"create table plain (a int not null, b int)", "create index plain_b_idx on plain (b)",
				"create index plain_gone_idx on plain (b)", "create unique index plain_a_key on plain (a)");
		TestApplication.Builder application = application("drop_parted", "drop index logs_id_idx")
			.operation("rename_parted", "alter index logs_day_idx rename to logs_days_idx")
			.operation("drop_plain", "drop index plain_gone_idx")
			.operation("rebuild_b", "reindex index plain_b_idx")
			.operation("key", "alter table plain add constraint plain_a_key primary key using index plain_a_key")
			.operation("expression", "create index plain_e_idx on plain ((a + b))")
			.property("heavy-index.lock-timeout", "3s");
		assertThat(check(application, "drop_parted")).singleElement()
			.satisfies((step) -> assertThat(step.get("statement")).isEqualTo("DROP INDEX \"public\".\"logs_id_idx\""))
			.satisfies((step) -> assertThat(step.get("lock"))
				.startsWith("ACCESS EXCLUSIVE on public.logs, all its partitions")
				.endsWith("3s at most (lock-timeout)"));
		assertThat(check(application, "rename_parted")).singleElement()
			.satisfies((step) -> assertThat(step.get("lock"))
				.startsWith("SHARE UPDATE EXCLUSIVE on public.logs_day_idx, waited for up to 3s"));
		assertThat(statements(check(application, "drop_plain")))
			.containsExactly("DROP INDEX CONCURRENTLY \"public\".\"plain_gone_idx\"");
		assertThat(statements(check(application, "rebuild_b")))
			.containsExactly("REINDEX INDEX CONCURRENTLY \"public\".\"plain_b_idx\"");
		assertThat(check(application, "key")).singleElement()
			.satisfies((step) -> assertThat(step.get("lock")).startsWith("ACCESS EXCLUSIVE on public.plain:"));
		assertThat(statements(check(application, "expression"))).containsExactly(
				"CREATE INDEX CONCURRENTLY \"plain_e_idx\" ON \"public\".\"plain\" ((a + b))",
				"ANALYZE (SKIP_LOCKED) \"public\".\"plain\"");
	}

}
