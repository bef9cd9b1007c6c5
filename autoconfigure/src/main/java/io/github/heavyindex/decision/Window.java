package io.github.heavyindex.decision;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The hours in which operations may start. A window that ends before it starts crosses
 * midnight and belongs to the day on which it opens.
 *
 * @param start when it opens
 * @param end when it closes
 * @param days the days on which it opens
 * @param zone the zone of the times
 * @param stopRunning whether a running build is cancelled when it closes
 * @param maxDuration the longest time that operations may run in one opening, or
 * {@code null}
 * @since 0.1.0
 */
public record Window(LocalTime start, LocalTime end, Set<DayOfWeek> days, ZoneId zone, boolean stopRunning,
		@Nullable Duration maxDuration) {

	// two weeks, as the change of the clocks may skip the only opening of one, and today
	private static final int DAYS_AHEAD = 15;

	public Window {
		// in an order that is the same everywhere, also as text
		EnumSet<DayOfWeek> ordered = EnumSet.noneOf(DayOfWeek.class);
		ordered.addAll(days);
		days = Collections.unmodifiableSet(ordered);
	}

	/**
	 * When the opening began that lasts now.
	 * @param now a time
	 * @return the time, or {@code null} while the window is closed
	 */
	@Nullable Instant openSince(Instant now) {
		LocalDate today = now.atZone(this.zone).toLocalDate();
		for (LocalDate day : new LocalDate[] { today, today.minusDays(1) }) {
			if (this.days.contains(day.getDayOfWeek()) && !now.isBefore(opens(day)) && now.isBefore(closes(day))) {
				return opens(day);
			}
		}
		return null;
	}

	/**
	 * When the window opens next, for people.
	 * @param now a time
	 * @return as in {@code 02:00}, with the day where it is not within a day
	 */
	String nextOpening(Instant now) {
		LocalDate today = now.atZone(this.zone).toLocalDate();
		for (int ahead = 0; ahead < DAYS_AHEAD; ahead++) {
			LocalDate day = today.plusDays(ahead);
			// a window that lies in the hour that a change of the clocks skips does not
			// open
			if (this.days.contains(day.getDayOfWeek()) && now.isBefore(opens(day))
					&& opens(day).isBefore(closes(day))) {
				ZonedDateTime opening = opens(day).atZone(this.zone);
				boolean soon = Duration.between(now, opening).toHours() < 24;
				return DateTimeFormatter.ofPattern(soon ? "HH:mm" : "EEE HH:mm", Locale.ENGLISH).format(opening);
			}
		}
		return "never";
	}

	private Instant opens(LocalDate day) {
		return ZonedDateTime.of(day, this.start, this.zone).toInstant();
	}

	private Instant closes(LocalDate day) {
		LocalDate last = this.end.isAfter(this.start) ? day : day.plusDays(1);
		return ZonedDateTime.of(last, this.end, this.zone).toInstant();
	}

}
