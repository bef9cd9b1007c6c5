package io.github.heavyindex.decision;

import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Decision.Fail;
import org.jspecify.annotations.Nullable;

/**
 * Goals that cannot be reached, each with its mend. The SQLSTATE is the one that
 * PostgreSQL itself would answer.
 */
final class Failures {

	private static final int NAMED = 5;

	private Failures() {
	}

	static Fail lost(int attempts) {
		return new Fail("57P01", "The server session was lost in each of " + attempts
				+ " attempts. See the server's log for what ended it (a crash, an administrator, the network), then retry.");
	}

	static Fail notOwn(CatalogRelation index) {
		return new Fail(null, "another index bears the name " + index.name()
				+ " by now (built by hand, or by REINDEX CONCURRENTLY). Drop or rename it by hand, or declare an operation that does.");
	}

	static Fail needed(IndexOperation dependent, OperationState state) {
		return new Fail(null,
				dependent.name() + ", which depends on it, is " + state + ((state == OperationState.SKIPPED)
						? ". Pause, then 'retry' and 'cancel' that one first." : ". Roll that one back first."));
	}

	/**
	 * Why the table's partitions cannot get the index, or {@code null} if they can.
	 */
	static @Nullable Fail unpartitionable(CreateIndex create, CatalogRelation table, Seen seen) {
		if (create.only()) {
			return new Fail("0A000", "ON ONLY would leave " + create.indexName() + " invalid for ever, as "
					+ table.name()
					+ " is partitioned. Leave ONLY out: each partition's index is built concurrently and attached.");
		}
		List<RelationName> foreign = seen.partitions()
			.stream()
			.filter(Partition::foreign)
			.map(Partition::name)
			.limit(NAMED)
			.toList();
		if (!foreign.isEmpty()) {
			return new Fail("42809", "The partitioned table " + table.name() + " has foreign tables as partitions: "
					+ foreign
					+ ". No index can be built on them, and without theirs the partitioned one is never valid. Build the index on the other partitions one by one, or detach the foreign tables, then retry.");
		}
		return null;
	}

	static Fail noTable(CreateIndex create) {
		return new Fail("42P01", "The table " + create.table()
				+ " does not exist on the search path of the connection. Create it, correct the name or add its schema, then retry.");
	}

	static Fail nameTaken(CreateIndex create, CatalogRelation taken) {
		return new Fail("42P07", "The name " + taken.name() + " is taken by " + taken.describeKind()
				+ ". Choose another name for the index " + create.indexName() + ".");
	}

	static Fail onAnotherTable(CreateIndex create, CatalogRelation index) {
		return new Fail("42P07", "An index " + index.name() + " exists, but on another table than " + create.table()
				+ ". Choose another name, or drop that index first.");
	}

	static Fail mismatch(CreateIndex create, @Nullable Comparison comparison) {
		String declared = (comparison != null) ? comparison.declared() : null;
		String actual = (comparison != null) ? comparison.actual() : null;
		return new Fail("42P07", "An index " + create.index() + " exists with another definition. Declared: " + declared
				+ " - existing: " + actual
				+ ". Declare what exists, choose another name, or drop the existing index by an operation that comes before.");
	}

	/**
	 * Once the first index of that name is dropped or renamed, the name leads to the
	 * next, which nobody meant.
	 */
	static @Nullable Fail ambiguous(Seen seen) {
		CatalogRelation first = seen.index();
		if (first == null || !seen.ambiguous()) {
			return null;
		}
		return new Fail(null,
				"More than one schema of the search path has an index " + RelationName.quote(first.name().name())
						+ ", the first is " + first.name() + ". Name the schema in the declaration.");
	}

	static @Nullable Fail undroppable(Seen seen, CatalogRelation relation) {
		Fail ambiguous = ambiguous(seen);
		if (ambiguous != null) {
			return ambiguous;
		}
		IndexState index = relation.index();
		if (index == null) {
			return new Fail("42809",
					relation.name() + " is " + relation.describeKind() + ", no index. Correct the name.");
		}
		if (index.constraint() != null) {
			return new Fail("2BP01", "The index " + relation.name() + " backs the constraint " + index.constraint()
					+ ". Drop it with ALTER TABLE … DROP CONSTRAINT " + RelationName.quote(index.constraint()) + ".");
		}
		if (index.parent() != null) {
			return new Fail("2BP01", "The index " + relation.name() + " is a part of the partitioned index "
					+ index.parent() + ". It can only be dropped with that one.");
		}
		if (index.replicaIdentity()) {
			return new Fail("55000", "The index " + relation.name()
					+ " is its table's replica identity; without it every UPDATE and DELETE of a published table fails."
					+ " Set another one first: ALTER TABLE … REPLICA IDENTITY DEFAULT (or USING INDEX …).");
		}
		return null;
	}

	static @Nullable Fail unrenamable(RenameIndex rename, Seen seen) {
		CatalogRelation old = seen.index();
		CatalogRelation renamed = seen.renamed();
		Fail ambiguous = ambiguous(seen);
		if (ambiguous != null) {
			return ambiguous;
		}
		if (old != null && old.index() == null) {
			return new Fail("42809", old.name() + " is " + old.describeKind()
					+ ", no index (ALTER INDEX would rename it all the same). Correct the name.");
		}
		if (old != null) {
			return (renamed == null) ? null : new Fail("42P07", "Both " + old.name() + " and " + renamed.name()
					+ " exist. Drop one of them, or correct the names.");
		}
		if (renamed == null) {
			return new Fail("42704", "Neither " + rename.index() + " nor " + rename.renamed()
					+ " exists. Correct the names, or create the index first.");
		}
		if (renamed.index() == null) {
			return new Fail("42P07", "The name " + renamed.name() + " is taken by " + renamed.describeKind()
					+ ", and there is no index " + rename.index() + ".");
		}
		return new Fail("42704", "There is no index " + rename.index() + ", and " + renamed.name() + (renamed.index()
			.valid() ? " has another definition than the one declared. Build the index again under its old name."
					: " is invalid. Rebuild it with REINDEX INDEX CONCURRENTLY, or build the index again under its old name."));
	}

}
