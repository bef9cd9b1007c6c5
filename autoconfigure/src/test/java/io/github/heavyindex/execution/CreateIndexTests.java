package io.github.heavyindex.execution;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every row of the table of decisions for CREATE, on a real server.
 */
class CreateIndexTests {

	private static final String SQL = "CREATE INDEX logs_a_idx ON logs (a DESC) WHERE b IS NOT NULL";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int, b text)",
				"insert into logs select i, i % 1000, 'b' || i from generate_series(1, 20000) i", "analyze logs");
	}

	@Test
	void anAbsentIndexIsBuilt() {
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isFalse();
			assertThat(operation.attempts()).isEqualTo(1);
			assertThat(operation.duration()).isNotNull();
			assertThat(operation.table()).isEqualTo("public.logs");
			assertThat(operation.indexSize()).isPositive();
			assertThat(operation.tableSize()).isPositive();
			assertThat(application.heavyIndexes().isCompleted("create_a")).isTrue();
			assertThat(valid("logs_a_idx")).isTrue();
			assertThat(application.heavyIndexes().history("create_a")).hasSize(1);
		}
	}

	@Test
	void anEqualIndexIsAdopted() {
		this.database.execute(SQL);
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.COMPLETED);
			assertThat(operation.adopted()).isTrue();
			assertThat(operation.attempts()).isZero();
			assertThat(application.heavyIndexes().history("create_a")).isEmpty();
		}
	}

	@Test
	void anotherDefinitionFailsWithBoth() {
		this.database.execute("create index logs_a_idx on logs (a)");
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			OperationStatus operation = application.await("create_a", OperationState.FAILED);
			assertThat(operation.lastError()).contains("(a DESC) WHERE (b IS NOT NULL)", "USING btree (a)");
			assertThat(this.database.single("select pg_get_indexdef('logs_a_idx'::regclass)", String.class))
				.isEqualTo("CREATE INDEX logs_a_idx ON public.logs USING btree (a)");
		}
	}

	@Test
	void anInvalidLeftoverIsRepaired() {
		this.database.execute(SQL, "update pg_index set indisvalid = false where indexrelid = 'logs_a_idx'::regclass");
		long oid = this.database.single("select 'logs_a_idx'::regclass::oid::bigint", Long.class);
		try (TestApplication application = TestApplication.on(this.database).operation("create_a", SQL).start()) {
			application.await("create_a", OperationState.COMPLETED);
			assertThat(valid("logs_a_idx")).isTrue();
			assertThat(this.database.single("select 'logs_a_idx'::regclass::oid::bigint", Long.class))
				.isNotEqualTo(oid);
		}
	}

	private boolean valid(String index) {
		return Boolean.TRUE.equals(
				this.database.single("select indisvalid and indisready from pg_index where indexrelid = to_regclass(?)",
						Boolean.class, index));
	}

}
