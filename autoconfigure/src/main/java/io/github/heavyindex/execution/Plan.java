package io.github.heavyindex.execution;

import java.time.Instant;
import java.util.Locale;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.Decision.Wait.Until;
import io.github.heavyindex.history.OperationRecord;
import org.jspecify.annotations.Nullable;

/**
 * A decision in words: the one place where decisions become texts of a check.
 *
 * @param verdict whether that is nothing, something to do or wrong
 * @param action what would be done, in a word or two
 * @param reason why
 */
record Plan(Verdict verdict, String action, String reason) {

	private static final String RETRY = " The action 'retry' carries it out again.";

	static Plan of(IndexOperation operation, Decision decision, @Nullable OperationRecord record) {
		if (decision instanceof Decision.Complete) {
			return nothing("its goal is met: " + goal(operation));
		}
		if (decision instanceof Decision.Keep) {
			return (record != null) ? kept(record.state(), record.lastError(), record.finishedAt())
					: kept(OperationState.PENDING, null, null);
		}
		if (decision instanceof Decision.Drifted drifted) {
			return drifted(drifted);
		}
		if (decision instanceof Decision.Fail fail) {
			return wrong("fail", StatusWriter.error(fail));
		}
		if (decision instanceof Decision.Wait wait) {
			return new Plan((wait.until() == Until.MEND) ? Verdict.WRONG : Verdict.TO_DO, "wait", wait.reason());
		}
		if (decision instanceof Decision.Run run) {
			return toDo(word(run.step()), reason(run.step()));
		}
		if (decision instanceof Decision.Watch watch) {
			return toDo("watch", "session " + watch.pid() + " is at work on it"
					+ (watch.orphan() ? ", and has outlived its application" : ""));
		}
		if (decision instanceof Decision.Stop stop) {
			return toDo("stop", "session " + stop.pid() + ": " + stop.reason());
		}
		if (decision instanceof Decision.CancelBackend cancel) {
			return toDo("cancel", "session " + cancel.pid() + " works on it, though it is not to run");
		}
		return toDo(decision.getClass().getSimpleName().toLowerCase(Locale.ROOT), "the next observation tells more");
	}

	private static Plan drifted(Decision.Drifted drifted) {
		String reason = "it was complete and has drifted: " + drifted.drift();
		if (drifted.repair() != null) {
			return toDo(word(drifted.repair().step()), reason);
		}
		return wrong("nothing", reason + ((drifted.reason() != null) ? ", " + drifted.reason() : "." + RETRY));
	}

	private static String word(Step step) {
		return step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	/**
	 * What the recorded state says, where it stands.
	 */
	static Plan kept(OperationState state, @Nullable String lastError, @Nullable Instant finishedAt) {
		String error = (lastError != null) ? ": " + lastError : "";
		return switch (state) {
			case COMPLETED -> nothing("complete" + ((finishedAt != null) ? " since " + finishedAt : ""));
			case SKIPPED -> nothing("marked as executed by a person");
			case FAILED -> wrong("nothing", "it has failed before, and is not tried again by itself" + error + RETRY);
			case CANCELLED -> wrong("nothing", "it is cancelled" + error + "." + RETRY);
			case PENDING, RUNNING -> toDo("wait", "the next observation tells more");
		};
	}

	private static String goal(IndexOperation operation) {
		return switch (operation.type()) {
			case CREATE -> "the index is there as declared";
			case DROP -> "the index is not there";
			case RENAME -> "the index bears its new name";
			case REBUILD -> "the index was rebuilt";
			case CONSTRAINT -> "the constraint is there";
		};
	}

	private static String reason(Step step) {
		return switch (step) {
			case BUILD -> "there is no such index";
			case DROP -> "the index is there";
			case RENAME -> "the index bears its old name";
			case DROP_LEFTOVER -> "an invalid index was left behind, and nobody works on it; what is declared follows";
			default -> "it was not done yet";
		};
	}

	private static Plan nothing(String reason) {
		return new Plan(Verdict.NOTHING, "nothing", reason);
	}

	private static Plan toDo(String action, String reason) {
		return new Plan(Verdict.TO_DO, action, reason);
	}

	static Plan wrong(String action, String reason) {
		return new Plan(Verdict.WRONG, action, reason);
	}

}
