package io.github.heavyindex.decision;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;

import io.github.heavyindex.decision.Guards.Span;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Guards}.
 */
class GuardsTests {

	private static final Instant NIGHT = Instant.parse("2026-01-01T03:00:00Z");

	private static final Instant DAY = Instant.parse("2026-01-01T12:00:00Z");

	private static final Load QUIET = new Load(3, null, false, Duration.ZERO);

	private static final Load HIDDEN = new Load(null, null, true, null);

	@Test
	void withoutSettingsNothingHolds() {
		assertThat(Guards.NONE.askForLoad()).isFalse();
		assertThat(hold(Guards.NONE, new Load(9999, oldTransaction(9999), true, Duration.ofDays(1)))).isNull();
		assertThat(hold(Guards.NONE, HIDDEN)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "49,", "50,", "51,guard: 51 active connections > 50" })
	void tooManyActiveConnectionsHold(int active, @Nullable String reason) {
		assertThat(hold(connections(50, true), new Load(active, null, false, Duration.ZERO))).isEqualTo(reason);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			59 |
			60 |
			61 | guard: transaction of pid 812 (app, billing, idle in transaction) open for 61 s > 60 s
			""")
	void anOldTransactionHolds(long seconds, @Nullable String reason) {
		Guards guards = guards(null, Duration.ofMinutes(1), null, true);
		assertThat(hold(guards, new Load(0, oldTransaction(seconds), false, Duration.ZERO))).isEqualTo(reason);
	}

	@ParameterizedTest
	@CsvSource({ "999,", "1000,", "1001,guard: replication lag 1001 ms > 1000 ms" })
	void replicationLagHolds(long millis, @Nullable String reason) {
		Guards guards = guards(null, null, Duration.ofSeconds(1), true);
		assertThat(hold(guards, new Load(0, null, false, Duration.ofMillis(millis)))).isEqualTo(reason);
	}

	@ParameterizedTest
	@CsvSource({ "1,,,active connections", ",PT1M,,age of other roles' transactions", ",,PT1S,replication lag" })
	void whatTheRoleMayNotSeeHoldsOrIsIgnored(@Nullable Integer connections, @Nullable Duration age,
			@Nullable Duration lag, String what) {
		assertThat(hold(guards(connections, age, lag, true), HIDDEN)).isEqualTo(
				"guard: " + what + " unknown (grant pg_read_all_stats, or set heavy-index.guard.on-unknown=ignore)");
		assertThat(hold(guards(connections, age, lag, false), HIDDEN)).isNull();
	}

	@Test
	void whatIsKnownCountsAlsoWhereTheRestIsHidden() {
		Guards guards = guards(null, Duration.ofMinutes(1), null, false);
		assertThat(hold(guards, new Load(null, oldTransaction(61), true, null))).contains("pid 812");
	}

	@Test
	void aRunningBuildIsStoppedByLoadButNotByAnOldTransaction() {
		Guards guards = new Guards(null, 50, Duration.ofSeconds(1), null, true, true);
		assertThat(stop(guards, NIGHT, new Load(51, null, false, Duration.ZERO)))
			.isEqualTo("guard: 51 active connections > 50");
		assertThat(stop(guards, NIGHT, new Load(1, oldTransaction(9), false, Duration.ZERO))).isNull();
		assertThat(stop(connections(50, true), NIGHT, new Load(51, null, false, Duration.ZERO))).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "true,window opens 02:00", "false," })
	void aRunningBuildIsStoppedByTheWindowOnlyWhenToldTo(boolean stopRunning, @Nullable String reason) {
		Guards guards = windowed(stopRunning, null);
		assertThat(stop(guards, NIGHT, QUIET)).isNull();
		assertThat(stop(guards, DAY, QUIET)).isEqualTo(reason);
		assertThat(guards.hold(NIGHT, QUIET, List.of())).isNull();
		assertThat(guards.hold(DAY, QUIET, List.of())).isEqualTo("window opens 02:00");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# the window has been open since 02:00, it is 03:00, and 30 minutes are allowed
			''                                              |
			02:00-02:29                                     |
			02:00-02:30                                     | 30 min
			02:00-02:20 02:10-02:29                         |
			02:00-02:20 02:10-02:30                         | 30 min
			02:10-02:20 02:00-02:40                         | 40 min
			02:00-02:15 02:45-03:00                         | 30 min
			02:00-02:10 02:20-02:30 02:05-02:25             | 30 min
			# only what lies in this opening
			00:00-01:59                                     |
			01:00-02:29                                     |
			01:00-02:31                                     | 31 min
			# one that has not ended
			02:31-                                          |
			02:25-                                          | 35 min
			02:25- 02:50-                                   | 35 min
			""")
	void theTimeThatOneOpeningMayUseIsTheUnionOfWhatRan(String spans, @Nullable String used) {
		Guards guards = windowed(false, Duration.ofMinutes(30));
		List<Span> worked = spans.isEmpty() ? List.of()
				: List.of(spans.split(" ")).stream().map(GuardsTests::span).toList();
		assertThat(guards.hold(NIGHT, QUIET, worked))
			.isEqualTo((used != null) ? "window: " + used + " of 30 min used, opens 02:00" : null);
	}

	@Test
	void lessThanAMinuteIsToldInSeconds() {
		Span span = new Span(at("02:00"), at("02:00").plusSeconds(40));
		assertThat(windowed(false, Duration.ofSeconds(30)).hold(NIGHT, QUIET, List.of(span)))
			.isEqualTo("window: 40 s of 30 s used, opens 02:00");
	}

	private static Span span(String text) {
		int dash = text.indexOf('-');
		String end = text.substring(dash + 1);
		return new Span(at(text.substring(0, dash)), end.isEmpty() ? null : at(end));
	}

	private static Instant at(String time) {
		return Instant.parse("2026-01-01T" + time + ":00Z");
	}

	private static Load.OldTransaction oldTransaction(long seconds) {
		return new Load.OldTransaction(812, "app, billing, idle in transaction", Duration.ofSeconds(seconds));
	}

	private static Guards windowed(boolean stopRunning, @Nullable Duration maxDuration) {
		return new Guards(new Window(LocalTime.of(2, 0), LocalTime.of(5, 0), EnumSet.allOf(DayOfWeek.class),
				ZoneId.of("UTC"), stopRunning, maxDuration), null, null, null, false, true);
	}

	private static Guards connections(int most, boolean holdOnUnknown) {
		return guards(most, null, null, holdOnUnknown);
	}

	private static Guards guards(@Nullable Integer connections, @Nullable Duration age, @Nullable Duration lag,
			boolean holdOnUnknown) {
		Guards guards = new Guards(null, connections, age, lag, false, holdOnUnknown);
		assertThat(guards.askForLoad()).isTrue();
		return guards;
	}

	private static @Nullable String hold(Guards guards, Load load) {
		return guards.hold(NIGHT, load, List.of());
	}

	private static @Nullable String stop(Guards guards, Instant now, Load load) {
		return guards.stop(now, load, List.of());
	}

}
