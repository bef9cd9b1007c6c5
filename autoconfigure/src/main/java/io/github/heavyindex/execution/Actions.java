package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.List;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.history.Transition;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Carries out what was decided: records what needs no work, stops what must not go on,
 * and starts what there is room for. Used by the loop only.
 */
final class Actions {

	private static final Log logger = LogFactory.getLog(Actions.class);

	private final List<IndexOperation> operations;

	private final Engine engine;

	private final Workers workers;

	private final LateAnalyses lateAnalyses;

	Actions(List<IndexOperation> operations, Engine engine, Workers workers, LateAnalyses lateAnalyses) {
		this.operations = operations;
		this.engine = engine;
		this.workers = workers;
		this.lateAnalyses = lateAnalyses;
	}

	/**
	 * Carries out what was decided.
	 * @return the same with what has been recorded meanwhile
	 */
	Judgement carryOut(Judgement judgement) throws SQLException {
		this.workers.abandonLost(judgement.look().observation());
		this.workers.endAnalyses(judgement.look());
		boolean recorded = false;
		for (IndexOperation operation : this.operations) {
			Decision decision = judgement.decision(operation);
			if (decision instanceof Decision.CancelBackend cancel) {
				this.engine.cancelBackend(cancel.pid());
			}
			else if (decision instanceof Decision.Stop stop) {
				this.engine.stop(operation, stop, judgement.look());
				recorded = true;
			}
			else if (decision instanceof Decision.Watch watch) {
				this.engine.wayBack().builds(operation, watch.pid(), judgement.look());
				markBuild(operation, watch, judgement);
			}
			else if (this.workers.has(operation)) {
				continue;
			}
			else if (decision instanceof Decision.RolledBack rolledBack) {
				this.engine.wayBack().ended(operation, rolledBack);
				recorded = true;
			}
			else if (decision instanceof Decision.Complete complete) {
				if (this.engine.record(operation, this.engine.completion(operation, judgement, complete.adopted()),
						judgement.look())) {
					this.lateAnalyses.ended(operation, complete, judgement.look());
				}
				recorded = true;
			}
			else if (decision instanceof Decision.Fail fail) {
				this.engine.record(operation, Transition.failed(fail.sqlState(), StatusWriter.error(fail)),
						judgement.look());
				recorded = true;
			}
		}
		this.workers.start(this.operations, judgement);
		this.lateAnalyses.start(judgement.look());
		return recorded ? judgement.with(this.engine.history((history) -> history.records()),
				this.engine.history((history) -> history.past())) : judgement;
	}

	private void markBuild(IndexOperation operation, Decision.Watch watch, Judgement judgement) {
		try {
			this.engine.markBuild(operation, watch, judgement.look());
		}
		catch (SQLException ex) {
			// the next turn tries again, and so does who builds it
			logger.debug("The index that " + operation.name() + " builds could not be marked", ex);
		}
	}

}
