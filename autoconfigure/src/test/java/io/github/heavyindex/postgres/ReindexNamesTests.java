package io.github.heavyindex.postgres;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReindexNames}; {@code RebuildLeftoverTests} asks the server itself.
 */
class ReindexNamesTests {

	// 60 bytes of it remain before _cc…, as no character is split
	private static final String LONG = "ä".repeat(31);

	@ParameterizedTest
	@ValueSource(strings = { "a_idx_ccnew", "a_idx_ccold", "a_idx_ccnew1", "a_idx_ccold12" })
	void thoseOfAnIndex(String name) {
		assertThat(ReindexNames.isDerived(name, "a_idx")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a_idx", "a_idx_cc", "a_idx_ccnewer", "a_idx_ccnew0", "a_idx_ccnew_1", "a_id_ccnew",
			"a_idx2_ccnew", "A_idx_ccnew", "x_a_idx_ccnew", "a_idx_ccnew_ccnew", "_ccnew", "a_idx_ccnew\n" })
	void thoseOfOthers(String name) {
		assertThat(ReindexNames.isDerived(name, "a_idx")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 10 })
	void thoseThatAreCut(int number) {
		String suffix = "_ccnew" + ((number > 0) ? number : "");
		String cut = LONG.substring(0, (63 - suffix.length()) / 2) + suffix;
		assertThat(ReindexNames.isDerived(cut, LONG)).isTrue();
		assertThat(ReindexNames.isDerived(cut, LONG + "x")).isTrue();
		assertThat(ReindexNames.isDerived(LONG.substring(0, 20) + suffix, LONG)).isFalse();
	}

}
