package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.SideIndex;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an online replacement that are left, in words: those of
 * {@link ReplacementSteps} and {@link io.github.heavyindex.postgres.IndexSwap}.
 */
final class ReplacementPlan {

	private final CreateIndex create;

	private final Seen seen;

	private final StepWriter writer;

	private final @Nullable IndexShape shape;

	private final RelationName table;

	private final RelationName index;

	private final RelationName side;

	ReplacementPlan(CreateIndex create, Seen seen, StepWriter writer, @Nullable IndexShape shape) {
		this.create = create;
		this.seen = seen;
		this.writer = writer;
		this.shape = shape;
		this.table = (seen.table() != null) ? seen.table().name() : create.table();
		this.index = new RelationName(this.table.schema(), create.indexName());
		this.side = SideIndex.nameOf(this.index);
	}

	/**
	 * The steps that are left.
	 * @param next the next one, or {@code null} where the operation still waits
	 */
	List<PlannedStep> steps(@Nullable Step next) {
		if (next == Step.DROP_REPLACED) {
			return List.of(dropReplaced());
		}
		List<PlannedStep> steps = new ArrayList<>();
		if (next == Step.DROP_SIDE) {
			steps.add(this.writer.dropConcurrently(this.side, this.table, "of no use to the replacement"));
			if (this.seen.index() != null && this.shape == null) {
				return steps;
			}
		}
		boolean built = next == Step.SWAP;
		if (!built) {
			CreateIndex beside = new CreateIndex(this.create.table(), this.side.name(), this.create.unique(),
					this.create.only(), this.create.definition(), this.create.options());
			steps.add(this.writer.build(beside, this.table, (this.seen.table() != null) ? this.seen.table().bytes() : 0,
					"both indexes are kept up until the last step"));
		}
		steps.add(swap());
		steps.addAll(this.writer.analyze(this.table, this.shape));
		if (this.seen.index() != null) {
			steps.add(dropReplaced());
		}
		return steps;
	}

	private PlannedStep swap() {
		CatalogRelation old = this.seen.index();
		if (old == null) {
			return this.writer.rename(rename(this.side, this.index), this.side, null);
		}
		String constraint = (old.index() != null) ? old.index().constraint() : null;
		if (constraint != null) {
			String alter = "ALTER TABLE " + this.table.quoted();
			String name = RelationName.quote(constraint);
			return this.writer.exclusive(
					"BEGIN; " + alter + " DROP CONSTRAINT " + name + "; " + alter + " ADD CONSTRAINT " + name
							+ " … USING INDEX " + RelationName.quote(this.side.name()) + "; COMMIT",
					this.table, "within the server, as one statement; the replaced index ends with it");
		}
		RelationName transit = SideIndex.nameOf(this.side);
		return this.writer.rename(
				"BEGIN; " + rename(this.index, transit) + "; " + rename(this.side, this.index) + "; "
						+ rename(transit, this.side) + "; COMMIT",
				this.index,
				"within the server, as one statement; carries over comment, statistics targets, CLUSTER mark and"
						+ " DEPENDS ON EXTENSION, which alone locks the new index out of queries for the moment");
	}

	private static String rename(RelationName from, RelationName to) {
		return "ALTER INDEX " + from.quoted() + " RENAME TO " + RelationName.quote(to.name());
	}

	private PlannedStep dropReplaced() {
		return this.writer.dropConcurrently(this.side, this.table, "which is the replaced index by then");
	}

}
