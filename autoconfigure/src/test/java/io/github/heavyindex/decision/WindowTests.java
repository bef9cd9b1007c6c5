package io.github.heavyindex.decision;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Window}. The 1st of January 2026 is a Thursday; in Europe/Berlin the
 * clocks skip 02:00 to 03:00 on the 29th of March 2026 and repeat it on the 25th of
 * October.
 */
class WindowTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			02:00 | 05:00 |         | UTC           | 2026-01-01T01:59:59.999Z |
			02:00 | 05:00 |         | UTC           | 2026-01-01T02:00:00Z     | 2026-01-01T02:00:00Z
			02:00 | 05:00 |         | UTC           | 2026-01-01T04:59:59.999Z | 2026-01-01T02:00:00Z
			02:00 | 05:00 |         | UTC           | 2026-01-01T05:00:00Z     |
			# across midnight
			22:00 | 06:00 |         | UTC           | 2026-01-01T21:59:59Z     |
			22:00 | 06:00 |         | UTC           | 2026-01-01T23:00:00Z     | 2026-01-01T22:00:00Z
			22:00 | 06:00 |         | UTC           | 2026-01-02T05:59:59Z     | 2026-01-01T22:00:00Z
			22:00 | 06:00 |         | UTC           | 2026-01-02T06:00:00Z     |
			22:00 | 00:00 |         | UTC           | 2026-01-01T23:59:59Z     | 2026-01-01T22:00:00Z
			22:00 | 00:00 |         | UTC           | 2026-01-02T00:00:00Z     |
			00:00 | 06:00 |         | UTC           | 2026-01-01T00:00:00Z     | 2026-01-01T00:00:00Z
			# a night belongs to the day on which it opens
			22:00 | 06:00 | THURSDAY | UTC          | 2026-01-02T03:00:00Z     | 2026-01-01T22:00:00Z
			22:00 | 06:00 | FRIDAY   | UTC          | 2026-01-02T03:00:00Z     |
			22:00 | 06:00 | FRIDAY   | UTC          | 2026-01-02T22:30:00Z     | 2026-01-02T22:00:00Z
			02:00 | 05:00 | FRIDAY   | UTC          | 2026-01-02T03:00:00Z     | 2026-01-02T02:00:00Z
			# the zone's clock and the zone's day
			02:00 | 05:00 |         | Asia/Tokyo    | 2026-01-01T18:00:00Z     | 2026-01-01T17:00:00Z
			02:00 | 05:00 | FRIDAY  | Asia/Tokyo    | 2026-01-01T18:00:00Z     | 2026-01-01T17:00:00Z
			02:00 | 05:00 |         | Asia/Kolkata  | 2025-12-31T20:29:59Z     |
			02:00 | 05:00 |         | Asia/Kolkata  | 2025-12-31T20:30:00Z     | 2025-12-31T20:30:00Z
			# the clocks skip an hour: the window opens with the first minute that exists
			02:30 | 05:00 |         | Europe/Berlin | 2026-03-29T01:29:59Z     |
			02:30 | 05:00 |         | Europe/Berlin | 2026-03-29T01:30:00Z     | 2026-03-29T01:30:00Z
			02:30 | 05:00 |         | Europe/Berlin | 2026-03-29T02:59:59Z     | 2026-03-29T01:30:00Z
			22:00 | 06:00 |         | Europe/Berlin | 2026-03-29T03:59:59Z     | 2026-03-28T21:00:00Z
			22:00 | 06:00 |         | Europe/Berlin | 2026-03-29T04:00:00Z     |
			02:15 | 02:45 |         | Europe/Berlin | 2026-03-29T01:20:00Z     | 2026-03-29T01:15:00Z
			02:30 | 03:00 |         | Europe/Berlin | 2026-03-29T01:10:00Z     |
			02:30 | 03:00 |         | Europe/Berlin | 2026-03-29T01:40:00Z     |
			# they repeat an hour: the window opens once and is an hour longer
			02:00 | 05:00 |         | Europe/Berlin | 2026-10-25T00:00:00Z     | 2026-10-25T00:00:00Z
			02:00 | 05:00 |         | Europe/Berlin | 2026-10-25T01:30:00Z     | 2026-10-25T00:00:00Z
			02:00 | 05:00 |         | Europe/Berlin | 2026-10-25T03:59:59Z     | 2026-10-25T00:00:00Z
			02:00 | 05:00 |         | Europe/Berlin | 2026-10-25T04:00:00Z     |
			""")
	void itIsOpenFromItsStartToItsEnd(LocalTime start, LocalTime end, @Nullable DayOfWeek day, ZoneId zone, Instant now,
			@Nullable Instant since) {
		assertThat(window(start, end, day, zone).openSince(now)).isEqualTo(since);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			02:00 | 05:00 |          | UTC           | 2026-01-01T01:00:00Z | 02:00
			# the next one, once it is open
			02:00 | 05:00 |          | UTC           | 2026-01-01T03:00:00Z | 02:00
			22:00 | 06:00 |          | UTC           | 2026-01-01T07:00:00Z | 22:00
			02:00 | 05:00 | FRIDAY   | UTC           | 2026-01-01T03:00:00Z | 02:00
			02:00 | 05:00 | SATURDAY | UTC           | 2026-01-01T01:00:00Z | Sat 02:00
			02:00 | 05:00 | THURSDAY | UTC           | 2026-01-01T02:00:00Z | Thu 02:00
			02:00 | 05:00 |          | Asia/Tokyo    | 2026-01-01T16:00:00Z | 02:00
			# the minute does not exist on this night, its window opens an hour later
			02:30 | 05:00 |          | Europe/Berlin | 2026-03-29T00:00:00Z | 03:30
			# the whole window does not exist on this night
			02:30 | 03:00 |          | Europe/Berlin | 2026-03-29T00:00:00Z | Mon 02:30
			02:30 | 03:00 | SUNDAY   | Europe/Berlin | 2026-03-22T02:00:00Z | Sun 02:30
			""")
	void itTellsWhenItOpensNext(LocalTime start, LocalTime end, @Nullable DayOfWeek day, ZoneId zone, Instant now,
			String text) {
		assertThat(window(start, end, day, zone).nextOpening(now)).isEqualTo(text);
	}

	@Test
	void withoutDaysItNeverOpens() {
		Window window = new Window(LocalTime.of(2, 0), LocalTime.of(5, 0), Set.of(), ZoneId.of("UTC"), false, null);
		assertThat(window.nextOpening(Instant.parse("2026-01-01T01:00:00Z"))).isEqualTo("never");
	}

	@Test
	void everyMinuteOfAYearIsEitherOpenOrBeforeAnOpening() {
		Window window = new Window(LocalTime.of(22, 0), LocalTime.of(2, 30),
				EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY), ZoneId.of("Europe/Berlin"), false, null);
		Instant end = Instant.parse("2027-01-01T00:00:00Z");
		for (Instant now = Instant.parse("2026-01-01T00:00:00Z"); now
			.isBefore(end); now = now.plus(Duration.ofMinutes(7))) {
			Instant since = window.openSince(now);
			assertThat(window.nextOpening(now)).isNotEqualTo("never");
			if (since != null) {
				assertThat(since).isBeforeOrEqualTo(now);
				assertThat(Duration.between(since, now)).isLessThan(Duration.ofMinutes(5 * 60 + 30));
				assertThat(since.atZone(window.zone()).getDayOfWeek()).isIn(window.days());
			}
		}
	}

	private static Window window(LocalTime start, LocalTime end, @Nullable DayOfWeek day, ZoneId zone) {
		Set<DayOfWeek> days = (day != null) ? Set.of(day) : Set.copyOf(Arrays.asList(DayOfWeek.values()));
		return new Window(start, end, days, zone, false, null);
	}

}
