package io.github.heavyindex.execution;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.Mends;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.Undo;
import org.jspecify.annotations.Nullable;

/**
 * Which way an attempt goes: it carries an operation out as it is declared, or undoes it
 * as a person has ordered.
 *
 * @param declared the operation as it is declared
 * @param undo how it is undone, or {@code null} if it is carried out
 */
record Direction(IndexOperation declared, @Nullable Undo undo) {

	/**
	 * The way that is ordered now.
	 */
	static Direction of(IndexOperation declared, Judgement judgement) {
		return new Direction(declared, judgement.look().undos().of(declared));
	}

	/**
	 * What is carried out: the declared operation, or the one that undoes it.
	 */
	IndexOperation operation() {
		return (this.undo != null) ? this.undo.operation() : this.declared;
	}

	boolean isBack() {
		return this.undo != null;
	}

	/**
	 * An error of that way for people.
	 */
	String failed(String error) {
		return isBack() ? "The rollback failed: " + Mends.onTheWayBack(error) : error;
	}

	/**
	 * What the catalog shows under the names of the operation that is carried out.
	 */
	Seen seen(Judgement judgement) {
		Seen seen = judgement.look().observation().seen(this.declared.name());
		return (this.undo != null) ? this.undo.turn(seen) : seen;
	}

	/**
	 * Whether a person has ordered another direction meanwhile.
	 */
	boolean hasTurned(Judgement judgement) {
		return !equals(of(this.declared, judgement));
	}

}
