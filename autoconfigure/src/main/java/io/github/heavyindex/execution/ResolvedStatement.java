package io.github.heavyindex.execution;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.Seen;

/**
 * An operation's statement with the schema that was observed: a name must not lead to
 * another relation than the one that was decided about.
 */
final class ResolvedStatement {

	private ResolvedStatement() {
	}

	static String of(IndexOperation operation, Seen seen) {
		return resolve(operation, seen).sql();
	}

	private static IndexOperation resolve(IndexOperation operation, Seen seen) {
		if (operation instanceof CreateIndex create && seen.table() != null) {
			return new CreateIndex(seen.table().name(), create.indexName(), create.unique(), create.only(),
					create.definition(), create.options());
		}
		if (operation instanceof DropIndex drop && seen.index() != null) {
			return new DropIndex(seen.index().name(), drop.options());
		}
		if (operation instanceof RenameIndex rename && seen.index() != null) {
			return new RenameIndex(seen.index().name(), rename.newName(), rename.options());
		}
		if (operation instanceof RebuildIndex rebuild && seen.index() != null) {
			return new RebuildIndex(seen.index().name(), rebuild.options());
		}
		if (operation instanceof AddConstraint add && seen.table() != null) {
			return new AddConstraint(seen.table().name(), add.constraintName(), add.kind(), add.indexName(),
					add.timing(), add.options());
		}
		return operation;
	}

}
