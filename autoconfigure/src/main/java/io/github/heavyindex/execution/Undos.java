package io.github.heavyindex.execution;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.decision.Undo;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Records;
import io.github.heavyindex.operation.IndexDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * How operations are undone that people want undone.
 *
 * @param all the ways back, by operation
 */
record Undos(Map<String, Undo> all) {

	/**
	 * The operations that are to be undone, by what is remembered.
	 */
	static Undos of(Collection<IndexOperation> operations, Records remembered) {
		Map<String, Undo> undos = new HashMap<>();
		for (IndexOperation operation : operations) {
			OperationOrder order = remembered.orders().get(operation.name());
			OperationRecord record = remembered.operations().get(operation.name());
			Undo undo = (order != null && order.rollback() && record != null && record.sql().equals(operation.sql()))
					? of(operation, order) : null;
			if (undo != null) {
				undos.put(operation.name(), undo);
			}
		}
		return new Undos(undos);
	}

	/**
	 * How an operation would be undone.
	 */
	static @Nullable Undo of(IndexOperation operation, @Nullable OperationOrder order) {
		// an order for another statement says nothing of this one
		if (order == null || !order.sql().equals(operation.sql())) {
			return null;
		}
		return Undo.of(operation, order.index(), (order.dropped() != null) ? create(order.dropped()) : null);
	}

	private static @Nullable CreateIndex create(String sql) {
		IndexDeclaration declaration = new IndexDeclaration(sql, "", "", List.of(), "", false, "", List.of(),
				OperationOptions.NONE);
		return (declaration.toOperation() instanceof CreateIndex create) ? create : null;
	}

	/**
	 * Those that are still wanted, by what is remembered now.
	 */
	Undos still(Records remembered) {
		Map<String, Undo> still = new HashMap<>(this.all);
		still.keySet().removeIf((name) -> {
			OperationOrder order = remembered.orders().get(name);
			return order == null || !order.rollback();
		});
		return new Undos(still);
	}

	@Nullable Undo of(IndexOperation operation) {
		return this.all.get(operation.name());
	}

	/**
	 * What to look up in the catalog: to build an index again, its table must be seen,
	 * which a drop does not name.
	 */
	List<IndexOperation> lookedUp(Collection<IndexOperation> operations) {
		return operations.stream().map((operation) -> {
			Undo undo = of(operation);
			return (undo != null && undo.operation() instanceof CreateIndex create) ? create : operation;
		}).toList();
	}

}
