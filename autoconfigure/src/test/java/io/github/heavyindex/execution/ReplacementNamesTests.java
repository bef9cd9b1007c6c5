package io.github.heavyindex.execution;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An index is replaced whatever its name, though the side names are derived from it.
 */
class ReplacementNamesTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@ParameterizedTest
	@ValueSource(strings = { "x23456789012345678901234567890123456789012345678901234567890123",
			"ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜx", "it's a \"\"quoted\"\" % $$ name", "Select", "a.b" })
	void replacesIt(String name) {
		String table = "\"My Schema's\".\"ta%ble\"";
		String index = "\"My Schema's\".\"" + name + "\"";
		this.database.execute("create schema \"My Schema's\"", "create table " + table + " (a int, \"B b\" int)",
				"insert into " + table + " select i, i from generate_series(1, 100) i",
				"create index \"" + name + "\" on " + table + " (a)", "comment on index " + index + " is '50 % {d}'");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("replace", "create index \"" + name + "\" on " + table + " (a, \"B b\" desc)")
			.property("heavy-index.on-mismatch", "replace")
			.start()) {
			application.await("replace", OperationState.COMPLETED);
			application.awaitTurns();
			assertThat(application.status("replace").drift()).isNull();
		}
		assertThat(this.indexes.definition(index)).endsWith("(a, \"B b\" DESC)");
		assertThat(this.database.single("select obj_description(?::regclass, 'pg_class')", String.class, index))
			.isEqualTo("50 % {d}");
		assertThat(this.database.single("select count(*) from pg_class where relkind = 'i'"
				+ " and relnamespace = '\"My Schema''s\"'::regnamespace", Integer.class))
			.isEqualTo(1);
	}

}
