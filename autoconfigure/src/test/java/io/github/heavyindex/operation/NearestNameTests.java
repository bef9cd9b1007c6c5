package io.github.heavyindex.operation;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NearestName}.
 */
class NearestNameTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			# up to two edits of a short name are a slip: another letter, one too many, one missing
			create_a     | create_a     | create_a
			create_a     | create_b     | create_b
			create_a     | crxate_b     | crxate_b
			create_a     | crxaxe_b     | -
			create_a     | create_abc   | create_abc
			create_a     | create_abcd  | -
			create_abc   | create_a     | create_a
			create_a     | reate        | -
			create_a     | reate_a      | reate_a
			create_a     | eate_a       | eate_a
			abcd         | bcda         | bcda
			abcdef       | fabcde       | fabcde
			ab           | ba           | ba
			abc          | xyz          | -
			# of a long one it is a quarter of the letters
			abcdefghijkl | xbcxefgxijkl | xbcxefgxijkl
			abcdefghijkl | xbcxefgxijkx | -
			abcdefghijk  | xbcxefgxijk  | -
			""")
	void aNameThatIsNearEnough(String name, String candidate, @Nullable String nearest) {
		assertThat(NearestName.of(name, List.of(candidate))).isEqualTo(nearest);
	}

	@Test
	void theNearestOfSeveralAndOfEquallyNearOnesTheFirst() {
		assertThat(NearestName.of("create_a", List.of("create_bc", "create_b", "create_c"))).isEqualTo("create_b");
		assertThat(NearestName.of("create_a", List.of())).isNull();
	}

}
