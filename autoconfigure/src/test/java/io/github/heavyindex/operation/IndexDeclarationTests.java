package io.github.heavyindex.operation;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OperationOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link IndexDeclaration}.
 */
class IndexDeclarationTests {

	@Test
	void attributesMakeACreateIndexWithLiteralNames() {
		IndexDeclaration declaration = new IndexDeclaration("", "App.Logs", "Logs_Idx",
				List.of("block DESC", "lower(name)"), "removed = false", true, "btree", List.of("hash"),
				OperationOptions.NONE);
		assertThat(declaration.toOperation().sql()).isEqualTo("CREATE UNIQUE INDEX CONCURRENTLY \"Logs_Idx\" ON"
				+ " \"App\".\"Logs\" USING \"btree\" (block DESC, lower(name)) INCLUDE (hash) WHERE removed = false");
	}

	@Test
	void sqlAndAttributesTogetherAreRefused() {
		IndexDeclaration declaration = new IndexDeclaration("DROP INDEX i", "t", "", List.of(), "", false, "",
				List.of(), OperationOptions.NONE);
		assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(declaration::toOperation)
			.withMessageStartingWith("SQL and attributes are set together: 'DROP INDEX i' and table 't', index ''");
	}

	@Test
	void nothingAtAllIsRefused() {
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> declaration("", "", "").toOperation())
			.withMessageContaining("is not set");
		IndexDeclaration empty = new IndexDeclaration(" ", "", "", List.of(), "", false, "", List.of(),
				OperationOptions.NONE);
		assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(empty::toOperation)
			.withMessageContaining("Neither a statement nor");
	}

	@Test
	void halfOfTheAttributesIsRefused() {
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> declaration("t", "", "a").toOperation())
			.withMessageContaining("at least one is not set");
	}

	@Test
	void anIndexInAnotherSchemaThanItsTableIsRefused() {
		assertThat(declaration("s.t", "s.i", "a").toOperation().index()).hasToString("s.i");
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> declaration("s.t", "other.i", "a").toOperation())
			.withMessageContaining("another schema");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a); DROP TABLE t; --", "a) WHERE (b", "a;", "a -- x", "a /*", "a'", "\"a", "(a", "a)",
			" ", "/* only */", "$$", "]", "[a)" })
	void aColumnOrPredicateCannotLeaveItsClause(String fragment) {
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> declaration("t", "i", fragment).toOperation())
			.withMessageContaining("'columns'");
		if (!fragment.isBlank()) {
			IndexDeclaration where = new IndexDeclaration("", "t", "i", List.of("a"), fragment, false, "", List.of(),
					OperationOptions.NONE);
			assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(where::toOperation)
				.withMessageContaining("'where'");
		}
		IndexDeclaration include = new IndexDeclaration("", "t", "i", List.of("a"), "", false, "", List.of(fragment),
				OperationOptions.NONE);
		assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(include::toOperation)
			.withMessageContaining("'include'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "coalesce(a, ');')", "(a || $$;--$$)", "\"a;\"", "a /* ; */", "(e[1])", "a, b" })
	void aColumnMayHoldAnythingThatIsQuoted(String fragment) {
		assertThat(declaration("t", "i", fragment).toOperation().sql()).endsWith(" (" + fragment + ")");
	}

	@ParameterizedTest
	@ValueSource(strings = { "t\" (a); DROP TABLE t; --", "t; DROP TABLE t", "T", "order" })
	void aTableOrIndexIsDataWhateverItHolds(String name) {
		String quoted = "\"" + name.replace("\"", "\"\"") + "\"";
		assertThat(declaration(name, name, "a").toOperation().sql())
			.isEqualTo("CREATE INDEX CONCURRENTLY " + quoted + " ON " + quoted + " (a)");
	}

	private static IndexDeclaration declaration(String table, String index, String column) {
		return new IndexDeclaration("", table, index, List.of(column), "", false, "", List.of(), OperationOptions.NONE);
	}

}
