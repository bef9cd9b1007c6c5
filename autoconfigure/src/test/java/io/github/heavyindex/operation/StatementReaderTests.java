package io.github.heavyindex.operation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.AddConstraint.Timing;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link StatementReader}.
 */
class StatementReaderTests {

	private static final String NAME_OF_63_BYTES = "i".repeat(63);

	@ParameterizedTest
	@MethodSource("goodStatements")
	void aGoodStatementIsReadAndPutIntoTheFormThatRunsInTheBackground(String sql, String expected) {
		IndexOperation operation = read(sql);
		assertThat(operation.sql()).isEqualTo(expected);
		assertThat(read(operation.sql())).isEqualTo(operation);
		assertThat(StatementReader.check(operation)).isEqualTo(operation);
	}

	static Stream<Arguments> goodStatements() {
		String constraint = "ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"c\" ";
		String create = "CREATE INDEX CONCURRENTLY \"i\" ON \"t\" ";
		return Stream.of(arguments("CREATE INDEX i ON t(a)", create + "(a)"),
				arguments("create index i on t (a)", create + "(a)"),
				arguments("CREATE INDEX CONCURRENTLY i ON t(a)", create + "(a)"),
				arguments("CREATE INDEX IF NOT EXISTS i ON t(a)", create + "(a)"),
				arguments("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t(a)", create + "(a)"),
				arguments("CREATE UNIQUE INDEX i ON t(a)", "CREATE UNIQUE INDEX CONCURRENTLY \"i\" ON \"t\" (a)"),
				arguments("CREATE INDEX i ON t(a);", create + "(a)"),
				arguments("  CREATE INDEX i ON t(a) ; ; \n", create + "(a)"),
				arguments("CREATE INDEX i ON t(a); -- done", create + "(a)"),
				arguments("CREATE INDEX i ON t(a) -- done", create + "(a)"),
				arguments("CREATE INDEX i ON t(a) /* done */", create + "(a)"),
				arguments("CREATE INDEX i ON t(a) /* /* done; */ ' */;", create + "(a)"),
				arguments("-- why; not\nCREATE INDEX i ON t(a)", create + "(a)"),
				arguments("-- why\rCREATE INDEX i ON t(a)", create + "(a)"),
				arguments("/* a /* nested */ one */CREATE/**/INDEX/**/i/**/ON/**/t/**/(a)", create + "(a)"),
				arguments("CREATE INDEX i ON t\n(a, -- first\n b)", create + "(a, -- first\n b)"),
				arguments("CREATE\tINDEX\fi\u000bON\r\nt(a)", create + "(a)"),
				arguments("CREATE INDEX I_Upper ON T_Upper(A)",
						"CREATE INDEX CONCURRENTLY \"i_upper\" ON \"t_upper\" (A)"),
				arguments("CREATE INDEX \"MyIdx\" ON \"MyTable\" (\"MyColumn\")",
						"CREATE INDEX CONCURRENTLY \"MyIdx\" ON \"MyTable\" (\"MyColumn\")"),
				arguments("CREATE INDEX \"a\"\"b;c\" ON \"x.y\"(a)",
						"CREATE INDEX CONCURRENTLY \"a\"\"b;c\" ON \"x.y\" (a)"),
				arguments("CREATE INDEX \"order\" ON \"select\"(a)",
						"CREATE INDEX CONCURRENTLY \"order\" ON \"select\" (a)"),
				arguments("CREATE INDEX Ünïque_ÄÖ ON straße(a)",
						"CREATE INDEX CONCURRENTLY \"Ünïque_ÄÖ\" ON \"straße\" (a)"),
				arguments("CREATE INDEX 索引 ON 表(a)", "CREATE INDEX CONCURRENTLY \"索引\" ON \"表\" (a)"),
				arguments("CREATE INDEX i$1 ON t$(a)", "CREATE INDEX CONCURRENTLY \"i$1\" ON \"t$\" (a)"),
				arguments("CREATE INDEX i ON s.t(a)", "CREATE INDEX CONCURRENTLY \"i\" ON \"s\".\"t\" (a)"),
				arguments("CREATE INDEX i ON \"S\" . \"T\"(a)", "CREATE INDEX CONCURRENTLY \"i\" ON \"S\".\"T\" (a)"),
				arguments("CREATE INDEX i ON s.order(a)", "CREATE INDEX CONCURRENTLY \"i\" ON \"s\".\"order\" (a)"),
				arguments("CREATE INDEX i ON ONLY t(a)", "CREATE INDEX CONCURRENTLY \"i\" ON ONLY \"t\" (a)"),
				arguments("CREATE INDEX i ON ONLY (s.t) (a)",
						"CREATE INDEX CONCURRENTLY \"i\" ON ONLY \"s\".\"t\" (a)"),
				arguments("CREATE INDEX i ON t*(a)", create + "(a)"),
				arguments("CREATE INDEX if ON t(a)", "CREATE INDEX CONCURRENTLY \"if\" ON \"t\" (a)"),
				arguments("CREATE INDEX index ON rename(a)", "CREATE INDEX CONCURRENTLY \"index\" ON \"rename\" (a)"),
				arguments("CREATE INDEX i ON t USING gin (topics jsonb_path_ops)",
						create + "USING gin (topics jsonb_path_ops)"),
				arguments("CREATE INDEX i ON t (lower(a), (b->>'k')) INCLUDE (c) WITH (fillfactor = 70) WHERE d > 0",
						create + "(lower(a), (b->>'k')) INCLUDE (c) WITH (fillfactor = 70) WHERE d > 0"),
				arguments("CREATE INDEX i ON t (a DESC NULLS LAST, b COLLATE \"C\" text_pattern_ops)",
						create + "(a DESC NULLS LAST, b COLLATE \"C\" text_pattern_ops)"),
				arguments("CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT",
						"CREATE UNIQUE INDEX CONCURRENTLY \"i\" ON \"t\" (a) NULLS NOT DISTINCT"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 'it''s; \\'", create + "(a) WHERE b = 'it''s; \\'"),
				arguments("CREATE INDEX i ON t(a) WHERE b = E'it\\'s; \\\\'", create + "(a) WHERE b = E'it\\'s; \\\\'"),
				arguments("CREATE INDEX i ON t(a) WHERE b = E'x'\n '\\';'", create + "(a) WHERE b = E'x'\n '\\';'"),
				arguments("CREATE INDEX i ON t(a) WHERE b = $$it's; --$$", create + "(a) WHERE b = $$it's; --$$"),
				arguments("CREATE INDEX i ON t(a) WHERE b = $x$ $$;$y$ $x$", create + "(a) WHERE b = $x$ $$;$y$ $x$"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 1e5$$;$$", create + "(a) WHERE b = 1e5$$;$$"),
				arguments("CREATE INDEX i ON t(a) WHERE b > 1.5e-3 AND c < .5",
						create + "(a) WHERE b > 1.5e-3 AND c < .5"),
				arguments("CREATE INDEX i ON t((e[1]))", create + "((e[1]))"),
				arguments("CREATE INDEX i ON t((data ? 'k;'))", create + "((data ? 'k;'))"),
				arguments("CREATE INDEX i ON t(a) WHERE b = U&'d\\0061t' AND U&\"d\\0061t\" = 1",
						create + "(a) WHERE b = U&'d\\0061t' AND U&\"d\\0061t\" = 1"),
				arguments("CREATE INDEX " + NAME_OF_63_BYTES + " ON t(a)",
						"CREATE INDEX CONCURRENTLY \"" + NAME_OF_63_BYTES + "\" ON \"t\" (a)"),
				arguments("DROP INDEX i", "DROP INDEX CONCURRENTLY \"i\""),
				arguments("DROP INDEX CONCURRENTLY IF EXISTS s.\"I\" RESTRICT;", "DROP INDEX CONCURRENTLY \"s\".\"I\""),
				arguments("drop index concurrently i -- bye", "DROP INDEX CONCURRENTLY \"i\""),
				arguments("DROP INDEX if", "DROP INDEX CONCURRENTLY \"if\""),
				arguments("ALTER INDEX a RENAME TO b", "ALTER INDEX \"a\" RENAME TO \"b\""),
				arguments("ALTER INDEX IF EXISTS s.a RENAME TO \"B\"", "ALTER INDEX \"s\".\"a\" RENAME TO \"B\""),
				arguments("REINDEX INDEX i", "REINDEX INDEX CONCURRENTLY \"i\""),
				arguments("REINDEX INDEX CONCURRENTLY s.i", "REINDEX INDEX CONCURRENTLY \"s\".\"i\""),
				arguments("REINDEX (VERBOSE, CONCURRENTLY true) INDEX i", "REINDEX INDEX CONCURRENTLY \"i\""),
				arguments("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i",
						constraint + "UNIQUE USING INDEX \"i\""),
				arguments("alter table if exists only t add constraint c primary key using index i;",
						constraint + "PRIMARY KEY USING INDEX \"i\""),
				arguments("ALTER TABLE ONLY (s.\"T\") ADD UNIQUE USING INDEX I NOT DEFERRABLE INITIALLY IMMEDIATE",
						"ALTER TABLE ONLY \"s\".\"T\" ADD CONSTRAINT \"i\" UNIQUE USING INDEX \"i\""),
				arguments("ALTER TABLE t * ADD CONSTRAINT c UNIQUE USING INDEX i DEFERRABLE -- x",
						constraint + "UNIQUE USING INDEX \"i\" DEFERRABLE"),
				arguments("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i INITIALLY DEFERRED DEFERRABLE",
						constraint + "UNIQUE USING INDEX \"i\" DEFERRABLE INITIALLY DEFERRED"));
	}

	@ParameterizedTest
	@MethodSource("badStatements")
	void aBadStatementIsRefusedWithAReasonAndAMend(String sql, String reason) {
		assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(() -> read(sql))
			.withMessageContaining(reason)
			.satisfies((ex) -> assertThat(ex.getAction()).isNotBlank().endsWith("."));
	}

	static Stream<Arguments> badStatements() {
		return Stream.of(arguments("", "is empty"), arguments(" ; -- nothing", "is empty"),
				arguments("SELECT 1", "is no index operation"),
				arguments("CREATE TABLE t (a int)", "is no index operation"),
				arguments("ALTER TABLE t ADD COLUMN a int", "is no index operation"),
				arguments("ALTER TABLE t RENAME TO u", "is no index operation"),
				arguments("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "is no index operation"),
				arguments("ALTER TABLE t ADD CONSTRAINT c PRIMARY (a)", "is no index operation"),
				arguments("ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)", "while nobody can use the table"),
				arguments("ALTER TABLE t ADD PRIMARY KEY (a)", "while nobody can use the table"),
				arguments("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX s.i", "names a schema for the index"),
				arguments("ALTER TABLE t ADD CONSTRAINT unique USING INDEX i", "reserved word unique"),
				arguments("ALTER TABLE t ADD UNIQUE USING INDEX", "ends where the name of the index"),
				arguments("ALTER TABLE t ADD UNIQUE USING INDEX i, ADD a int", "where the statement should end"),
				arguments("ALTER TABLE t ADD UNIQUE USING INDEX i NOT VALID", "where the statement should end"),
				arguments("ALTER TABLE ONLY (t x) ADD UNIQUE USING INDEX i", "where ONLY (table should be closed"),
				arguments("ALTER TABLE t ADD UNIQUE USING INDEX i NOT DEFERRABLE INITIALLY DEFERRED",
						"says two things"),
				arguments("ALTER TABLE t ADD UNIQUE USING INDEX i INITIALLY IMMEDIATE INITIALLY DEFERRED",
						"says two things"),
				arguments("ALTER TABLE t ADD CONSTRAINT " + NAME_OF_63_BYTES + "x UNIQUE USING INDEX i", "64 bytes"),
				arguments("CREATE UNIQUE TABLE t", "is no index operation"),
				arguments("CREATE INDEX i ON t(a); DROP TABLE t", "more than one statement"),
				arguments("CREATE INDEX i ON t(a);;SELECT 1;", "more than one statement"),
				arguments("CREATE INDEX i ON t(a) /* x */; DROP INDEX i", "more than one statement"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 'x\\'; DROP TABLE t; --'", "more than one statement"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 1e5$$'$$; DROP TABLE t; --'", "more than one statement"),
				arguments("CREATE INDEX i ON t(a) WHERE fooE'\\'; DROP TABLE t; --'", "more than one statement"),
				arguments("CREATE INDEX i ON t(a;b)", "more than one statement"),
				arguments("CREATE INDEX ON t(a)", "has no name for the index"),
				arguments("CREATE INDEX CONCURRENTLY ON t(a)", "has no name for the index"),
				arguments("CREATE INDEX CONCURRENTLY IF NOT EXISTS ON t(a)", "has no name for the index"),
				arguments("CREATE INDEX order ON t(a)", "reserved word order"),
				arguments("CREATE INDEX i ON User(a)", "reserved word user"),
				arguments("CREATE INDEX i ON t.user.x(a)", "names a database"),
				arguments("CREATE INDEX concurrently concurrently ON t(a)", "reserved word concurrently"),
				arguments("CREATE INDEX public.i ON t(a)", "names a schema for the index"),
				arguments("CREATE INDEX i ON db.public.t(a)", "names a database: 'db.public.t'"),
				arguments("DROP INDEX db.public.i", "names a database"),
				arguments("CREATE INDEX " + NAME_OF_63_BYTES + "x ON t(a)", "64 bytes"),
				arguments("CREATE INDEX " + "ü".repeat(32) + " ON t(a)", "64 bytes"),
				arguments("CREATE INDEX \"\" ON t(a)", "is empty"),
				arguments("CREATE INDEX i ON \"t(a)", "quoted identifier that is not closed"),
				arguments("CREATE INDEX U&\"d\\0061t\" ON t(a)", "U&\"…\" identifier"),
				arguments("CREATE INDEX i ON t", "ends where USING or the columns"),
				arguments("CREATE INDEX i ON t a", "has 'a' where USING or the columns"),
				arguments("CREATE INDEX i t(a)", "where ON should stand"),
				arguments("CREATE INDEX 1 ON t(a)", "where the name of the index should stand"),
				arguments("CREATE INDEX 'i' ON t(a)", "where the name of the index should stand"),
				arguments("CREATE INDEX i ON (a)", "where the name of the table should stand"),
				arguments("CREATE INDEX i ON ONLY (t (a)", "lacks a ')'"),
				arguments("CREATE INDEX i ON ONLY (t x) (a)", "where ONLY (table should be closed"),
				arguments("CREATE INDEX i ON t(a", "lacks a ')'"),
				arguments("CREATE INDEX i ON t(a))", "closes nothing"),
				arguments("CREATE INDEX i ON t((e[1)])", "closes nothing"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 'x", "string that is not closed"),
				arguments("CREATE INDEX i ON t(a) WHERE b = E'x\\'", "string that is not closed"),
				arguments("CREATE INDEX i ON t(a) WHERE b = $q$x$Q$", "dollar-quoted string that is not closed"),
				arguments("CREATE INDEX i ON t(a) WHERE b = $1", "begins no dollar-quoted string"),
				arguments("CREATE INDEX i ON t(a) /* /* */", "comment that is not closed"),
				arguments("CREATE INDEX i ON t(a) /*/", "comment that is not closed"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 1and c", "runs into what follows"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 0x1F$$;$$", "runs into what follows"),
				arguments("CREATE INDEX i ON t(a) WHERE b = 1E'\\'; DROP TABLE t; --'", "runs into what follows"),
				arguments("CREATE INDEX i ON t(a)\0", "NUL character"), arguments("DROP INDEX", "ends where the name"),
				arguments("DROP INDEX a, b", "drops several indexes"),
				arguments("DROP INDEX a CASCADE", "CASCADE, which DROP INDEX CONCURRENTLY does not support"),
				arguments("DROP INDEX a b", "where the statement should end"),
				arguments("ALTER INDEX a SET (fillfactor = 70)", "needs no background work"),
				arguments("ALTER INDEX a ATTACH PARTITION b", "needs no background work"),
				arguments("ALTER INDEX ALL IN TABLESPACE x SET TABLESPACE y", "reserved word all"),
				arguments("ALTER INDEX a RENAME b", "where TO should stand"),
				arguments("ALTER INDEX a RENAME TO s.b", "names a schema for the new name"),
				arguments("ALTER INDEX a RENAME TO b c", "where the statement should end"),
				arguments("ALTER INDEX a RENAME TO a", "renamed to its own name"),
				arguments("REINDEX TABLE t", "rebuilds more than one index"),
				arguments("REINDEX (TABLESPACE x) INDEX i", "has 'TABLESPACE' as an option"),
				arguments("REINDEX (VERBOSE off off) INDEX i", "among the options"),
				arguments("REINDEX () INDEX i", "as an option"),
				arguments("REINDEX INDEX i, j", "where the statement should end"));
	}

	@ParameterizedTest
	@MethodSource("statementsThatPostgresqlRefuses")
	void whatOnlyTheDatabaseCanTellIsLeftToTheDatabase(String verdict, String sql) {
		if (verdict.equals("read")) {
			assertThat(read(sql).sql()).containsAnyOf("CONCURRENTLY", "USING INDEX");
		}
		else {
			assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(() -> read(sql));
		}
	}

	static Stream<Arguments> statementsThatPostgresqlRefuses() throws IOException {
		try (InputStream resource = StatementReaderTests.class.getResourceAsStream("refused-by-postgresql.tsv")) {
			assertThat(resource).isNotNull();
			String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
			return text.lines()
				.filter((line) -> !line.startsWith("#"))
				.map((line) -> line.split("\t", 3))
				.map((fields) -> arguments(fields[0], fields[2]));
		}
	}

	@Test
	void theHeadOfACreateIsUnderstood() {
		CreateIndex create = (CreateIndex) read(
				"CREATE UNIQUE INDEX \"I\" ON ONLY S.\"T\" USING btree (a) -- end of it");
		assertThat(create.type()).isEqualTo(OperationType.CREATE);
		assertThat(create.table()).isEqualTo(new RelationName("s", "T"));
		assertThat(create.index()).isEqualTo(new RelationName("s", "I"));
		assertThat(create.unique()).isTrue();
		assertThat(create.only()).isTrue();
		assertThat(create.definition()).isEqualTo("USING btree (a)");
		assertThat(create.name()).isEqualTo("create_i");
	}

	@Test
	void theHeadsOfDropAndRenameAreUnderstood() {
		assertThat(read("DROP INDEX Old")).isEqualTo(new DropIndex(name(null, "old"), OperationOptions.NONE));
		RenameIndex rename = (RenameIndex) read("ALTER INDEX s.x_2nd RENAME TO x");
		assertThat(rename.index()).isEqualTo(name("s", "x_2nd"));
		assertThat(rename.renamed()).isEqualTo(name("s", "x"));
	}

	@Test
	void theConstraintOfAnIndexIsUnderstood() {
		AddConstraint add = (AddConstraint) read("ALTER TABLE s.t ADD CONSTRAINT t_a_key UNIQUE USING INDEX \"T_a\"");
		assertThat(add.name()).isEqualTo("constraint_t_a");
		assertThat(add.type()).isEqualTo(OperationType.CONSTRAINT);
		assertThat(add.table()).isEqualTo(name("s", "t"));
		assertThat(add.index()).isEqualTo(name("s", "T_a"));
		assertThat(add.renamed()).isEqualTo(name("s", "t_a_key"));
		assertThat(add).isEqualTo(AddConstraint.named("t_a_key").on("s.t").unique().usingIndex("T_a").build());
		AddConstraint key = AddConstraint.named("i").on("t").primaryKey().usingIndex("i").initiallyDeferred().build();
		assertThat(key.renames()).isFalse();
		assertThat(StatementReader.check(key)).isEqualTo(key);
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> AddConstraint.named("c").on("t").usingIndex("i").build())
			.withMessageContaining("no kind");
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> AddConstraint.named("c").on("s.t").unique().usingIndex("r.i").build())
			.withMessageContaining("another schema");
	}

	@Test
	void theOptionsAreKept() {
		OperationOptions options = new OperationOptions("n", Set.of("a"), true, "d", null, false, null, null, null);
		assertThat(StatementReader.read("DROP INDEX i", options).options()).isEqualTo(options);
	}

	@Test
	void aLongStatementIsShortInTheMessage() {
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> read("SELECT " + "x".repeat(5000)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(300));
	}

	@Test
	void aVeryLongStatementIsReadWithoutRecursion() {
		String blanks = " ".repeat(100_000);
		String sql = "CREATE INDEX i ON t(a) WHERE b = 'x'" + blanks + "\n" + blanks + "'y'" + blanks + "AND c IN ("
				+ "'z', ".repeat(50_000) + "'z')" + "/*".repeat(50_000) + "*/".repeat(50_000);
		assertThat(read(sql).sql()).endsWith("'z')");
	}

	@ParameterizedTest
	@ValueSource(strings = { "(a); DROP TABLE t", "(a)) ; --", ".other (a)", "(a) WHERE b = 'x", "(a) /*", "", "x (a)",
			", u (a)" })
	void aDefinitionFromAConstructorCannotBecomeAnotherStatement(String definition) {
		CreateIndex create = new CreateIndex(name(null, "t"), "i", false, false, definition, OperationOptions.NONE);
		assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(() -> StatementReader.check(create));
	}

	@Test
	void aDefinitionFromABuilderLosesTheCommentThatWouldSwallowWhatFollows() {
		CreateIndex create = CreateIndex.named("i").on("t").columns("a").where("b -- c").build();
		CreateIndex checked = (CreateIndex) StatementReader.check(create);
		assertThat(checked.definition()).isEqualTo("(a) WHERE b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "x\"; DROP TABLE t; --", "ORDER", "a b", "-- x", "/*", "$$", "E'" })
	void aNameIsDataWhateverItHolds(String name) {
		DropIndex drop = new DropIndex(name(name, name), OperationOptions.NONE);
		assertThat(StatementReader.check(drop)).isEqualTo(drop);
		CreateIndex create = new CreateIndex(name(name, name), name, true, true, "(a)", OperationOptions.NONE);
		assertThat(StatementReader.check(create)).isEqualTo(create);
		AddConstraint add = new AddConstraint(name(name, name), name, Kind.UNIQUE, name, Timing.DEFERRABLE,
				OperationOptions.NONE);
		assertThat(StatementReader.check(add)).isEqualTo(add);
	}

	private static IndexOperation read(String sql) {
		return StatementReader.read(sql, OperationOptions.NONE);
	}

	private static RelationName name(@Nullable String schema, String name) {
		return new RelationName(schema, name);
	}

}
