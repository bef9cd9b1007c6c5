package io.github.heavyindex.autoconfigure;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

import io.github.heavyindex.decision.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link WindowMapping}.
 */
class WindowMappingTests {

	@ParameterizedTest
	@CsvSource({ "22:00,22:00", "02:00,02:00", "9:30,09:30", "00:00,00:00", "22:00:30,22:00:30", "23:59,23:59",
			// what YAML makes of an unquoted 22:00, 9:30, 1:00, 22:00:00 and 9:30:00
			"1320,22:00", "570,09:30", "60,01:00", "79200,22:00", "34200,09:30", "1439,23:59" })
	void timesAreReadAsPeopleAndYamlWriteThem(String text, LocalTime time) {
		assertThat(WindowMapping.time(text)).isEqualTo(time);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "22", "59", "0", "24:00", "25:00", "22:60", "10pm", "22.00", "-1", "86400",
			"99999999999", ":30", "noon", " ", "22:00Z" })
	void whatIsNoTimeOfDayIsRefusedWithAnExample(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> WindowMapping.time(text))
			.withMessage("'" + text + "' is no time of day, write it as in \"22:00\"");
	}

	@Test
	void daysAreReadShortAndLong() {
		assertThat(WindowMapping.days(List.of("mon", "TUESDAY", " Wed ", "friday")))
			.containsExactlyInAnyOrder(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.FRIDAY);
		assertThat(WindowMapping.days(List.of())).hasSize(7);
	}

	@ParameterizedTest
	@ValueSource(strings = { "t", "tu", "", "m", "montag", "1", "mond", "weekdays" })
	void whatIsNoDayIsRefusedWithAnExample(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> WindowMapping.days(List.of("mon", text)))
			.withMessage("'" + text + "' is no day, write it as in mon or MONDAY");
	}

	@Test
	void aWindowTakesAllOfItsProperties() {
		assertThat(WindowMapping
			.map(new HeavyIndexProperties.Window("22:00", "360", List.of("sat"), "Europe/Berlin", true, null)))
			.isEqualTo(new Window(LocalTime.of(22, 0), LocalTime.of(6, 0), Set.of(DayOfWeek.SATURDAY),
					ZoneId.of("Europe/Berlin"), true, null));
		assertThat(WindowMapping.map(new HeavyIndexProperties.Window(null, null, List.of(), "UTC", false, null)))
			.isNull();
	}

}
