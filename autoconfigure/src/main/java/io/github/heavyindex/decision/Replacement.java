package io.github.heavyindex.decision;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Comparison.Verdict;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;

/**
 * The online replacement of an index: the declared one is built beside it under a side
 * name, both change names in one transaction, and the replaced one is dropped. What
 * stands under the two names tells which step is next, whoever took the one before:
 * <ul>
 * <li>the other definition, and nothing beside: build beside;</li>
 * <li>the other definition, and the declared one beside: swap;</li>
 * <li>the declared one, and a marked index beside, whatever its definition: drop
 * that;</li>
 * <li>the declared one, and no marked index beside: complete.</li>
 * </ul>
 * A side index is used if it is as declared, marked or not. It is dropped if it is marked
 * as ours, or invalid and as declared: a crash may come between the begin of a build and
 * its mark. Any other one may be a person's, and is left alone.
 */
final class Replacement {

	private final CreateIndex create;

	private final Seen seen;

	private final Comparisons comparisons;

	private final boolean declared;

	Replacement(CreateIndex create, Context context) {
		this.create = create;
		this.seen = context.seen(create);
		this.comparisons = context.comparisons();
		this.declared = isDeclared(create, context.policy());
	}

	/**
	 * Whether an index of another definition is to be replaced.
	 */
	static boolean isDeclared(CreateIndex create, Policy policy) {
		OnMismatch own = create.options().onMismatch();
		return ((own != null) ? own : policy.onMismatch()) == OnMismatch.REPLACE;
	}

	/**
	 * Whether the definitions differ in nothing that a replacement changes: it keeps the
	 * deferrability of a constraint, which no CREATE INDEX can declare.
	 */
	static boolean isAsReplaced(CatalogRelation index, Comparison comparison) {
		return index.requireIndex().constraint() != null && comparison.declared() != null
				&& (comparison.declared() + " DEFERRABLE").equals(comparison.actual());
	}

	/**
	 * What follows where a valid index of another definition bears the name.
	 * @return a decision, or {@code null} if that index is not to be replaced
	 */
	@Nullable Decision ofMismatch(CatalogRelation index) {
		if (!this.declared) {
			return null;
		}
		Decision refused = refusal(index);
		if (refused != null) {
			return refused;
		}
		SideIndex side = this.seen.side();
		if (side == null) {
			return run(Step.BUILD_BESIDE, index.requireIndex());
		}
		if (!isOnTable(side)) {
			return sideTaken(side);
		}
		boolean valid = side.relation().requireIndex().valid();
		Comparison comparison = this.comparisons.compare(this.create, side.relation());
		if (!valid && side.marked()) {
			return drop(Step.DROP_SIDE, side);
		}
		return switch (comparison.verdict()) {
			case UNKNOWN -> new Decision.Compare(this.create, side.relation());
			case IMPOSSIBLE -> new Decision.Wait("definition not compared: " + comparison.reason());
			case EQUAL -> valid ? run(Step.SWAP, index.requireIndex()) : drop(Step.DROP_SIDE, side);
			case DIFFERENT -> side.marked() ? drop(Step.DROP_SIDE, side) : sideTaken(side);
		};
	}

	/**
	 * What follows where nothing bears the name: somebody dropped the index before the
	 * one beside it took its place.
	 * @return a decision, or {@code null} if nothing beside can take the place
	 */
	@Nullable Decision ofAbsence() {
		SideIndex side = this.seen.side();
		if (side == null || this.seen.partitioned() || !isOnTable(side) || !side.relation().requireIndex().valid()
				|| (!side.marked() && !this.declared)) {
			return null;
		}
		return switch (this.comparisons.compare(this.create, side.relation()).verdict()) {
			case UNKNOWN -> new Decision.Compare(this.create, side.relation());
			case EQUAL -> run(Step.SWAP, side.relation().requireIndex());
			case IMPOSSIBLE, DIFFERENT -> null;
		};
	}

	/**
	 * What is left to do once the declared index stands.
	 * @param attempt whether it belongs to an attempt, or comes after the last one
	 * @return a decision, or {@code null} if no marked index stands beside it
	 */
	@Nullable Decision ofGoal(boolean attempt) {
		SideIndex side = marked();
		return (side != null) ? drop(attempt ? Step.DROP_REPLACED : Step.DROP_SIDE, side) : null;
	}

	/**
	 * What is to be cleaned up after an operation that has failed or was cancelled.
	 * @param cancelled whether nobody means to go on
	 * @return a decision, or {@code null} if nothing is
	 */
	@Nullable Decision ofEnd(boolean cancelled) {
		SideIndex side = marked();
		CatalogRelation index = this.seen.index();
		if (side == null) {
			return null;
		}
		boolean valid = side.relation().requireIndex().valid();
		boolean needed = index == null || index.index() == null || !index.index().valid();
		// hours of work are kept for who retries
		boolean useful = this.declared && !cancelled
				&& this.comparisons.compare(this.create, side.relation()).verdict() != Verdict.DIFFERENT;
		return (valid && (needed || useful)) ? null : drop(Step.DROP_SIDE, side);
	}

	private @Nullable SideIndex marked() {
		SideIndex side = this.seen.side();
		return (side != null && side.marked() && isOnTable(side)) ? side : null;
	}

	private boolean isOnTable(SideIndex side) {
		IndexState state = side.relation().index();
		return state != null && this.seen.table() != null && state.table() == this.seen.table().oid();
	}

	private static Decision run(Step step, IndexState index) {
		return new Decision.Run(step, index.table(), 0);
	}

	private Decision drop(Step step, SideIndex side) {
		Decision refused = Failures.undroppable(this.seen, side.relation());
		IndexState state = side.relation().requireIndex();
		return (refused != null) ? refused : new Decision.Run(step, state.table(), state.urgency());
	}

	private static @Nullable Decision refusal(CatalogRelation index) {
		IndexState state = index.requireIndex();
		String other = ". Declare the new index under another name, and drop this one once nothing needs it.";
		if (index.kind() == 'I') {
			return new Decision.Fail("0A000", "The partitioned index " + index.name()
					+ " cannot be replaced online: each partition has a part of it" + other);
		}
		if (state.parent() != null) {
			return new Decision.Fail("0A000", "The index " + index.name()
					+ " cannot be replaced online: it is a part of the partitioned index " + state.parent() + other);
		}
		if (state.replicaIdentity()) {
			return new Decision.Fail("55000", "The index " + index.name()
					+ " cannot be replaced: it is its table's replica identity, without which every UPDATE and DELETE"
					+ " of a published table fails. Set another one first: ALTER TABLE … REPLICA IDENTITY DEFAULT"
					+ " (or USING INDEX …).");
		}
		return null;
	}

	private Decision sideTaken(SideIndex side) {
		RelationName name = side.relation().name();
		String mend = (side.relation().index() != null) ? "DROP INDEX CONCURRENTLY " + name.quoted() : "rename it";
		return new Decision.Fail("42P07", "The replacement of " + this.create.index() + " is built under the name "
				+ name + ", which is taken by " + side.relation().describeKind()
				+ " that is not known as ours, and is left alone. If nobody needs it: " + mend + ". Then retry.");
	}

}
