package io.github.heavyindex.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where our own tables are, and what happens when they are not.
 */
class OwnTablesTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint)");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_x", "create index x on logs (id)");
	}

	@Test
	void inTheFirstSchemaOfTheSearchPath() {
		this.database.execute("create schema app", "alter table logs set schema app",
				"alter database " + this.database.name() + " set search_path = missing, app, public");
		try (TestApplication application = application().start()) {
			application.await("create_x", OperationState.COMPLETED);
			assertThat(schemas()).containsExactly("app");
		}
	}

	@Test
	void inASchemaOfTheirOwn() {
		this.database.execute("create schema \"Heavy \"\"Index\"");
		try (TestApplication application = application().property("heavy-index.history.schema", "Heavy \"Index")
			.start()) {
			application.await("create_x", OperationState.COMPLETED);
			assertThat(schemas()).containsExactly("Heavy \"Index");
			assertThat(application.heavyIndexes().history("create_x")).hasSize(1);
		}
	}

	@Test
	void inASchemaThatDoesNotExist() {
		try (TestApplication application = application().property("heavy-index.history.schema", "nowhere").start()) {
			assertThat(problem(application)).contains("nowhere", "heavy-index.history.schema");
		}
	}

	@Test
	void neverCreatedByUsIfSoSaid() {
		try (TestApplication application = application().property("heavy-index.history.initialize-schema", "never")
			.start()) {
			assertThat(problem(application)).contains("heavy_index_operation", "heavy_index_attempt", "schema public",
					"schema.sql", "heavy-index.history.initialize-schema=always");
			assertThat(schemas()).isEmpty();
			assertThat(this.database.single("select to_regclass('x') is null", Boolean.class)).isTrue();
			// the mend that it names
			createByHand(application);
			application.await("create_x", OperationState.COMPLETED);
			assertThat(application.heavyIndexes().status().problem()).isNull();
		}
	}

	private void createByHand(TestApplication application) {
		try (var script = application.getClass()
			.getClassLoader()
			.getResourceAsStream("io/github/heavyindex/history/schema.sql")) {
			assertThat(script).isNotNull();
			this.database
				.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8).replace("@schema@", "public"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void aRoleThatMayNotCreateTables() {
		TestRole role = this.database.createRole("");
		this.database.execute("revoke create on schema public from public", "alter table logs owner to " + role.name());
		try (TestApplication application = application().property("spring.datasource.username", role.name())
			.property("spring.datasource.password", role.password())
			.start()) {
			assertThat(problem(application)).contains("permission denied for schema public", "Grant the role CREATE",
					"heavy-index.history.schema");
			this.database.execute("grant create on schema public to " + role.name());
			application.await("create_x", OperationState.COMPLETED);
		}
	}

	@Test
	void droppedWhileTheApplicationRuns() {
		try (TestApplication application = application().start()) {
			application.await("create_x", OperationState.COMPLETED);
			this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
			Awaitility.await()
				.until(() -> schemas().equals(List.of("public")) && this.database
					.single("select count(*) = 1 from heavy_index_operation where state = 'COMPLETED'", Boolean.class));
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			Awaitility.await().until(() -> heavyIndexes.status().problem() == null);
			assertThat(heavyIndexes.isCompleted("create_x")).isTrue();
			assertThat(application.status("create_x").attempts()).isZero();
		}
	}

	@Test
	void oneOfTheTwoDropped() {
		try (TestApplication application = application().start()) {
			application.await("create_x", OperationState.COMPLETED);
			this.database.execute("drop table heavy_index_attempt", "drop index x");
			application.await("create_x", (operation) -> operation.drift() != null);
			application.heavyIndexes().retry("create_x");
			application.await("create_x", (operation) -> operation.completed() && operation.attempts() == 1);
			assertThat(this.database.single("select count(*) from heavy_index_attempt", Long.class)).isOne();
		}
	}

	@Test
	void twoApplicationsShareThem() {
		this.database.execute("create table other (id bigint)");
		try (TestApplication first = application().property("spring.application.name", "first").start();
				TestApplication second = TestApplication.on(this.database)
					.operation("create_x", "create index y on other (id)")
					.property("spring.application.name", "second")
					.start()) {
			first.await("create_x", OperationState.COMPLETED);
			second.await("create_x", OperationState.COMPLETED);
			assertThat(this.database.query("select application from heavy_index_operation order by 1", String.class))
				.containsExactly("first", "second");
			assertThat(first.heavyIndexes().history("create_x")).hasSize(1);
			assertThat(second.heavyIndexes().history("create_x")).hasSize(1);
		}
	}

	private String problem(TestApplication application) {
		HeavyIndexes heavyIndexes = application.heavyIndexes();
		return String
			.valueOf(Awaitility.await().until(() -> heavyIndexes.status().problem(), (problem) -> problem != null));
	}

	private List<String> schemas() {
		return this.database.query("""
				select schemaname::text from pg_tables where tablename like 'heavy\\_index\\_%'
				group by schemaname having count(*) = 5""", String.class);
	}

}
