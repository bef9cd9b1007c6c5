package io.github.heavyindex;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OperationProgress}.
 */
class OperationProgressTests {

	@Test
	void thePercentageIsCutToTenthsAndNeverRoundedUpToDone() {
		assertThat(percent(41.7654)).isEqualTo(41.7);
		assertThat(percent(99.999)).isEqualTo(99.9);
		assertThat(percent(100)).isEqualTo(100);
	}

	@Test
	void tenthsStayAsTheyAre() {
		for (int tenths = 0; tenths <= 1000; tenths++) {
			assertThat(percent(tenths / 10.0)).isEqualTo(tenths / 10.0);
		}
	}

	private static double percent(double percent) {
		return new OperationProgress(null, percent, null, 1, 0, 0, 0, 0, List.of(), List.of()).percent();
	}

}
