package io.github.heavyindex.decision;

import java.time.Instant;
import java.util.Objects;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Decision.Fail;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.Decision.Wait.Until;
import org.jspecify.annotations.Nullable;

/**
 * Decides about rebuilds. A rebuild leaves an index of the same name and definition, so
 * that only its oid tells whether it was done: the one that was recorded before the start
 * is gone, and so is what a rebuild leaves when it fails. Where nothing is recorded, it
 * was not done as far as anybody can tell. Where bloat decides, it is done whenever the
 * estimate passes the limit.
 */
final class Rebuilds {

	private final Context context;

	private final Dependencies dependencies;

	private final Restraints restraints;

	private final Starter starter;

	Rebuilds(Context context, Dependencies dependencies, Restraints restraints, Starter starter) {
		this.context = context;
		this.dependencies = dependencies;
		this.restraints = restraints;
		this.starter = starter;
	}

	/**
	 * Whether the catalog shows the rebuild done.
	 */
	static boolean isDone(RebuildIndex rebuild, Seen seen, Recorded recorded) {
		CatalogRelation index = seen.index();
		if (index == null || index.index() == null || !index.index().valid() || !recorded.isOf(rebuild)) {
			return false;
		}
		if (recorded.state() == OperationState.COMPLETED) {
			return true;
		}
		return recorded.indexOid() != null && recorded.indexOid() != index.oid() && seen.leftovers().isEmpty();
	}

	/**
	 * What to do about a rebuild that is not done.
	 * @param busy who keeps it from the table, or {@code null}
	 */
	Decision decide(RebuildIndex rebuild, Recorded recorded, @Nullable Decision busy) {
		if (busy != null && Occupation.isOurs(busy)) {
			return busy;
		}
		Decision waiting = this.dependencies.waitingFor(rebuild);
		if (waiting != null) {
			return waiting;
		}
		Decision refused = refused(rebuild);
		if (refused != null) {
			return refused;
		}
		Decision unneeded = unneeded(rebuild, recorded);
		if (unneeded != null) {
			return unneeded;
		}
		return (busy != null) ? busy : this.starter.start(rebuild, recorded, next(this.context.seen(rebuild)));
	}

	/**
	 * What to do about a rebuild that was completed and whose index is there: the same
	 * again, once the index is bloated, in the window and not too soon.
	 */
	Decision again(RebuildIndex rebuild, Recorded recorded, @Nullable Decision busy) {
		Integer limit = rebuild.options().rebuildWhenBloat();
		CatalogRelation index = this.context.seen(rebuild).index();
		if (limit == null || busy != null || index == null || index.index() == null || isTooSoon(recorded)
				|| !this.restraints.isWindowOpen(recorded) || this.dependencies.waitingFor(rebuild) != null
				|| refused(rebuild) != null) {
			return new Decision.Keep();
		}
		Bloat bloat = this.context.bloat().get(index.oid());
		// after a rebuild of ours, the error of the estimate must be known first
		boolean measured = recorded.indexOid() == null || recorded.freshBloat() != null;
		Double percent = (bloat != null && measured) ? bloat.since(recorded.freshBloat()) : null;
		if (percent == null || percent <= limit) {
			return new Decision.Keep();
		}
		return this.starter.startOrKeep(rebuild, recorded, next(this.context.seen(rebuild)));
	}

	private boolean isTooSoon(Recorded recorded) {
		Instant startedAt = recorded.startedAt();
		return startedAt != null && this.context.observation()
			.now()
			.isBefore(startedAt.plus(this.context.policy().upkeep().rebuildCoolDown()));
	}

	/**
	 * What follows where bloat decides, as long as no attempt has begun and the index is
	 * of use.
	 */
	private @Nullable Decision unneeded(RebuildIndex rebuild, Recorded recorded) {
		Integer limit = rebuild.options().rebuildWhenBloat();
		Seen seen = this.context.seen(rebuild);
		CatalogRelation index = Objects.requireNonNull(seen.index());
		boolean begun = recorded.isOf(rebuild) && recorded.indexOid() != null;
		if (limit == null || begun || !index.requireIndex().valid() || !seen.leftovers().isEmpty()) {
			return null;
		}
		Bloat bloat = this.context.bloat().get(index.oid());
		if (bloat != null && bloat.forGood()) {
			return new Fail("0A000", index.name() + ": " + bloat.unknown()
					+ ". Remove rebuildWhenBloat (rebuild-when-bloat) to rebuild it once.");
		}
		if (!this.restraints.isWindowOpen(recorded)) {
			String closed = this.restraints.hold(recorded, table(seen), false);
			return new Decision.Wait((closed != null) ? closed : "window");
		}
		if (bloat == null || bloat.percent() == null) {
			return (bloat != null && bloat.unknown() != null) ? new Decision.Wait(bloat.unknown(), Until.MEND)
					: new Decision.Wait("an estimate of the bloat");
		}
		return (bloat.percent() <= limit) ? new Decision.Complete(true) : null;
	}

	/**
	 * What to do about that which a rebuild left that has ended for good.
	 */
	Decision cleanUp(RebuildIndex rebuild, Recorded recorded, @Nullable Decision busy) {
		Seen seen = this.context.seen(rebuild);
		if (busy != null || recorded.attempts() == 0 || seen.leftovers().isEmpty()) {
			return new Decision.Keep();
		}
		return this.starter.startOrKeep(rebuild, recorded, next(seen));
	}

	/**
	 * Leftovers go first. A unique one rejects nothing that the index itself does not
	 * reject.
	 */
	private static Decision.Run next(Seen seen) {
		if (seen.leftovers().isEmpty()) {
			return new Decision.Run(Step.REBUILD, table(seen), 0);
		}
		boolean maintained = seen.leftovers().stream().anyMatch((leftover) -> leftover.requireIndex().ready());
		return new Decision.Run(Step.DROP_LEFTOVER, table(seen), maintained ? 1 : 0);
	}

	private @Nullable Fail refused(RebuildIndex rebuild) {
		Seen seen = this.context.seen(rebuild);
		CatalogRelation relation = seen.index();
		if (relation == null) {
			return new Fail("42704", "The index " + rebuild.index() + " does not exist. Correct the name, or, where"
					+ " another operation creates it, add that to dependsOn; then retry.");
		}
		Fail ambiguous = Failures.ambiguous(seen);
		if (ambiguous != null) {
			return ambiguous;
		}
		IndexState index = relation.index();
		if (index == null) {
			return new Fail("42809",
					relation.name() + " is " + relation.describeKind() + ", no index. Correct the name.");
		}
		if (relation.kind() == 'I') {
			return new Fail("0A000", relation.name() + " is a partitioned index, which has no data of its own."
					+ " Declare the rebuild of the index of each partition.");
		}
		if (Objects.equals(relation.name().schema(), "pg_catalog")) {
			return new Fail("0A000",
					"PostgreSQL cannot rebuild indexes of system catalogs concurrently. Rebuild " + relation.name()
							+ " by hand while nobody is connected: REINDEX INDEX " + relation.name().quoted() + ".");
		}
		if (index.exclusion()) {
			return new Fail("0A000", "The index " + relation.name() + " backs the exclusion constraint "
					+ RelationName.quote(String.valueOf(index.constraint()))
					+ ", which PostgreSQL cannot rebuild concurrently. Rebuild it by hand in a quiet hour, as writes"
					+ " wait meanwhile: REINDEX INDEX " + relation.name().quoted() + ".");
		}
		return null;
	}

	private static long table(Seen seen) {
		return Objects.requireNonNull(seen.index()).requireIndex().table();
	}

}
