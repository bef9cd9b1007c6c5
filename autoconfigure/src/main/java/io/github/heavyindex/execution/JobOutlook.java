package io.github.heavyindex.execution;

import java.util.Collection;
import java.util.List;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.decision.Decision.Wait.Until;
import io.github.heavyindex.execution.JobRules.FailOn;
import io.github.heavyindex.postgres.ConnectionUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a job has anything to wait for, and what its exit code is: pure functions of
 * what the last turn of each loop has found out.
 * <p>
 * A job waits for what ends by itself: builds (its own and those of other instances),
 * locks, slots, windows, guards, prerequisites, the delay of a retry, a database that
 * does not answer. It does not wait for a person who must mend something: operations that
 * failed or were cancelled, those that depend on them, and a connection that needs
 * another configuration. For a permission (an approval, a pause to be lifted) it waits
 * only if it has a timeout: without one it might wait for ever.
 */
enum JobOutlook {

	/**
	 * There is something to wait for.
	 */
	OPEN,

	/**
	 * Nothing is to be expected; a short while will show whether something moves all the
	 * same, such as the removal of a failed build's leftover.
	 */
	SETTLING,

	/**
	 * Nothing more happens by itself.
	 */
	SETTLED;

	/**
	 * What can be expected after the last turns.
	 * @param turns the last turn on each database, {@code null} where there was none yet
	 * @param patient whether the job has a timeout
	 */
	static JobOutlook of(Collection<@Nullable Turn> turns, boolean patient) {
		boolean ended = false;
		boolean unexplained = false;
		boolean leavesWork = false;
		for (Turn turn : turns) {
			if (turn == null || !(turn.failure() == null || isHopeless(turn))) {
				return OPEN;
			}
			if (isHopeless(turn)) {
				ended = true;
				continue;
			}
			for (OperationStatus operation : turn.status().operations()) {
				Until until = turn.waits().getOrDefault(operation.name(), Until.LATER);
				boolean unfinished = operation.state() == OperationState.RUNNING
						|| operation.state() == OperationState.PENDING;
				if (unfinished && (operation.state() == OperationState.RUNNING || until == Until.LATER
						|| (until == Until.PERMISSION && patient))) {
					return OPEN;
				}
				ended |= isWrong(operation);
				unexplained |= unfinished && until == Until.MEND;
			}
			leavesWork |= turn.leavesWork();
		}
		return (leavesWork || (unexplained && !ended)) ? SETTLING : SETTLED;
	}

	private static boolean isHopeless(Turn turn) {
		return turn.failure() instanceof ConnectionUnavailableException;
	}

	/**
	 * The exit code.
	 * @param turns the last turn on each database, {@code null} where there was none
	 * @param rules which operations count
	 */
	static int exitCode(Collection<@Nullable Turn> turns, JobRules rules) {
		List<Integer> codes = turns.stream().map((turn) -> exitCode(turn, rules)).toList();
		return codes.contains(HeavyIndexExit.WRONG) ? HeavyIndexExit.WRONG
				: codes.contains(HeavyIndexExit.LEFT_TO_DO) ? HeavyIndexExit.LEFT_TO_DO : HeavyIndexExit.DONE;
	}

	private static int exitCode(@Nullable Turn turn, JobRules rules) {
		if (rules.failOn() == FailOn.NEVER) {
			return HeavyIndexExit.DONE;
		}
		if (turn == null || turn.failure() != null) {
			return HeavyIndexExit.WRONG;
		}
		int code = HeavyIndexExit.DONE;
		for (OperationStatus operation : turn.status().operations()) {
			if (!rules.counts(operation)) {
				continue;
			}
			if (isWrong(operation) || turn.waits().get(operation.name()) == Until.MEND) {
				return HeavyIndexExit.WRONG;
			}
			if (operation.state() == OperationState.PENDING || operation.state() == OperationState.RUNNING) {
				code = HeavyIndexExit.LEFT_TO_DO;
			}
		}
		return code;
	}

	private static boolean isWrong(OperationStatus operation) {
		return operation.state() == OperationState.FAILED || operation.state() == OperationState.CANCELLED
				|| operation.drift() != null;
	}

}
