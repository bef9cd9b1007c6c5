package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.Seen;
import org.jspecify.annotations.Nullable;

/**
 * All that would be executed for one operation, as things stand: what an operation waits
 * for may change it.
 */
final class PlannedSteps {

	private static final String LEFTOVER = "left by an earlier attempt; first looked at twice whether anybody works on it";

	private static final String WAITS = "waits for older transactions to end";

	private final StepWriter writer;

	private final Settings settings;

	private final Seen seen;

	private final @Nullable IndexShape shape;

	private PlannedSteps(Settings settings, Seen seen, @Nullable IndexShape shape) {
		this.writer = new StepWriter(settings);
		this.settings = settings;
		this.seen = seen;
		this.shape = shape;
	}

	/**
	 * Plans an operation that is to be done.
	 * @param decision what was decided
	 * @param seen what the catalog shows of it
	 * @param shape what PostgreSQL makes of an index to create, or {@code null}
	 * @param partitions what the catalog shows of the table's partitions, by oid
	 */
	static List<StepGroup> of(IndexOperation operation, Decision decision, Seen seen, @Nullable IndexShape shape,
			Map<Long, PartitionState> partitions, Settings settings) {
		if (!(decision instanceof Decision.Run) && !(decision instanceof Decision.Wait)) {
			return List.of();
		}
		PlannedSteps steps = new PlannedSteps(settings, seen, shape);
		if (operation instanceof CreateIndex create && seen.table() != null && seen.table().kind() == 'p') {
			return PartitionedSteps.of(create, seen, partitions, steps.writer, shape);
		}
		return List.of(StepGroup.once(steps.of(operation, (decision instanceof Decision.Run run) ? run.step() : null)));
	}

	private List<PlannedStep> of(IndexOperation operation, @Nullable Step step) {
		String sql = ResolvedStatement.of(operation, this.seen);
		CatalogRelation index = this.seen.index();
		if (operation instanceof CreateIndex create) {
			return create(create, step);
		}
		RelationName name = (index != null) ? index.name() : operation.index();
		RelationName table = table(operation);
		if (operation instanceof DropIndex) {
			return List.of((index != null && index.kind() == 'I') ? this.writer.dropPartitioned(name, table)
					: this.writer.dropConcurrently(name, table, WAITS));
		}
		if (operation instanceof RenameIndex) {
			boolean partitioned = index != null && index.kind() == 'I';
			return List.of(this.writer.rename(sql, name,
					partitioned ? "the indexes of the partitions keep their names" : null));
		}
		if (operation instanceof RebuildIndex) {
			List<PlannedStep> steps = leftovers(table);
			steps.add(this.writer.reindex(name, table, WAITS));
			return steps;
		}
		if (operation instanceof AddConstraint) {
			return List.of(this.writer.exclusive(sql, table, null));
		}
		return List.of();
	}

	private RelationName table(IndexOperation operation) {
		CatalogRelation table = this.seen.table();
		CatalogRelation index = this.seen.index();
		if (table != null) {
			return table.name();
		}
		if (index != null && index.index() != null) {
			return index.index().tableName();
		}
		RelationName declared = operation.table();
		return (declared != null) ? declared : new RelationName(null, "its table");
	}

	private List<PlannedStep> leftovers(RelationName table) {
		List<PlannedStep> steps = new ArrayList<>();
		this.seen.leftovers()
			.forEach((leftover) -> steps.add(this.writer.dropConcurrently(leftover.name(), table, LEFTOVER)));
		return steps;
	}

	private List<PlannedStep> create(CreateIndex create, @Nullable Step step) {
		CatalogRelation index = this.seen.index();
		boolean valid = index != null && index.index() != null && index.index().valid();
		OnMismatch own = create.options().onMismatch();
		boolean replaces = ((own != null) ? own : this.settings.policy().onMismatch()) == OnMismatch.REPLACE;
		if ((step != null && step != Step.BUILD && step != Step.DROP_LEFTOVER) || (valid && replaces)) {
			return new ReplacementPlan(create, this.seen, this.writer, this.shape).steps(step);
		}
		RelationName table = table(create);
		List<PlannedStep> steps = new ArrayList<>();
		if (index != null && !valid) {
			steps.add(this.writer.dropConcurrently(index.name(), table, LEFTOVER));
		}
		steps.add(this.writer.build(create, table, bytes(),
				valid ? "fails unless the index of that name, which has another definition, is gone by then" : WAITS));
		steps.addAll(this.writer.analyze(table, this.shape));
		return steps;
	}

	private long bytes() {
		CatalogRelation table = this.seen.table();
		return (table != null) ? table.bytes() : Long.MAX_VALUE;
	}

}
