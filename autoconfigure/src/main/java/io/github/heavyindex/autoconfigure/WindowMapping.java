package io.github.heavyindex.autoconfigure;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.heavyindex.decision.Window;
import org.jspecify.annotations.Nullable;

/**
 * Reads the window's times and days.
 */
final class WindowMapping {

	private static final int SHORTEST_DAY_NAME = 3;

	private WindowMapping() {
	}

	/**
	 * Maps the properties.
	 * @return the window, or {@code null} if none is set
	 * @throws IllegalArgumentException if a time, a day or the zone cannot be read
	 */
	static @Nullable Window map(HeavyIndexProperties.Window properties) {
		if (properties.start() == null || properties.end() == null) {
			return null;
		}
		return new Window(time(properties.start()), time(properties.end()), days(properties.days()),
				zone(properties.zone()), properties.stopRunning(), properties.maxDuration());
	}

	/**
	 * Reads a time of day. YAML reads an unquoted {@code 22:00} as a number to the base
	 * 60: 1320 minutes, or with seconds 79200 seconds; never less than 60, as it does so
	 * only without a leading zero.
	 */
	static LocalTime time(String text) {
		try {
			if (text.chars().allMatch(Character::isDigit)) {
				int number = Integer.parseInt(text);
				int minutesOfDay = 24 * 60;
				if (number >= 60) {
					return LocalTime.ofSecondOfDay((number < minutesOfDay) ? number * 60L : number);
				}
			}
			return LocalTime.parse((text.indexOf(':') == 1) ? "0" + text : text);
		}
		catch (DateTimeException | NumberFormatException ex) {
			throw new IllegalArgumentException("'" + text + "' is no time of day, write it as in \"22:00\"", ex);
		}
	}

	static ZoneId zone(String name) {
		try {
			return ZoneId.of(name.strip());
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("'" + name
					+ "' is no time zone, write it as in UTC, Europe/Berlin (the IANA database's name) or +02:00", ex);
		}
	}

	static Set<DayOfWeek> days(List<String> names) {
		if (names.isEmpty()) {
			return EnumSet.allOf(DayOfWeek.class);
		}
		Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
		names.forEach((name) -> days.add(day(name)));
		return days;
	}

	private static DayOfWeek day(String name) {
		String upper = name.strip().toUpperCase(Locale.ROOT);
		return Arrays.stream(DayOfWeek.values())
			.filter((day) -> day.name().equals(upper)
					|| (upper.length() == SHORTEST_DAY_NAME && day.name().startsWith(upper)))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("'" + name + "' is no day, write it as in mon or MONDAY"));
	}

}
