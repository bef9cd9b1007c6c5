package io.github.heavyindex.execution;

import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.execution.BuildPolicy.AnalyzePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Writes single steps of a plan, each with the lock that it takes (manual, "Explicit
 * Locking", and the pages of the statements).
 */
final class StepWriter {

	private static final String GO_ON = ": reads and writes go on";

	private final Settings settings;

	StepWriter(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Builds an index on a table of its own rows.
	 * @param bytes the size of the table
	 */
	PlannedStep build(CreateIndex create, RelationName table, long bytes, @Nullable String note) {
		if (bytes < this.settings.build().concurrentlyFrom()) {
			return new PlannedStep(create.sqlOn(table.quoted()), "SHARE on " + table + ": writes wait, " + atMost(),
					"the table is smaller than heavy-index.build.concurrently-from; what takes longer is done"
							+ " CONCURRENTLY");
		}
		return new PlannedStep(on(create, table).sql(), shareUpdateExclusive(table), note);
	}

	private static CreateIndex on(CreateIndex create, RelationName table) {
		return new CreateIndex(table, create.indexName(), create.unique(), create.only(), create.definition(),
				create.options());
	}

	/**
	 * Creates the index of a partitioned table without those of its partitions.
	 */
	PlannedStep buildOnly(CreateIndex create, RelationName table, String name) {
		return new PlannedStep(
				new CreateIndex(table, name, create.unique(), true, create.definition(), create.options())
					.sqlOn(table.quoted()),
				"SHARE on " + table + " itself: writes wait, " + atMost(),
				"invalid until each partition's is attached");
	}

	PlannedStep attach(RelationName parent, RelationName index, @Nullable String note) {
		return new PlannedStep("ALTER INDEX " + parent.quoted() + " ATTACH PARTITION " + index.quoted(),
				"ACCESS EXCLUSIVE on " + index + ": reads and writes of its partition wait, " + atMost(), note);
	}

	PlannedStep dropConcurrently(RelationName index, RelationName table, @Nullable String note) {
		return new PlannedStep("DROP INDEX CONCURRENTLY " + index.quoted(), shareUpdateExclusive(table), note);
	}

	/**
	 * Drops the index of a partitioned table.
	 */
	PlannedStep dropPartitioned(RelationName index, RelationName table) {
		return new PlannedStep("DROP INDEX " + index.quoted(),
				"ACCESS EXCLUSIVE on " + table
						+ ", all its partitions and their indexes at once: reads and writes wait, " + atMost(),
				"PostgreSQL cannot do it concurrently; what takes longer is given up and tried again");
	}

	PlannedStep rename(String sql, RelationName index, @Nullable String note) {
		return new PlannedStep(sql, "SHARE UPDATE EXCLUSIVE on " + index + ", waited for " + upTo() + GO_ON, note);
	}

	PlannedStep reindex(RelationName index, RelationName table, @Nullable String note) {
		return new PlannedStep("REINDEX INDEX CONCURRENTLY " + index.quoted(), shareUpdateExclusive(table), note);
	}

	/**
	 * Changes the table itself for a moment.
	 */
	PlannedStep exclusive(String sql, RelationName table, @Nullable String note) {
		return new PlannedStep(sql, "ACCESS EXCLUSIVE on " + table + ": reads and writes wait, " + atMost(), note);
	}

	/**
	 * Analyzes the table after a build, where that is wanted.
	 * @param shape the index, or {@code null} if it is not known
	 */
	List<PlannedStep> analyze(RelationName table, @Nullable IndexShape shape) {
		AnalyzePolicy policy = this.settings.build().analyze();
		boolean wanted = policy == AnalyzePolicy.ALWAYS
				|| (policy == AnalyzePolicy.EXPRESSION_ONLY && shape != null && shape.hasExpressions());
		return wanted ? List.of(new PlannedStep("ANALYZE (SKIP_LOCKED) " + table.quoted(), shareUpdateExclusive(table),
				"left out if the lock is taken")) : List.of();
	}

	private static String shareUpdateExclusive(RelationName table) {
		return "SHARE UPDATE EXCLUSIVE on " + table + GO_ON;
	}

	private String atMost() {
		return Figures.duration(this.settings.lockTimeout()) + " at most (lock-timeout)";
	}

	private String upTo() {
		return "up to " + Figures.duration(this.settings.lockTimeout()) + " (lock-timeout)";
	}

}
