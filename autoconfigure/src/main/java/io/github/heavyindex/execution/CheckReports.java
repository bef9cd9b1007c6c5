package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationType;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Mends;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.Definitions.Existing;
import io.github.heavyindex.postgres.SqlFailure;
import io.github.heavyindex.postgres.TableFacts;
import org.jspecify.annotations.Nullable;

/**
 * Makes a report of what a check has read of one database: no I/O, and no decision of its
 * own. To what the {@link io.github.heavyindex.decision.Decider} decided comes only what
 * the first attempt would meet with: a declaration that PostgreSQL refuses, or a
 * privilege that is missing.
 */
final class CheckReports {

	private final List<IndexOperation> operations;

	private final Findings findings;

	private final Settings settings;

	private CheckReports(List<IndexOperation> operations, Findings findings, Settings settings) {
		this.operations = operations;
		this.settings = settings;
		this.findings = findings;
	}

	static CheckedDatabase of(@Nullable String dataSource, List<IndexOperation> operations, Findings findings,
			Settings settings) {
		CheckReports reports = new CheckReports(operations, findings, settings);
		return new CheckedDatabase(dataSource, findings.judgement().look().observation().now(), findings.server(),
				findings.problem(), findings.notes(), operations.stream().map(reports::check).toList(),
				findings.oldTransactions(), findings.invalidIndexes());
	}

	private CheckedOperation check(IndexOperation operation) {
		Look look = this.findings.judgement().look();
		Seen seen = look.observation().seen(operation.name());
		TableFacts table = (seen.tableOid() != null) ? this.findings.tables().get(seen.tableOid()) : null;
		Plan plan = plan(operation, table);
		boolean open = plan.verdict() == Verdict.TO_DO;
		IndexShape shape = open ? shape(operation) : null;
		Double rows = (table != null) ? table.rows() : null;
		List<StepGroup> steps = open ? PlannedSteps.of(operation, this.findings.judgement().toDo(operation), seen,
				shape, this.findings.partitions().getOrDefault(operation.name(), Map.of()), this.settings) : List.of();
		return new CheckedOperation(operation, plan, ResolvedStatement.of(operation, seen), steps,
				open ? notes(operation, seen, shape, steps) : List.of(),
				(table != null) ? table.name().toString()
						: (operation.table() != null) ? operation.table().toString() : null,
				(table != null) ? table.bytes() : null, (rows != null) ? Math.round(rows) : null,
				(shape != null && table != null) ? IndexEstimate.bytes(shape, table) : null,
				open ? time(operation, table, seen, steps) : null);
	}

	private Plan plan(IndexOperation operation, @Nullable TableFacts table) {
		Decision decision = this.findings.judgement().decision(operation);
		Plan plan = Plan.of(operation, decision, this.findings.judgement().look().records().get(operation.name()));
		if (plan.verdict() != Verdict.TO_DO) {
			return plan;
		}
		if (this.findings.answers().get(operation.name()) instanceof Answer.Refused refused) {
			return fails(operation, table, refused.failure());
		}
		SqlFailure forbidden = (table != null) ? forbidden(operation, table) : null;
		return (forbidden != null) ? fails(operation, table, forbidden) : plan;
	}

	private static Plan fails(IndexOperation operation, @Nullable TableFacts table, SqlFailure failure) {
		return Plan.wrong("fail", failure + ". "
				+ Mends.of(failure.sqlState(), operation, (table != null) ? table.name().toString() : null));
	}

	/**
	 * What PostgreSQL would say to a role that lacks a privilege (manual, "CREATE INDEX"
	 * and "ALTER INDEX": the owner's rights; a new name also needs CREATE on the schema).
	 */
	private static @Nullable SqlFailure forbidden(IndexOperation operation, TableFacts table) {
		if (!table.owned() && operation.type() != OperationType.REBUILD) {
			return new SqlFailure("42501", "must be owner of table " + table.name() + ", which is " + table.owner(),
					false);
		}
		boolean names = operation.type() == OperationType.CREATE || operation.type() == OperationType.RENAME;
		return (names && !table.mayCreate())
				? new SqlFailure("42501", "permission denied for schema " + table.name().schema(), false) : null;
	}

	private @Nullable IndexShape shape(IndexOperation operation) {
		return (this.findings.answers().get(operation.name()) instanceof Answer.Defined defined)
				? IndexShape.of(defined.definition()) : null;
	}

	private static @Nullable TimeClass time(IndexOperation operation, @Nullable TableFacts table, Seen seen,
			List<StepGroup> steps) {
		boolean reads = operation.type() == OperationType.CREATE || operation.type() == OperationType.REBUILD;
		if (!reads) {
			return TimeClass.SECONDS;
		}
		if (table == null) {
			return null;
		}
		// indexes that are attached only cost nothing
		double share = seen.partitions().isEmpty() ? 1 : PartitionedSteps.share(steps, seen);
		return TimeClass.ofBuild((long) (share * table.bytes()));
	}

	private List<String> notes(IndexOperation operation, Seen seen, @Nullable IndexShape shape, List<StepGroup> steps) {
		List<String> notes = new ArrayList<>();
		if (!(operation instanceof CreateIndex create)) {
			return notes;
		}
		if (!seen.partitions().isEmpty()) {
			notes.add(PartitionedSteps.summary(steps, seen));
		}
		if (seen.table() == null) {
			notes.add("the table " + create.table() + " is not there yet, so that the declaration is not validated");
		}
		if (this.findings.answers().get(operation.name()) instanceof Answer.NotNow notNow) {
			notes.add("not validated: " + notNow.reason());
		}
		if (shape != null) {
			if (!shape.where().isEmpty()) {
				notes.add("the estimated size is that of all rows; the predicate may leave out most of them");
			}
			overlaps(operation, seen, shape, notes);
		}
		return notes;
	}

	private void overlaps(IndexOperation operation, Seen seen, IndexShape shape, List<String> notes) {
		List<Existing> existing = this.findings.existing().getOrDefault(seen.tableOid(), List.of());
		CatalogRelation own = seen.index();
		for (Existing other : existing) {
			IndexShape otherShape = IndexShape.of(other.definition());
			boolean itself = own != null && own.name().equals(other.name());
			String overlap = (otherShape != null && !itself) ? shape.overlap(other.name().toString(), otherShape)
					: null;
			if (overlap != null) {
				notes.add(overlap + dropped(other.name()));
			}
		}
		for (IndexOperation other : this.operations) {
			boolean sameTable = seen.tableOid() != null && seen.tableOid()
				.equals(this.findings.judgement().look().observation().seen(other.name()).tableOid());
			IndexShape otherShape = (other != operation && sameTable) ? shape(other) : null;
			if (otherShape != null && otherShape.equals(shape)) {
				notes.add("a duplicate of what " + other.name() + " declares");
			}
		}
	}

	/**
	 * Whether a declared operation does away with an index anyway.
	 */
	private String dropped(RelationName index) {
		return this.operations.stream().filter(DropIndex.class::isInstance).filter((drop) -> {
			CatalogRelation seen = this.findings.judgement().look().observation().seen(drop.name()).index();
			return seen != null && seen.name().equals(index);
		}).findFirst().map((drop) -> " (" + drop.name() + " drops it)").orElse("");
	}

}
