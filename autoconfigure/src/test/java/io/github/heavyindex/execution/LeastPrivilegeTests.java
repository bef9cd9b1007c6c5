package io.github.heavyindex.execution;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A role that owns the table and has CREATE on its schema is enough.
 */
class LeastPrivilegeTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@Test
	void anOwnerWithCreateOnTheSchemaIsEnoughAndIsToldWhatIsLessThanItCouldBe() {
		TestRole owner = owner();
		this.database.execute("grant create on schema public to " + owner.name(),
				"revoke temp on database \"" + this.database.name() + "\" from public",
				"create index logs_b_idx on logs (b)");
		try (TestApplication application = application(owner)) {
			application.await("create_logs_a_idx", OperationState.COMPLETED);
			assertThat(application.await("create_logs_b_idx", OperationState.COMPLETED).adopted()).isTrue();
			assertThat(application.heavyIndexes().status().problem()).contains("pg_read_all_stats", "TEMP");
			assertThat(this.database.query("select relname from pg_class where relname like 'heavy_index_clone%'",
					String.class))
				.isEmpty();
		}
	}

	@Test
	void withoutCreateOnTheSchemaTheGrantIsNamed() {
		TestRole owner = owner();
		this.database.execute("create schema history authorization " + owner.name(),
				"revoke create on schema public from public");
		try (TestApplication application = TestApplication.on(this.database)
			.as(owner)
			.property("heavy-index.history.schema", "history")
			.operation("create_logs_a_idx", "CREATE INDEX logs_a_idx ON logs (a)")
			.start()) {
			assertThat(application.await("create_logs_a_idx", OperationState.FAILED).lastError()).startsWith("[42501]")
				.contains("GRANT CREATE ON SCHEMA");
		}
	}

	private TestRole owner() {
		TestRole owner = this.database.createRole("");
		this.database.execute("create table logs (a int, b text)", "alter table logs owner to " + owner.name());
		return owner;
	}

	private TestApplication application(TestRole role) {
		return TestApplication.on(this.database)
			.as(role)
			.operation("create_logs_a_idx", "CREATE INDEX logs_a_idx ON logs (a)")
			.operation("create_logs_b_idx", "CREATE INDEX logs_b_idx ON logs (b)")
			.start();
	}

}
