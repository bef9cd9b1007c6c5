package io.github.heavyindex.history;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OrderBook}.
 */
class OrderBookTests {

	private static final String SQL = "CREATE INDEX x ON t (a)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private JdbcTemplate jdbc = new JdbcTemplate();

	private History history = new History(this.jdbc, "public", "shop");

	private OrderBook orders = this.history.orders();

	@BeforeEach
	void tables() {
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(this.database.connection(), true));
		HistoryTables.create(this.jdbc, "public");
		this.history = new History(this.jdbc, "public", "shop");
		this.orders = this.history.orders();
	}

	private OperationState state() {
		return Objects.requireNonNull(this.history.operations().get("x")).state();
	}

	private OperationOrder order() {
		return Objects.requireNonNull(this.history.records().orders().get("x"));
	}

	private List<String> actions(String name) {
		return this.history.past()
			.actions(name)
			.stream()
			.map((action) -> action.action() + " " + action.actor())
			.toList();
	}

	private void is(OperationState state) {
		is("x", state);
	}

	private void is(String name, OperationState state) {
		this.database.execute("""
				insert into heavy_index_operation (application, name, sql, state) values ('shop', '%s', '%s', '%s')
				on conflict (application, name) do update set sql = excluded.sql, state = excluded.state"""
			.formatted(name, SQL, state));
	}

	@Test
	void aPauseIsOfOneApplicationAndNotedOnce() {
		OrderBook other = new History(this.jdbc, "public", "billing").orders();
		assertThat(this.orders.resume("alice")).as("nothing to resume").isFalse();
		assertThat(this.history.records().application()).isNull();
		assertThat(this.orders.pause("alice")).isTrue();
		assertThat(this.orders.pause("bob")).isFalse();
		assertThat(other.resume("bob")).isFalse();
		assertThat(this.history.records().application()).satisfies((pause) -> {
			assertThat(Objects.requireNonNull(pause).paused()).isTrue();
			assertThat(pause.actor()).isEqualTo("alice");
		});
		assertThat(this.orders.resume(null)).isTrue();
		assertThat(this.history.past().actionsOnAll()).extracting(OperationAction::action)
			.containsExactly("resume", "pause");
		assertThat(this.history.operations()).isEmpty();
	}

	@Test
	void whatRunsOrIsCompletedIsNotSkipped() {
		assertThat(this.orders.skip("x", SQL, false, "alice")).as("never recorded before").isTrue();
		assertThat(state()).isEqualTo(OperationState.SKIPPED);
		assertThat(this.orders.skip("x", SQL, false, "bob")).isFalse();
		assertThat(actions("x")).containsExactly("skip alice");
		is(OperationState.RUNNING);
		assertThat(this.orders.skip("x", SQL, false, "bob")).isFalse();
		is(OperationState.COMPLETED);
		assertThat(this.orders.skip("x", SQL, false, "bob")).isFalse();
		assertThat(this.orders.skip("x", SQL, true, "bob")).as("drifted").isTrue();
		is(OperationState.RUNNING);
		assertThat(this.orders.skip("x", "CREATE INDEX x ON t (b)", false, "bob")).as("declared anew").isTrue();
	}

	@Test
	void anApprovalIsOfAStatement() {
		assertThat(this.orders.approve("x", SQL, "alice")).isTrue();
		assertThat(this.orders.approve("x", SQL, "bob")).isFalse();
		this.history.undos().owns("x", SQL, 4711L);
		assertThat(order().approved()).isTrue();
		assertThat(order().index()).isEqualTo(4711);
		String anew = "CREATE INDEX x ON t (b)";
		assertThat(this.orders.approve("x", anew, "bob")).isTrue();
		assertThat(order().sql()).isEqualTo(anew);
		assertThat(order().index()).as("of the former statement").isNull();
		this.history.undos().owns("x", SQL, 4712L);
		assertThat(order().approved()).isFalse();
	}

	@Test
	void onlyWhatFailedIsTriedAgain() {
		is(OperationState.FAILED);
		is("y", OperationState.PENDING);
		assertThat(this.orders.retryFailed(Map.of("x", "another", "y", SQL), "alice")).isFalse();
		assertThat(this.orders.retryFailed(Map.of("x", SQL, "y", SQL), "alice")).isTrue();
		assertThat(state()).isEqualTo(OperationState.PENDING);
		assertThat(actions("x")).containsExactly("retry alice");
		assertThat(actions("y")).isEmpty();
		is(OperationState.COMPLETED);
		this.history.undos().owns("x", SQL, 4711L);
		this.orders.rollback("x", SQL, "alice");
		is(OperationState.FAILED);
		assertThat(this.orders.retryFailed(Map.of("x", SQL), "alice")).as("its way back has failed").isFalse();
		assertThat(order().rollback()).isTrue();
	}

	@Test
	void aRollbackIsOrderedOnceAndEnds() {
		is(OperationState.COMPLETED);
		assertThat(this.orders.rollback("x", SQL, "alice")).as("nothing is known of it").isFalse();
		this.history.undos().owns("x", SQL, 4711L);
		assertThat(this.orders.rollback("x", "another", "alice")).isFalse();
		assertThat(this.orders.rollback("x", SQL, "alice")).isTrue();
		assertThat(this.orders.rollback("x", SQL, "bob")).isFalse();
		assertThat(state()).isEqualTo(OperationState.PENDING);
		assertThat(order().rollback()).isTrue();
		assertThat(this.history.start("x", SQL, 1, "host-1", 7, Beginning.NOTHING)).isTrue();
		this.history.undos().rolledBack("x", SQL, true, "Rolled back");
		assertThat(state()).isEqualTo(OperationState.CANCELLED);
		assertThat(order().rollback()).isFalse();
		assertThat(order().index()).isNull();
		assertThat(this.history.attempts().get("x")).singleElement()
			.extracting(OperationAttempt::outcome)
			.isEqualTo(Outcome.ROLLED_BACK);
		this.history.undos().rolledBack("x", SQL, true, "again");
		assertThat(this.history.operations().get("x")).extracting(OperationRecord::lastError).isEqualTo("Rolled back");
		assertThat(actions("x")).containsExactly("rollback alice");
	}

	@Test
	void aRollbackThatWasCancelledForgetsNothing() {
		is(OperationState.COMPLETED);
		this.history.undos().drops("x", SQL, "CREATE INDEX old ON t (a)");
		this.orders.rollback("x", SQL, null);
		this.orders.cancel("x", SQL, true, false, "by request", null);
		this.history.undos().rolledBack("x", SQL, false, "cancelled");
		assertThat(order().rollback()).isFalse();
		assertThat(order().dropped()).isEqualTo("CREATE INDEX old ON t (a)");
	}

	/**
	 * What people order of one operation, and from which state.
	 */
	private static Stream<Arguments> orders() {
		return Stream.of(
				Arguments.of("retry", OperationState.FAILED,
						(Predicate<OrderBook>) (orders) -> orders.retry("x", SQL, "alice")),
				Arguments.of("cancel", OperationState.RUNNING,
						(Predicate<OrderBook>) (orders) -> orders.cancel("x", SQL, true, false, "by request", "alice")),
				Arguments.of("run-now", OperationState.PENDING,
						(Predicate<OrderBook>) (orders) -> orders.runNow("x", SQL, "alice")),
				Arguments.of("skip", OperationState.FAILED,
						(Predicate<OrderBook>) (orders) -> orders.skip("x", SQL, false, "alice")),
				Arguments.of("rollback", OperationState.COMPLETED,
						(Predicate<OrderBook>) (orders) -> orders.rollback("x", SQL, "alice")));
	}

	@ParameterizedTest
	@MethodSource("orders")
	void whoOrderedWhatIsRecordedWithTheOrderOrNeitherIs(String action, OperationState before,
			Predicate<OrderBook> order) {
		is(before);
		this.history.undos().owns("x", SQL, 4711L);
		OperationRecord record = this.history.operations().get("x");
		this.database.execute("alter table heavy_index_action add constraint nobody_may check (false) not valid");
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> order.test(this.orders))
			.withMessageContaining("nobody_may");
		assertThat(this.history.operations().get("x")).isEqualTo(record);
		this.database.execute("alter table heavy_index_action drop constraint nobody_may");
		assertThat(order.test(this.orders)).isTrue();
		assertThat(this.history.operations().get("x")).isNotEqualTo(record);
		assertThat(order.test(this.orders)).as("it stands already").isFalse();
		assertThat(actions("x")).containsExactly(action + " alice");
	}

	@ParameterizedTest
	@MethodSource("orders")
	void othersHearOfOrdersWithoutAsking(String action, OperationState before, Predicate<OrderBook> order) {
		Connection listener = this.database.connection();
		OrderNews.listen(new JdbcTemplate(new SingleConnectionDataSource(listener, true)));
		is(before);
		this.history.undos().owns("x", SQL, 4711L);
		assertThat(OrderNews.arrived(listener, 0, "shop")).isFalse();
		assertThat(order.test(this.orders)).isTrue();
		Awaitility.await().until(() -> OrderNews.arrived(listener, 0, "shop"));
		assertThat(order.test(this.orders)).isFalse();
		assertThat(OrderNews.arrived(listener, 0, "shop")).as("nothing new by " + action).isFalse();
	}

	@Test
	void whatMustNotEndIsCancelledOnlyWhereItDoesNotRun() {
		is(OperationState.COMPLETED);
		this.history.undos().owns("x", SQL, 4711L);
		runs();
		assertThat(cancel(false, true)).as("a drop").isFalse();
		assertThat(state()).isEqualTo(OperationState.RUNNING);
		assertThat(cancel(true, false)).as("a build").isTrue();
		runs();
		this.database.execute("update heavy_index_operation set pid = 0");
		assertThat(cancel(false, true)).as("a drop whose session is gone").isTrue();
		runs();
		this.jdbc.query("select pg_advisory_unlock_all()", (row) -> {
		});
		assertThat(cancel(false, true)).as("a drop whose pid somebody else has by now").isTrue();
		is(OperationState.PENDING);
		assertThat(cancel(false, false)).as("not begun").isTrue();
		is(OperationState.COMPLETED);
		this.orders.rollback("x", SQL, null);
		runs();
		assertThat(cancel(true, false)).as("the drop of what was built").isFalse();
		assertThat(cancel(false, true)).as("the build of what was dropped").isTrue();
	}

	private void runs() {
		is(OperationState.RUNNING);
		this.jdbc.update("""
				update heavy_index_operation o set pid = a.pid, session_started_at = a.backend_start
				from pg_stat_activity a where a.pid = pg_backend_pid()""");
		this.jdbc.query("select pg_try_advisory_lock(4711)", (row) -> {
		});
	}

	private boolean cancel(boolean forth, boolean back) {
		return this.orders.cancel("x", SQL, forth, back, "by request", "alice");
	}

	@Test
	void aRetryGivesTheWayBackUp() {
		is(OperationState.COMPLETED);
		this.history.undos().drops("x", SQL, "CREATE INDEX old ON t (a)");
		this.orders.rollback("x", SQL, "alice");
		assertThat(this.orders.retry("x", SQL, "bob")).as("it has not failed").isFalse();
		assertThat(order().rollback()).isTrue();
		is(OperationState.FAILED);
		assertThat(this.orders.retry("x", SQL, "bob")).isTrue();
		assertThat(order().rollback()).isFalse();
	}

	@Test
	void aRetryGivesAWayBackUpThatWasToRunNow() {
		is(OperationState.COMPLETED);
		this.history.undos().drops("x", SQL, "CREATE INDEX old ON t (a)");
		this.orders.rollback("x", SQL, "alice");
		this.database.execute("update heavy_index_operation set last_error = 'too slow',"
				+ " next_attempt_at = now() + interval '1 hour'");
		assertThat(this.orders.runNow("x", SQL, "alice")).isTrue();
		assertThat(this.orders.retry("x", SQL, "bob")).isTrue();
		assertThat(order().rollback()).isFalse();
		assertThat(this.orders.retry("x", SQL, "bob")).as("as it is already").isFalse();
	}

}
