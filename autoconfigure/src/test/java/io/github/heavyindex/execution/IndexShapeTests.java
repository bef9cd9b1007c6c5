package io.github.heavyindex.execution;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IndexShape}.
 */
class IndexShapeTests {

	@Test
	void readsWhatPostgresqlPrints() {
		assertThat(IndexShape
			.of("UNIQUE USING btree (a, \"B, (x\" DESC NULLS LAST, COALESCE(c, ') , '::text)) INCLUDE (d)"
					+ " NULLS NOT DISTINCT WITH (fillfactor='70') WHERE ((c)::text = ' TABLESPACE '''::text) TABLESPACE fast"))
			.isEqualTo(new IndexShape(true, "btree",
					List.of("a", "\"B, (x\" DESC NULLS LAST", "COALESCE(c, ') , '::text)"), List.of("d"), true,
					"((c)::text = ' TABLESPACE '''::text)"));
		assertThat(IndexShape.of("USING gin (topics jsonb_path_ops)"))
			.isEqualTo(new IndexShape(false, "gin", List.of("topics jsonb_path_ops"), List.of(), false, ""));
		assertThat(IndexShape.of("something else")).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					USING btree (a)                 | USING btree (a)                   | a duplicate of x
					UNIQUE USING btree (a)          | UNIQUE USING btree (a)            | a duplicate of x
					USING btree (a)                 | UNIQUE USING btree (a)            | the same as x, which is unique besides
					UNIQUE USING btree (a)          | USING btree (a)                   | the same as x but unique; x will be superfluous
					USING btree (a)                 | USING btree (a, b)                | covered by x, which begins with the same columns
					USING btree (a) INCLUDE (b)     | USING btree (a, b)                | covered by x, which begins with the same columns
					USING btree (a) WITH (fillfactor='70') | USING btree (a)            | a duplicate of x
					USING btree (a, b)              | USING btree (a)                   | covers x, which will be superfluous
					USING gin (a)                   | USING gin (a)                     | a duplicate of x
					UNIQUE USING btree (a)          | USING btree (a, b)                |
					USING btree (a, b)              | UNIQUE USING btree (a)            |
					USING btree (a)                 | USING btree (a DESC, b)           |
					USING btree (a)                 | USING btree (a text_pattern_ops)  |
					USING btree (a)                 | USING btree (b, a)                |
					USING btree (a)                 | USING hash (a)                    |
					USING btree (a)                 | USING btree (a, b) WHERE c        |
					USING btree (a) INCLUDE (c)     | USING btree (a, b)                |
					USING gin (a)                   | USING gin (a, b)                  |
					""")
	void findsWhatIsSuperfluous(String declared, String other, @Nullable String expected) {
		assertThat(shape(declared).overlap("x", shape(other))).isEqualTo(expected);
	}

	@Test
	void tellsExpressionsFromColumns() {
		for (String expression : new String[] { "lower(a)", "app.f(a)", "\"My f\"(a)", "((a + b)) DESC",
				"COALESCE(a, b)", "b, ((c ->> 'x'::text)) COLLATE \"C\"" }) {
			assertThat(shape("USING btree (" + expression + ")").hasExpressions()).as(expression).isTrue();
		}
		for (String column : new String[] { "a", "\"a (b)\" DESC", "v tsvector_ops (siglen='100')",
				"a_very_long_name_of_a_column_that_takes_sixty_three_bytes_to_wri" }) {
			assertThat(shape("USING gist (" + column + ")").hasExpressions()).as(column).isFalse();
		}
	}

	private static IndexShape shape(String definition) {
		return Objects.requireNonNull(IndexShape.of(definition));
	}

}
