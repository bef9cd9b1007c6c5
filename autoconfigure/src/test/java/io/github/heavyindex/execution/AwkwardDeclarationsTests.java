package io.github.heavyindex.execution;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever PostgreSQL can name and build can be declared, and is data.
 */
class AwkwardDeclarationsTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@Test
	void quotedMixedCaseNamesInAnotherSchemaAreBuiltDroppedAndRenamed() {
		this.database.execute("create schema \"My Schema\"",
				"create table \"My Schema\".\"Log \"\"Table\"\"\" (\"Über\" int)",
				"create index \"Old.Idx\" on \"My Schema\".\"Log \"\"Table\"\"\" (\"Über\")",
				"create index \"Gone;Idx\" on \"My Schema\".\"Log \"\"Table\"\"\" (\"Über\")");
		TestApplication.Builder builder = TestApplication.on(this.database)
			.operation("create",
					"create index \"Neu; drop table x --\" on \"My Schema\".\"Log \"\"Table\"\"\" (\"Über\" desc)")
			.operation("drop", "drop index \"My Schema\".\"Gone;Idx\"")
			.operation("rename", "alter index \"My Schema\".\"Old.Idx\" rename to \"New'Idx\"");
		try (TestApplication application = builder.start()) {
			allCompleted(application, false);
			assertThat(application.status("create").table()).isEqualTo("\"My Schema\".\"Log \"\"Table\"\"\"");
			assertThat(application.status("create").index()).isEqualTo("Neu; drop table x --");
		}
		assertThat(this.indexes.isValid("\"My Schema\".\"Neu; drop table x --\"")).isTrue();
		assertThat(this.indexes.isValid("\"My Schema\".\"New'Idx\"")).isTrue();
		assertThat(this.indexes.exists("\"My Schema\".\"Gone;Idx\"")).isFalse();
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
		try (TestApplication application = builder.start()) {
			allCompleted(application, true);
		}
	}

	@Test
	void theSameNamesInTwoSchemasAreTwoThings() {
		this.database.execute("create schema one", "create schema two", "create table one.t (a int)",
				"create table two.t (a int, b int)", "create index t_idx on one.t (a)");
		try (TestApplication application = TestApplication.on(this.database)
			.operation(CreateIndex.named("t_idx").on("one.t").columns("a").name("create_one").build())
			.operation(CreateIndex.named("t_idx").on("two.t").columns("b", "a").name("create_two").build())
			.operation(DropIndex.named("one.t_idx").name("drop_one").dependsOn("create_one", "create_two").build())
			.operation(
					RenameIndex.named("two.t_idx").to("t_idx_renamed").name("rename_two").dependsOn("drop_one").build())
			.start()) {
			allCompleted(application, null);
		}
		assertThat(this.indexes.exists("one.t_idx")).isFalse();
		assertThat(this.indexes.exists("two.t_idx")).isFalse();
		assertThat(this.indexes.definition("two.t_idx_renamed"))
			.isEqualTo("CREATE INDEX t_idx_renamed ON two.t USING btree (b, a)");
	}

	@Test
	void theSearchPathOfTheApplicationDecides() {
		this.database.execute("create schema app", "create table app.t (a int)", "create table public.t (a int)",
				"create index gone_idx on app.t (a)", "create index other_idx on public.t (a)");
		try (TestApplication application = TestApplication.on(this.database)
			.property("spring.datasource.url", this.database.jdbcUrl() + "?currentSchema=app,public")
			.operation("create", "create index t_idx on t (a)")
			.operation("drop", "drop index gone_idx")
			.operation("rename", "alter index other_idx rename to renamed_idx")
			.start()) {
			allCompleted(application, false);
			assertThat(application.status("create").table()).isEqualTo("app.t");
		}
		assertThat(this.indexes.isValid("app.t_idx")).isTrue();
		assertThat(this.indexes.exists("public.t_idx")).isFalse();
		assertThat(this.indexes.exists("app.gone_idx")).isFalse();
		assertThat(this.indexes.isValid("public.renamed_idx")).isTrue();
	}

	@Test
	void aNameThatLeadsToAnotherIndexOnceTheFirstIsGoneIsRefused() {
		this.database.execute("create schema app", "create table app.t (a int)", "create table public.t (a int)");
		for (String schema : new String[] { "app", "public" }) {
			this.database.execute("create index gone_idx on " + schema + ".t (a)",
					"create index old_idx on " + schema + ".t (a)");
		}
		try (TestApplication application = TestApplication.on(this.database)
			.property("spring.datasource.url", this.database.jdbcUrl() + "?currentSchema=app,public")
			.operation("drop", "drop index gone_idx")
			.operation("rename", "alter index old_idx rename to new_idx")
			.operation("drop_qualified", "drop index public.gone_idx")
			.start()) {
			application.awaitAllDone();
			assertThat(application.status("drop").lastError()).contains("app.gone_idx", "Name the schema");
			assertThat(application.status("rename").lastError()).contains("app.old_idx", "Name the schema");
			assertThat(application.heavyIndexes().isCompleted("drop_qualified")).isTrue();
			assertThat(this.indexes.exists("app.gone_idx")).isTrue();
			assertThat(this.indexes.exists("public.old_idx")).isTrue();
			// now the name leads to one index only
			application.heavyIndexes().retry("drop");
			application.await("drop", OperationState.COMPLETED);
			assertThat(this.indexes.exists("app.gone_idx")).isFalse();
		}
	}

	@Test
	void aMaterializedViewIsATableToo() {
		this.database
			.execute("create materialized view totals as select i as id, i % 7 as a from generate_series(1, 500) i");
		TestApplication.Builder builder = TestApplication.on(this.database)
			.operation("create", "create unique index totals_idx on totals (id) include (a)");
		try (TestApplication application = builder.start()) {
			allCompleted(application, false);
		}
		assertThat(this.indexes.isValid("totals_idx")).isTrue();
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt",
				"refresh materialized view concurrently totals");
		try (TestApplication application = builder.start()) {
			allCompleted(application, true);
		}
	}

	@Test
	void operatorsBracesDollarQuotesAndSemicolonsReachTheServerAsTheyStand() {
		this.database.execute("create table docs (id int, j jsonb, t text)",
				"insert into docs values (1, '{\"a\": 1}', 'x'), (2, '{}', $q$;--{d '2020'}$q$)");
		TestApplication.Builder builder = TestApplication.on(this.database)
			.operation(CreateIndex.named("docs_1")
				.on("docs")
				.columns("(j ? 'a')", "(j ?| array['a', '?'])", "(t || ';{fn now()}')")
				.where("t <> $q$;--{d '2020'}$q$ and j @? '$.a ? (@ > 0)' and t not in ('a;b', '''?', E'\\';')")
				.build())
			.operation(CreateIndex.named("docs_2")
				.on("docs")
				.using("gin")
				.columns("j jsonb_path_ops")
				.where("t <> '/* no comment' or t = '{call x}' /* a comment; ? */")
				.build())
			.operation(CreateIndex.named("docs_3")
				.on("docs")
				.columns("id")
				.where("docs.id > 0 and t <> ':name #{x} ${y}'")
				.build());
		try (TestApplication application = builder.start()) {
			allCompleted(application, false);
		}
		assertThat(this.indexes.definition("docs_1")).contains("(j ? 'a'::text)", "{fn now()}", "{d ''2020''}");
		assertThat(this.indexes.definition("docs_2")).contains("{call x}");
		assertThat(this.database.query("select id from docs", Integer.class)).hasSize(2);
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
		try (TestApplication application = builder.start()) {
			allCompleted(application, true);
		}
	}

	private static void allCompleted(TestApplication application, @Nullable Boolean adopted) {
		application.awaitAllDone();
		assertThat(application.heavyIndexes().status().operations())
			.allSatisfy((operation) -> assertThat(operation.completed()).as("%s", operation).isTrue());
		if (adopted != null) {
			assertThat(application.heavyIndexes().status().operations()).extracting(OperationStatus::adopted)
				.containsOnly(adopted);
		}
	}

}
