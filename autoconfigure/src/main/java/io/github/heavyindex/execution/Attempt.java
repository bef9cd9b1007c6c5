package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Mends;
import io.github.heavyindex.decision.RetryPolicy;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.Undo;
import io.github.heavyindex.history.Beginning;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Transition;
import io.github.heavyindex.postgres.DefinitionComparer;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an operation, under the table's lock: decide again, begin, carry out,
 * and ask the catalog what came of it.
 */
final class Attempt implements Task {

	static final String CANCELLED_BY_REQUEST = "Cancelled by request";

	static final String STOPPED_BY_CLOSE = "stopped, the application closed";

	private static final String CANCELLED = "57014";

	private static final Log logger = LogFactory.getLog(Attempt.class);

	private final IndexOperation declared;

	// what is carried out: the declared operation, or the one that undoes it
	private final IndexOperation operation;

	private final @Nullable Undo undo;

	private final long table;

	private final Engine engine;

	private final PhysicalConnection connection;

	private final LeftoverRemoval leftover;

	private Judgement judgement;

	private volatile @Nullable Step step;

	private volatile boolean analyzes;

	private @Nullable SqlFailure failure;

	Attempt(IndexOperation declared, long table, Engine engine, PhysicalConnection connection) throws SQLException {
		this.declared = declared;
		this.table = table;
		this.engine = engine;
		this.connection = connection;
		this.judgement = engine.judge(connection);
		this.undo = this.judgement.look().undos().of(declared);
		this.operation = (this.undo != null) ? this.undo.operation() : declared;
		this.leftover = new LeftoverRemoval(this.operation, table, engine, connection);
	}

	@Override
	public int pid() {
		return this.connection.pid();
	}

	@Override
	public String work() {
		Step step = this.step;
		return (step != null && step.cleansUp()) ? "an index that an earlier attempt left is being removed"
				: "its turn";
	}

	@Override
	public boolean builds() {
		Step step = this.step;
		return step != null && step.builds() && !this.analyzes;
	}

	@Override
	public boolean analyzes() {
		return this.analyzes;
	}

	@Override
	public void stop() throws SQLException {
		this.engine.stop(this.declared, new Decision.Stop(pid(), STOPPED_BY_CLOSE, false), this.engine.look());
	}

	@Override
	public boolean run(Runnable started) throws SQLException {
		boolean removed = false;
		if (decision() instanceof Decision.Run run && run.step().cleansUp() && run.table() == this.table) {
			this.step = run.step();
			removed = (run.step() == Step.DROP_SIDE) ? this.leftover.removeSide(seen().side()) : removeLeftovers();
			this.judgement = this.engine.judge(this.connection);
		}
		if (!(decision() instanceof Decision.Run run) || run.table() != this.table || run.step().cleansUp()
				|| isTooLate(run.step()) || hasTurned() || !begin()) {
			return removed;
		}
		this.step = run.step();
		started.run();
		observed(run.step());
		return true;
	}

	private void observed(Step step) throws SQLException {
		Seen before = seen();
		AttemptObserver.Attempt observed = this.engine.observer().begin(this.operation, details(before));
		Outcome outcome = Outcome.LOST;
		String error = "The connection was lost";
		try {
			outcome = finish(before, step);
			error = (this.failure != null) ? this.failure.toString() : null;
		}
		finally {
			observed.end(outcome, (outcome == Outcome.COMPLETED || outcome == Outcome.ROLLED_BACK) ? null : error);
		}
	}

	private Map<String, String> details(Seen before) {
		CatalogRelation table = before.table();
		CatalogRelation index = before.index();
		RelationName name = (table != null) ? table.name()
				: (index != null && index.index() != null) ? index.index().tableName() : null;
		return Map.of("table", String.valueOf(name), "pid", String.valueOf(pid()), "instance",
				this.engine.instance().name());
	}

	private boolean removeLeftovers() throws SQLException {
		if (!(this.operation instanceof CreateIndex create) || seen().partitions().isEmpty()) {
			return this.leftover.remove();
		}
		PartitionBuild build = new PartitionBuild(create, this.engine, this.connection);
		boolean removed = false;
		for (Partition partition : seen().partitions()) {
			removed |= build.clean(partition);
		}
		return removed;
	}

	private boolean isTooLate(Step step) {
		return step.builds() && this.engine.cancelling();
	}

	/**
	 * The step that carries on what one has begun, if that is the decision.
	 */
	private @Nullable Step following(Step done) {
		return (decision() instanceof Decision.Run run && run.table() == this.table && run.step().follows(done))
				? run.step() : null;
	}

	/**
	 * Whether a person has ordered another direction meanwhile.
	 */
	private boolean hasTurned() {
		return !Objects.equals(this.undo, this.judgement.look().undos().of(this.declared));
	}

	private Decision decision() {
		return this.judgement.toDo(this.declared);
	}

	private Seen seen() {
		Seen seen = this.judgement.look().observation().seen(this.declared.name());
		return (this.undo != null) ? this.undo.turn(seen) : seen;
	}

	private boolean begin() throws SQLException {
		return this.engine.history((history) -> history.start(this.declared.name(), this.declared.sql(), pid(),
				this.engine.instance().name(), this.engine.instance().key(), beginning()));
	}

	private Beginning beginning() {
		CatalogRelation index = seen().index();
		if (index == null) {
			return Beginning.NOTHING;
		}
		// one that is carried out again and again, and not to repair it
		boolean anew = this.operation.options().rebuildWhenBloat() != null && index.index() != null
				&& index.index().valid();
		return new Beginning(index.oid(), index.bytes(), anew);
	}

	private @Nullable SqlFailure carryOut(Step step) throws SQLException {
		try {
			CatalogRelation table = seen().table();
			if (this.operation instanceof CreateIndex create && table != null && table.kind() == 'p') {
				return new PartitionedBuild(create, this.engine, this.connection).run();
			}
			if (this.operation instanceof CreateIndex create && step.builds()) {
				SqlFailure refused = validate(create);
				if (refused != null) {
					return refused;
				}
			}
			// a request to cancel that came between two statements has no effect
			if (isTooLate(step)) {
				return new SqlFailure(CANCELLED, "The application closed", false);
			}
			if (step == Step.ADD_CONSTRAINT) {
				BriefStatement.execute(this.connection, this.engine.settings().lockTimeout(),
						ResolvedStatement.of(this.operation, seen()));
				return null;
			}
			if (this.operation instanceof CreateIndex create && step != Step.BUILD) {
				return replace(create, step);
			}
			if (step == Step.RENAME) {
				execute(this.connection, "set lock_timeout = " + this.engine.settings().lockTimeout().toMillis());
			}
			CatalogRelation index = seen().index();
			if (step == Step.DROP && this.undo == null && index != null) {
				this.engine.wayBack().drops(this.declared, index);
			}
			if (step == Step.DROP && index != null && index.kind() == 'I') {
				return new PartitionedDrop(index, this.engine, this.connection).run();
			}
			if (this.operation instanceof CreateIndex create) {
				new IndexBuild(this.engine.settings(), this.connection).run(create, seen());
			}
			else {
				execute(this.connection, ResolvedStatement.of(this.operation, seen()));
			}
			return null;
		}
		// an error of our own, too, must count as an attempt, or it is made for ever
		catch (SQLException | RuntimeException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			return failure;
		}
	}

	private @Nullable SqlFailure replace(CreateIndex create, Step step) throws SQLException {
		if (step == Step.DROP_REPLACED) {
			this.leftover.dropReplaced(seen().side());
			return null;
		}
		ReplacementSteps steps = new ReplacementSteps(create, this.connection, this.engine);
		return (step == Step.SWAP) ? steps.swap(seen()) : steps.buildBeside(seen());
	}

	/**
	 * Builds the declared index on an empty clone before the heavy table is touched.
	 */
	private @Nullable SqlFailure validate(CreateIndex create) throws SQLException {
		CatalogRelation table = seen().table();
		Answer answer = new DefinitionComparer(this.connection.jdbc()).ask(create,
				(table != null) ? table.name() : create.table(), null);
		if (answer instanceof Answer.Refused refused) {
			return refused.failure();
		}
		if (answer instanceof Answer.Defined defined) {
			this.engine.definitions().declared(create, defined.definition());
		}
		return null;
	}

	/**
	 * Carries out a step and those that follow it, and records what came of them.
	 */
	private Outcome finish(Seen before, Step first) throws SQLException {
		Step next = first;
		Step last;
		SqlFailure failure;
		String warning = (first == Step.DROP_REPLACED) ? analyze(before.index()) : null;
		do {
			last = next;
			this.step = last;
			this.analyzes = false;
			failure = carryOut(last);
			if (failure != null && last.builds()) {
				this.step = Step.DROP_LEFTOVER;
			}
			CatalogRelation made = made(before, failure, last);
			if (this.undo == null && (this.operation instanceof CreateIndex || this.operation instanceof RenameIndex)) {
				// to undo a replacement would leave the table without either index
				this.engine.wayBack().made(this.declared, last.replaces() ? null : made);
			}
			if (made != null && last == Step.BUILD) {
				warning = this.engine.properties().putBack(this.declared, this.judgement.look(), made, this.connection);
			}
			if (made != null && (last == Step.BUILD || last == Step.SWAP)) {
				String analyzed = analyze(made);
				warning = (warning != null) ? warning : analyzed;
			}
			this.judgement = this.engine.judge(this.connection);
			next = (failure == null) ? following(last) : null;
		}
		while (next != null);
		this.failure = failure;
		if (this.undo == null && decision() instanceof Decision.Complete complete) {
			this.engine.record(this.declared,
					this.engine.completion(this.declared, this.judgement, complete.adopted()).withWarning(warning));
			return Outcome.COMPLETED;
		}
		if (this.undo != null && decision() instanceof Decision.RolledBack rolledBack) {
			this.engine.wayBack().ended(this.declared, rolledBack);
			return rolledBack.undone() ? Outcome.ROLLED_BACK : Outcome.CANCELLED;
		}
		if (failure == null && this.undo == null && isRecordedCompleted()) {
			// between two statements of ours, another instance has seen the goal met
			return Outcome.COMPLETED;
		}
		if (failure == null && hasTurned()) {
			// somebody has seen the way back come to its end, and recorded that
			return Outcome.ROLLED_BACK;
		}
		Outcome outcome = recordEnd(before, (failure != null) ? failure : unmet());
		this.leftover.removeOwn(failure, last == Step.BUILD_BESIDE);
		return outcome;
	}

	private boolean isRecordedCompleted() {
		OperationRecord record = this.judgement.look().records().get(this.declared.name());
		return decision() instanceof Decision.Keep && record != null && record.state() == OperationState.COMPLETED;
	}

	/**
	 * Why the goal is not met though no statement failed.
	 */
	private SqlFailure unmet() {
		if (decision() instanceof Decision.Wait wait) {
			return new SqlFailure("55006", "The attempt cannot go on now: " + wait.reason(), false);
		}
		if (decision() instanceof Decision.Fail fail && fail.sqlState() != null) {
			return new SqlFailure(fail.sqlState(), fail.error(), false);
		}
		return new SqlFailure("XX000",
				"The statement ended without an error, but the catalog does not show its goal met", false);
	}

	/**
	 * Analyzes the table once the index stands. Nothing that becomes of this makes the
	 * index less complete.
	 */
	private @Nullable String analyze(@Nullable CatalogRelation index) throws SQLException {
		if (index == null || this.engine.cancelling()) {
			return null;
		}
		String warning = new Analysis(this.engine.settings(), this.connection).run(index, () -> this.analyzes = true);
		// what is dropped next waits for readers as long as it takes
		execute(this.connection, "set lock_timeout = 0");
		if (warning != null) {
			logger.warn(this.operation.name() + ": " + warning);
		}
		return warning;
	}

	/**
	 * The index that the statement has made, or {@code null} if it has made none.
	 */
	private @Nullable CatalogRelation made(Seen before, @Nullable SqlFailure failure, Step step) throws SQLException {
		// while one is built beside, the name bears the index to replace
		if (failure != null || step == Step.BUILD_BESIDE || step == Step.DROP_REPLACED) {
			return null;
		}
		return (this.operation instanceof CreateIndex create) ? this.engine.built(create) : before.index();
	}

	private Outcome recordEnd(Seen before, SqlFailure failure) throws SQLException {
		OperationRecord record = this.engine.history((history) -> history.operations()).get(this.declared.name());
		if (record != null && record.pid() != null && record.pid() != pid()) {
			// our session was lost, and another one has begun since: it is its record now
			return Outcome.LOST;
		}
		OperationState state = (record != null) ? record.state() : OperationState.RUNNING;
		if (state == OperationState.CANCELLED) {
			this.engine.record(this.declared, Transition.cancelled(CANCELLED_BY_REQUEST));
			return Outcome.CANCELLED;
		}
		if (state != OperationState.RUNNING && failure.sqlState().equals(CANCELLED)) {
			// the loop stopped it, and has recorded why
			return (state == OperationState.FAILED) ? Outcome.FAILED : Outcome.RETRY;
		}
		Transition transition = transition(before, failure, (record != null) ? record.attempts() : 1);
		this.engine.record(this.declared, transition);
		return transition.outcome();
	}

	private Transition transition(Seen before, SqlFailure failure, int attempts) {
		CatalogRelation table = (before.table() != null) ? before.table() : before.index();
		RetryPolicy retry = this.engine.settings().retry();
		Duration delay = retry.delay(attempts, ThreadLocalRandom.current().nextDouble());
		String error = ((this.undo != null) ? "The rollback failed: " : "") + failure + ". "
				+ Mends.of(failure.sqlState(), this.operation, (table != null) ? table.name().toString() : null);
		return switch (failure.classify(existed(failure, before))) {
			case CANCELLED -> this.engine.cancelling()
					? Transition.postponed(failure.sqlState(), STOPPED_BY_CLOSE, delay) : Transition.cancelled(failure
							+ ". Somebody cancelled the statement on the server; it is not started again against their will");
			case WAIT -> Transition.postponed(failure.sqlState(), error, delay);
			case FAIL -> Transition.failed(failure.sqlState(), error);
			case RETRY, CONNECTION_LOST -> retry.allows(attempts) ? Transition.retry(failure.sqlState(), error, delay)
					: Transition.failed(failure.sqlState(), error + " Given up after " + attempts + " attempts.");
		};
	}

	/**
	 * Whether what the error misses was there before. A build that misses an object of
	 * any kind but its table was declared with a name that nothing bears.
	 */
	private boolean existed(SqlFailure failure, Seen before) {
		if (this.operation instanceof CreateIndex) {
			return before.table() != null && failure.sqlState().equals("42P01");
		}
		return before.index() != null;
	}

	static void execute(PhysicalConnection connection, String sql) throws SQLException {
		try (Statement statement = connection.jdbc().createStatement()) {
			// braces are PostgreSQL's here, not JDBC's
			statement.setEscapeProcessing(false);
			statement.execute(sql);
		}
	}

}
