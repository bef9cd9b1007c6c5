package io.github.heavyindex.decision;

import java.util.Set;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

/**
 * How an operation is undone: by another operation of the same name, which depends on
 * nothing.
 *
 * @param operation the operation that undoes the declared one
 * @param own the oid of the index that the declared operation built or renamed, the only
 * one that may be touched; {@code null} if a dropped index is built again
 * @since 0.1.0
 */
public record Undo(IndexOperation operation, @Nullable Long own) {

	/**
	 * How an operation is undone.
	 * @param declared the operation
	 * @param own the oid of the index that it built or renamed, or {@code null} if that
	 * is not known
	 * @param dropped what builds again the index that it dropped, or {@code null} if that
	 * is not known
	 * @return the way back, or {@code null} if there is none
	 */
	public static @Nullable Undo of(IndexOperation declared, @Nullable Long own, @Nullable CreateIndex dropped) {
		if (declared instanceof CreateIndex create && own != null) {
			return new Undo(new DropIndex(create.index(), options(declared)), own);
		}
		if (declared instanceof RenameIndex rename && own != null) {
			return new Undo(new RenameIndex(rename.renamed(), rename.index().name(), options(declared)), own);
		}
		return (declared instanceof DropIndex && dropped != null)
				? new Undo(dropped.withOptions(options(declared)), null) : null;
	}

	private static OperationOptions options(IndexOperation declared) {
		OperationOptions options = declared.options();
		return new OperationOptions(declared.name(), Set.of(), options.critical(), options.description(),
				OnMismatch.FAIL, false, options.maxDuration(), options.dataSource(), null);
	}

	/**
	 * What the catalog shows, with the eyes of the operation that undoes.
	 * @param seen what it shows under the names of the declared operation
	 * @return what it shows under the names of this one
	 */
	public Seen turn(Seen seen) {
		return (this.operation instanceof RenameIndex) ? new Seen(seen.table(), seen.renamed(), seen.index()) : seen;
	}

}
