package io.github.heavyindex.decision;

import io.github.heavyindex.IndexOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Mends}.
 */
class MendsTests {

	private final IndexOperation operation = World.create("create_a", "logs_a_idx", "logs", "(lower(a))");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			23505 | duplicate rows of public.logs
			42501 | must own public.logs and have CREATE on its schema
			42P01 | Create the table
			42703 | add the column
			42704 | operator class or extension
			2BP01 | depends on the index
			53100 | The disk is full
			53200 | heavy-index.build.maintenance-work-mem
			53400 | temp_file_limit
			54000 | exceeds a limit
			54011 | exceeds a limit
			55P03 | see blockedBy
			40P01 | waited for a lock on public.logs
			P0001 | See the server's log
			""")
	void saysWhatToDo(String sqlState, String mend) {
		assertThat(Mends.of(sqlState, this.operation, "public.logs")).contains(mend);
	}

	@ParameterizedTest
	@ValueSource(strings = { "42P17", "42601", "42803", "42804", "42883", "42P20", "42P22", "42846", "0A000" })
	void showsTheDeclarationThatIsToBeCorrected(String sqlState) {
		assertThat(Mends.of(sqlState, this.operation, null)).contains("\"logs_a_idx\"").contains("(lower(a))");
	}

	@ParameterizedTest
	@ValueSource(strings = { "23505", "42501", "40P01" })
	void doesWithoutTheTablesName(String sqlState) {
		assertThat(Mends.of(sqlState, this.operation, null)).contains("the table").doesNotContain("null");
	}

	@Test
	void onTheWayBackARetryIsNoMend() {
		assertThat(Mends.onTheWayBack(Mends.of("53100", this.operation, null))).contains("The disk is full")
			.endsWith(", then roll back again; a retry would give the rollback up.");
		assertThat(Mends.onTheWayBack("Drop it first, then retry: queries wait"))
			.isEqualTo("Drop it first, then roll back again: queries wait");
		assertThat(Mends.onTheWayBack("Correct the name.")).isEqualTo("Correct the name.");
	}

}
