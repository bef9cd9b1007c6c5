package io.github.heavyindex.operation;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.operation.SqlToken.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SqlLexer}: each text is one token, or the number of tokens that
 * PostgreSQL's scanner finds in it.
 */
class SqlLexerTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			abc          | WORD               | abc
			ABC_1$       | WORD               | abc_1$
			ÄB           | WORD               | Äb
			zZ           | WORD               | zz
			Zz           | WORD               | zz
			A            | WORD               | a
			\u0080       | WORD               | \u0080
			"A""b"       | QUOTED_IDENTIFIER  | A"b
			u&"d\\0061t" | UNICODE_IDENTIFIER | d\\0061t
			'a''b;'      | STRING             | 'a''b;'
			'\\'         | STRING             | '\\'
			E'\\''       | STRING             | E'\\''
			$$;$$        | STRING             | $$;$$
			$ä1$ $$ $ä1$ | STRING             | $ä1$ $$ $ä1$
			12           | NUMBER             | 12
			1.           | NUMBER             | 1.
			.5e-3        | NUMBER             | .5e-3
			0x1F         | NUMBER             | 0x1F
			1_000        | NUMBER             | 1_000
			;            | SYMBOL             | ;
			""")
	void oneToken(String sql, Kind kind, String text) {
		assertThat(SqlLexer.tokensOf(sql)).containsExactly(new SqlToken(kind, text, 0, sql.length()));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			a/**/b         | 2
			a--b           | 1
			a-/* */-b      | 4
			a*/* */b       | 3
			a$$b           | 1
			a $$b$$        | 2
			1$$b$$         | 2
			xE'a'          | 2
			N'a'           | 2
			'a' 'b'        | 2
			a::text[1]     | 7
			a.b.c          | 5
			/* a /* b */ c | -1
			/*/            | -1
			/**/           | 0
			/*/*/**/*/*/   | 0
			""")
	void severalTokens(String sql, int count) {
		if (count < 0) {
			assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(() -> SqlLexer.tokensOf(sql));
		}
		else {
			assertThat(SqlLexer.tokensOf(sql)).hasSize(count);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "\0", "a\0", "'\0'" })
	void aNulCharacterIsRefusedWhereverItStands(String sql) {
		assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(() -> SqlLexer.tokensOf(sql))
			.withMessageContaining("NUL");
	}

	@Test
	void aLongStatementIsCutInMessages() {
		String longest = "$" + "x".repeat(159);
		assertThatExceptionOfType(InvalidIndexOperationException.class).isThrownBy(() -> SqlLexer.tokensOf(longest))
			.withMessageStartingWith("'" + longest + "'");
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> SqlLexer.tokensOf(longest + "y"))
			.withMessageStartingWith("'" + longest + "…'");
	}

	@Test
	void aStringGoesOnInTheNextLineInTheSameMode() {
		assertThat(SqlLexer.tokensOf("E'a' -- b\n '\\';'")).singleElement()
			.satisfies((token) -> assertThat(token.kind()).isEqualTo(Kind.STRING));
		assertThat(SqlLexer.tokensOf("E'a' /*\n*/ '\\' b")).extracting(SqlToken::kind)
			.containsExactly(Kind.STRING, Kind.STRING, Kind.WORD);
	}

	@Test
	void positionsPointIntoTheText() {
		List<SqlToken> tokens = SqlLexer.tokensOf(" a /* x */ \"B\" ");
		assertThat(tokens).containsExactly(new SqlToken(Kind.WORD, "a", 1, 2),
				new SqlToken(Kind.QUOTED_IDENTIFIER, "B", 11, 14));
	}

	@Test
	void aFragmentMayHoldABlockCommentButNoLineComment() {
		assertThat(SqlLexer.tokensOfFragment("a /* b */")).hasSize(1);
		assertThatExceptionOfType(InvalidIndexOperationException.class)
			.isThrownBy(() -> SqlLexer.tokensOfFragment("a -- b\n"))
			.withMessageContaining("begins with --");
		assertThat(SqlLexer.tokensOfFragment("'--'")).hasSize(1);
	}

}
