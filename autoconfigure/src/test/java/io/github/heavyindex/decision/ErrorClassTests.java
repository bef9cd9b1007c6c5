package io.github.heavyindex.decision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ErrorClass}.
 */
class ErrorClassTests {

	@ParameterizedTest
	@ValueSource(strings = { "55P03", "40P01", "40001", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "42P07",
			"XX000" })
	void isTriedAgain(String sqlState) {
		assertThat(ErrorClass.of(sqlState, false, false)).isEqualTo(ErrorClass.RETRY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "25006", "53300" })
	void waits(String sqlState) {
		assertThat(ErrorClass.of(sqlState, false, true)).isEqualTo(ErrorClass.WAIT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "08000", "08001", "08003", "08006", "08P01" })
	void isALostConnection(String sqlState) {
		assertThat(ErrorClass.of(sqlState, false, true)).isEqualTo(ErrorClass.CONNECTION_LOST);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0A000", "22023", "22P02", "25001", "2BP01", "42501", "42601", "42703", "42803", "42804",
			"42809", "42883", "42P17", "42P20", "42P22", "53100", "53400", "54000", "54011", "P0001" })
	void isNeverTriedAgain(String sqlState) {
		assertThat(ErrorClass.of(sqlState, true, true)).isEqualTo(ErrorClass.FAIL);
	}

	@Test
	void aCancelledStatementIsItsOwnClass() {
		assertThat(ErrorClass.of("57014", false, true)).isEqualTo(ErrorClass.CANCELLED);
	}

	@Test
	void duplicateRowsAreTheUsersAndDuplicateNamesARace() {
		assertThat(ErrorClass.of("23505", false, true)).isEqualTo(ErrorClass.FAIL);
		assertThat(ErrorClass.of("23505", true, true)).isEqualTo(ErrorClass.RETRY);
	}

	@ParameterizedTest
	@CsvSource({ "42P01, true, RETRY", "42P01, false, FAIL", "42704, true, RETRY", "42704, false, FAIL" })
	void whatWasNeverThereIsNotLookedForAgain(String sqlState, boolean existed, ErrorClass expected) {
		assertThat(ErrorClass.of(sqlState, false, existed)).isEqualTo(expected);
	}

}
