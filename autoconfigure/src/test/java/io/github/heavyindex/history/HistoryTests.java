package io.github.heavyindex.history;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;

import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link History}.
 */
class HistoryTests {

	private static final String SQL = "CREATE INDEX x ON t (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private JdbcTemplate jdbc = new JdbcTemplate();

	private History history = new History(this.jdbc, "public", "shop");

	@BeforeEach
	void tables() {
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(this.database.connection(), true));
		HistoryTables.create(this.jdbc, "public");
		this.history = new History(this.jdbc, "public", "shop");
	}

	private OperationRecord record() {
		return Objects.requireNonNull(this.history.operations().get("x"));
	}

	private List<OperationAttempt> attempts() {
		return this.history.attempts().getOrDefault("x", List.of());
	}

	private boolean start() {
		return this.history.start("x", SQL, 4711, "host-1", 7, Beginning.NOTHING);
	}

	@Test
	void nothingAtFirst() {
		assertThat(this.history.operations()).isEmpty();
		assertThat(this.history.attempts()).isEmpty();
	}

	@Test
	void anAttemptStartsAndEnds() {
		Instant before = now();
		assertThat(start()).isTrue();
		OperationRecord running = record();
		assertThat(running.state()).isEqualTo(OperationState.RUNNING);
		assertThat(running.attempts()).isEqualTo(1);
		assertThat(running.startedAt()).isBetween(before, now());
		assertThat(running.finishedAt()).isNull();
		assertThat(running.instance()).isEqualTo("host-1");
		assertThat(running.instanceKey()).isEqualTo(7);
		assertThat(running.pid()).isEqualTo(4711);
		assertThat(attempts()).singleElement().satisfies((attempt) -> {
			assertThat(attempt.outcome()).isEqualTo(Outcome.RUNNING);
			assertThat(attempt.duration()).isNull();
		});

		assertThat(this.history.record("x", SQL, 17, Transition.completed(false, "btree (a)"))).isTrue();
		OperationRecord completed = record();
		assertThat(completed.state()).isEqualTo(OperationState.COMPLETED);
		assertThat(completed.definition()).isEqualTo("btree (a)");
		assertThat(completed.definitionVersion()).isEqualTo(17);
		assertThat(completed.startedAt()).isEqualTo(running.startedAt());
		assertThat(completed.finishedAt()).isAfterOrEqualTo(running.startedAt());
		assertThat(completed.attempts()).isEqualTo(1);
		assertThat(attempts()).singleElement().satisfies((attempt) -> {
			assertThat(attempt.outcome()).isEqualTo(Outcome.COMPLETED);
			assertThat(attempt.attempt()).isEqualTo(1);
			assertThat(attempt.instance()).isEqualTo("host-1");
			assertThat(attempt.pid()).isEqualTo(4711);
			assertThat(attempt.duration()).isNotNull();
			assertThat(attempt.error()).isNull();
		});
	}

	@Test
	void theSameAgainIsNoChange() {
		assertThat(this.history.record("x", SQL, 17, Transition.completed(true, "btree (a)"))).isTrue();
		OperationRecord first = record();
		assertThat(this.history.record("x", SQL, 17, Transition.completed(true, "btree (a)"))).isFalse();
		assertThat(record()).isEqualTo(first);
		assertThat(this.history.record("x", SQL, 18, Transition.completed(true, "btree (a)"))).isTrue();
	}

	@Test
	void aRetryWaitsAndCounts() {
		start();
		this.history.record("x", SQL, 17, Transition.retry("55P03", "lock timeout", Duration.ofMinutes(3)));
		OperationRecord waiting = record();
		assertThat(waiting.state()).isEqualTo(OperationState.PENDING);
		assertThat(waiting.attempts()).isEqualTo(1);
		assertThat(waiting.finishedAt()).isNull();
		assertThat(waiting.lastError()).isEqualTo("lock timeout");
		assertThat(waiting.nextAttemptAt()).isBetween(now().plusSeconds(170), now().plusSeconds(181));
		assertThat(attempts()).singleElement().satisfies((attempt) -> {
			assertThat(attempt.outcome()).isEqualTo(Outcome.RETRY);
			assertThat(attempt.sqlState()).isEqualTo("55P03");
			assertThat(attempt.error()).isEqualTo("lock timeout");
		});
		start();
		assertThat(record().attempts()).isEqualTo(2);
		assertThat(record().lastError()).isNull();
		assertThat(record().nextAttemptAt()).isNull();
		assertThat(attempts()).extracting(OperationAttempt::attempt).containsExactly(2, 1);
	}

	@Test
	void aPostponedAttemptCountsAsNone() {
		start();
		this.history.record("x", SQL, 17, Transition.postponed("25006", "read-only", Duration.ofSeconds(1)));
		assertThat(record().attempts()).isZero();
		assertThat(attempts()).hasSize(1);
	}

	@Test
	void anAttemptThatNobodyEndedIsLost() {
		start();
		start();
		assertThat(record().attempts()).isEqualTo(2);
		assertThat(attempts()).extracting(OperationAttempt::outcome).containsExactly(Outcome.RUNNING, Outcome.LOST);
	}

	@Test
	void aChangedDeclarationCountsAnew() {
		start();
		start();
		this.history.record("x", SQL, 17, Transition.failed("42703", "no column"));
		assertThat(this.history.start("x", "CREATE INDEX x ON t (b)", 1, "host-2", 8, Beginning.NOTHING)).isTrue();
		assertThat(record().attempts()).isEqualTo(1);
		assertThat(record().sql()).isEqualTo("CREATE INDEX x ON t (b)");
		assertThat(record().state()).isEqualTo(OperationState.RUNNING);
	}

	@Test
	void aCancelledOperationIsNotStarted() {
		this.history.orders().cancel("x", SQL, true, false, "by request", null);
		assertThat(record().state()).isEqualTo(OperationState.CANCELLED);
		assertThat(start()).isFalse();
		assertThat(record().state()).isEqualTo(OperationState.CANCELLED);
		assertThat(attempts()).isEmpty();
		assertThat(this.history.start("x", "CREATE INDEX x ON t (b)", 1, "host-1", 7, Beginning.NOTHING))
			.as("declared anew")
			.isTrue();
	}

	@Test
	void aCancelledOperationStaysSoUnlessItsGoalIsMet() {
		start();
		this.history.orders().cancel("x", SQL, true, false, "by request", null);
		this.history.record("x", SQL, 17, Transition.retry("57014", "cancelled", Duration.ofSeconds(1)));
		assertThat(record().state()).isEqualTo(OperationState.CANCELLED);
		assertThat(record().lastError()).isEqualTo("by request");
		this.history.record("x", SQL, 17, Transition.failed("57014", "cancelled"));
		assertThat(record().state()).isEqualTo(OperationState.CANCELLED);
		this.history.record("x", SQL, 17, Transition.completed(false, "btree (a)"));
		assertThat(record().state()).isEqualTo(OperationState.COMPLETED);
		assertThat(record().lastError()).isNull();
	}

	@Test
	void aFinishedOperationIsNotCancelled() {
		this.history.record("x", SQL, 17, Transition.completed(true, null));
		this.history.orders().cancel("x", SQL, true, false, "too late", null);
		assertThat(record().state()).isEqualTo(OperationState.COMPLETED);
		this.history.record("x", SQL, 17, Transition.failed("23505", "duplicates"));
		this.history.orders().cancel("x", SQL, true, false, "too late", null);
		assertThat(record().state()).isEqualTo(OperationState.FAILED);
	}

	@Test
	void anOperationThatWasDeclaredAnewIsCancelledWhateverIsRecordedOfTheFormerStatement() {
		start();
		this.history.record("x", SQL, 17, Transition.completed(false, "btree (a)"));
		String anew = "CREATE INDEX x ON t (b)";
		this.history.orders().cancel("x", anew, true, false, "by request", null);
		assertThat(record().state()).isEqualTo(OperationState.CANCELLED);
		assertThat(record().sql()).isEqualTo(anew);
		assertThat(this.history.start("x", anew, 1, "host-1", 7, Beginning.NOTHING)).isFalse();
	}

	@Test
	void anOperationThatWasDeclaredAnewIsRunNow() {
		start();
		this.history.record("x", SQL, 17, Transition.failed("23505", "duplicates"));
		String anew = "CREATE INDEX x ON t (b)";
		this.history.orders().runNow("x", anew, null);
		assertThat(record().state()).isEqualTo(OperationState.PENDING);
		assertThat(record().runNow()).isTrue();
		assertThat(record().sql()).isEqualTo(anew);
		assertThat(record().attempts()).isZero();
	}

	@Test
	void aResetMakesAFinishedOperationPending() {
		start();
		this.history.record("x", SQL, 17, Transition.failed("23505", "duplicates"));
		this.history.orders().retry("x", SQL, null);
		OperationRecord reset = record();
		assertThat(reset.state()).isEqualTo(OperationState.PENDING);
		assertThat(reset.attempts()).isZero();
		assertThat(reset.lastError()).isNull();
		assertThat(reset.finishedAt()).isNull();
		assertThat(attempts()).as("history is kept").hasSize(1);
	}

	@Test
	void aResetShortensAWaitAndLeavesARunningOperationAlone() {
		start();
		OperationRecord running = record();
		this.history.orders().retry("x", SQL, null);
		assertThat(record()).isEqualTo(running);
		this.history.record("x", SQL, 17, Transition.retry("55P03", "lock timeout", Duration.ofHours(1)));
		this.history.orders().retry("x", SQL, null);
		assertThat(record().nextAttemptAt()).isNull();
		assertThat(record().attempts()).isZero();
	}

	@Test
	void theLastTwentyAttemptsAreShownLatestFirst() {
		for (int i = 0; i < 25; i++) {
			start();
			this.history.start("y", SQL, 1, "host-1", 7, Beginning.NOTHING);
		}
		assertThat(attempts()).hasSize(20).extracting(OperationAttempt::attempt).startsWith(25, 24).endsWith(7, 6);
		assertThat(this.history.attempts()).containsOnlyKeys("x", "y");
	}

	@Test
	void applicationsAreKeptApart() {
		History other = new History(this.jdbc, "public", "billing");
		start();
		other.start("x", "DROP INDEX z", 1, "host-2", 8, Beginning.NOTHING);
		other.record("x", "DROP INDEX z", 17, Transition.failed("42704", "no index"));
		assertThat(record().state()).isEqualTo(OperationState.RUNNING);
		assertThat(attempts()).extracting(OperationAttempt::outcome).containsExactly(Outcome.RUNNING);
		assertThat(other.operations().get("x")).extracting("state").isEqualTo(OperationState.FAILED);
	}

	@Test
	void textIsData() {
		String nasty = "'; drop table heavy_index_operation; -- \" {escape} $$ \\ ? :x \u00e9\ud83d\udc18";
		History odd = new History(this.jdbc, "public", nasty);
		assertThat(odd.start(nasty, nasty, 1, nasty, 1, Beginning.NOTHING)).isTrue();
		odd.record(nasty, nasty, 17, Transition.failed("42601", nasty));
		assertThat(odd.operations()).containsOnlyKeys(nasty);
		assertThat(odd.operations().get(nasty)).extracting("lastError").isEqualTo(nasty);
		odd.orders().retry(nasty, nasty, null);
		odd.orders().cancel(nasty, nasty, true, false, nasty, null);
		assertThat(odd.operations().get(nasty)).extracting("state").isEqualTo(OperationState.CANCELLED);
	}

	@Test
	void noTransactionIsLeftOpen() throws Exception {
		start();
		this.history.record("x", SQL, 17, Transition.completed(false, null));
		this.history.operations();
		this.history.attempts();
		assertThat(this.database.single("""
				select count(*) from pg_stat_activity where datname = current_database()
				and state like 'idle in transaction%'""", Long.class)).isZero();
	}

	private Instant now() {
		return this.database.single("select clock_timestamp()", OffsetDateTime.class).toInstant();
	}

}
