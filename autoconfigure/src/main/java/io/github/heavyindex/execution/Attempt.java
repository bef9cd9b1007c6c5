package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.Map;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationAttempt.Outcome;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.Beginning;
import io.github.heavyindex.postgres.DefinitionComparer;
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

	private static final Log logger = LogFactory.getLog(Attempt.class);

	private final IndexOperation declared;

	private final Direction direction;

	// what is carried out: the declared operation, or the one that undoes it
	private final IndexOperation operation;

	private final long table;

	private final Engine engine;

	private final PhysicalConnection connection;

	private final LeftoverRemoval leftover;

	private final StepRunner steps;

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
		this.direction = Direction.of(declared, this.judgement);
		this.operation = this.direction.operation();
		this.leftover = new LeftoverRemoval(this.operation, table, engine, connection);
		this.steps = new StepRunner(this.direction, this.leftover, engine, connection);
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
		this.engine.stop(this.declared, new Decision.Stop(pid(), AttemptEnd.STOPPED_BY_CLOSE, false),
				this.engine.look());
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
				|| this.steps.isTooLate(run.step()) || this.direction.hasTurned(this.judgement) || !begin()) {
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

	/**
	 * The step that carries on what one has begun, if that is the decision.
	 */
	private @Nullable Step following(Step done) {
		return (decision() instanceof Decision.Run run && run.table() == this.table && run.step().follows(done))
				? run.step() : null;
	}

	private Decision decision() {
		return this.judgement.toDo(this.declared);
	}

	private Seen seen() {
		return this.direction.seen(this.judgement);
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
			failure = this.steps.run(last, seen());
			if (failure != null && last.builds()) {
				this.step = Step.DROP_LEFTOVER;
			}
			CatalogRelation made = made(before, failure, last);
			if (!this.direction.isBack()
					&& (this.operation instanceof CreateIndex || this.operation instanceof RenameIndex)) {
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
		AttemptEnd end = new AttemptEnd(this.direction, this.judgement, pid(), this.engine);
		Outcome outcome = end.met(failure, warning);
		if (outcome == null) {
			outcome = end.unmet(failure, before);
			this.leftover.removeOwn(failure, last == Step.BUILD_BESIDE);
		}
		return outcome;
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
		this.connection.execute("set lock_timeout = 0");
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

}
