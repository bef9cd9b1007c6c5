package io.github.heavyindex.decision;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Decision.Step;
import org.jspecify.annotations.Nullable;

/**
 * Decides about indexes to create.
 */
final class Creations {

	private final Context context;

	private final Occupation occupation;

	private final Dependencies dependencies;

	private final Starter starter;

	Creations(Context context, Occupation occupation, Dependencies dependencies, Starter starter) {
		this.context = context;
		this.occupation = occupation;
		this.dependencies = dependencies;
		this.starter = starter;
	}

	/**
	 * What to do about an index that does not stand as declared.
	 * @param comparison how it differs, or {@code null} if that is not known
	 * @param busy who keeps the operation from the table, or {@code null}
	 */
	Decision decide(CreateIndex create, Recorded recorded, @Nullable Comparison comparison, @Nullable Decision busy) {
		Seen seen = this.context.seen(create);
		CatalogRelation index = seen.index();
		CatalogRelation table = seen.table();
		if (busy != null && (Occupation.isOurs(busy) || CatalogRelation.isInvalidIndex(index))) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(create);
		if (waiting != null) {
			return waiting;
		}
		if (table == null) {
			return Failures.noTable(create);
		}
		if (index != null && index.index() == null) {
			return Failures.nameTaken(create, index);
		}
		if (index != null && index.requireIndex().table() != table.oid()) {
			return Failures.onAnotherTable(create, index);
		}
		if (index != null && index.requireIndex().valid()) {
			Decision next = new Replacement(create, this.context).ofMismatch(index);
			return (next != null) ? replace(create, recorded, next, busy) : Failures.mismatch(create, comparison);
		}
		Decision unpartitionable = seen.partitioned() ? Failures.unpartitionable(create, table, seen) : null;
		if (unpartitionable != null) {
			return unpartitionable;
		}
		if (busy != null) {
			return busy;
		}
		return this.starter.start(create, recorded,
				seen.partitioned() ? partitioned(create, table, index) : plain(create, table, index));
	}

	private Decision replace(CreateIndex create, Recorded recorded, Decision next, @Nullable Decision busy) {
		if (!(next instanceof Decision.Run)) {
			return next;
		}
		// while an application is rolled out, its old and its new version would replace
		// each other's index in turn
		if (!recorded.isOf(create) && recorded.instanceKey() != null && !this.occupation.isOrphan(recorded)) {
			return new Decision.Wait(
					"another version of the application, which still runs, declares another definition");
		}
		return (busy != null) ? busy : this.starter.start(create, recorded, next);
	}

	/**
	 * An invalid index of a partitioned table waits for those of its partitions; its
	 * definition must be the declared one all the same.
	 */
	private Decision partitioned(CreateIndex create, CatalogRelation table, @Nullable CatalogRelation index) {
		Comparison comparison = (index != null) ? this.context.comparisons().compare(create, index) : Comparison.EQUAL;
		if (index != null && comparison.verdict() == Comparison.Verdict.UNKNOWN) {
			return new Decision.Compare(create, index);
		}
		if (comparison.verdict() == Comparison.Verdict.DIFFERENT) {
			return Failures.mismatch(create, comparison);
		}
		IndexState leftover = new PartitionedTable(create, this.context.observation()).leftover();
		return (leftover != null && leftover.ready())
				? new Decision.Run(Step.DROP_LEFTOVER, table.oid(), leftover.urgency())
				: new Decision.Run(Step.BUILD, table.oid(), 0);
	}

	private Decision plain(CreateIndex create, CatalogRelation table, @Nullable CatalogRelation leftover) {
		if (leftover != null) {
			Decision refused = Failures.undroppable(this.context.seen(create), leftover);
			return (refused != null) ? refused
					: new Decision.Run(Step.DROP_LEFTOVER, table.oid(), leftover.requireIndex().urgency());
		}
		Decision beside = new Replacement(create, this.context).ofAbsence();
		return (beside != null) ? beside : new Decision.Run(Step.BUILD, table.oid(), 0);
	}

}
