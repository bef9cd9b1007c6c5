package io.github.heavyindex.decision;

import java.util.List;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Timing;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

/**
 * The chains in the light of one look at the database, which tells whether a name without
 * a schema and one with it are the same index. Two indexes of one name in two schemas
 * must not pass for each other: the one's absence would count as the other's end.
 */
final class ObservedChains {

	private final Chains chains;

	private final Observation observation;

	ObservedChains(Chains chains, Observation observation) {
		this.chains = chains;
		this.observation = observation;
	}

	/**
	 * Later drops and renames of the index that the operation creates, renames or
	 * rebuilds.
	 */
	List<IndexOperation> consumersAfter(IndexOperation operation) {
		return inSchemaOf(operation, this.chains.consumersAfter(operation));
	}

	/**
	 * Later operations that give the name which this drop or rename frees to another
	 * index, the nearest first.
	 */
	List<IndexOperation> producersAfter(IndexOperation operation) {
		return inSchemaOf(operation, this.chains.producersAfter(operation));
	}

	/**
	 * The operation that brings the index which this drop or rename uses up.
	 */
	@Nullable IndexOperation producerBefore(IndexOperation operation) {
		List<IndexOperation> producers = inSchemaOf(operation, this.chains.producersBefore(operation));
		return producers.isEmpty() ? null : producers.get(producers.size() - 1);
	}

	/**
	 * Earlier drops and renames that free the name which this operation gives to its
	 * index.
	 */
	List<IndexOperation> releasesBefore(IndexOperation operation) {
		return inSchemaOf(operation, this.chains.releasesBefore(operation));
	}

	/**
	 * The declaration of the index that a rename renames or a constraint takes, followed
	 * back through earlier ones.
	 */
	@Nullable CreateIndex origin(IndexOperation operation) {
		IndexOperation producer = producerBefore(operation);
		while (producer instanceof RenameIndex || producer instanceof AddConstraint) {
			producer = producerBefore(producer);
		}
		return (producer instanceof CreateIndex create) ? create : null;
	}

	/**
	 * Whether the operation, or an earlier one of its chain, makes the index one of a
	 * deferrable constraint, which shows in its definition.
	 */
	boolean isDeferrable(IndexOperation operation) {
		IndexOperation step = operation;
		while (step != null) {
			if (step instanceof AddConstraint add && add.timing() != Timing.NOT_DEFERRABLE) {
				return true;
			}
			step = producerBefore(step);
		}
		return false;
	}

	private List<IndexOperation> inSchemaOf(IndexOperation operation, List<IndexOperation> others) {
		if (others.isEmpty()) {
			return others;
		}
		String schema = schema(operation);
		return others.stream().filter((other) -> same(schema, schema(other))).toList();
	}

	private boolean same(@Nullable String a, @Nullable String b) {
		if (a != null && b != null) {
			return a.equals(b);
		}
		// a name without schema that leads nowhere may come to lead anywhere on the path
		String known = (a != null) ? a : b;
		return known == null || this.observation.searchPath().contains(known);
	}

	private @Nullable String schema(IndexOperation operation) {
		RelationName declared = operation.index();
		if (declared.schema() != null) {
			return declared.schema();
		}
		Seen seen = this.observation.seen(operation.name());
		// an index lies in the schema of its table, and a renamed one stays where it is
		for (CatalogRelation relation : new CatalogRelation[] { seen.table(), seen.index(), seen.renamed() }) {
			if (relation != null) {
				return relation.name().schema();
			}
		}
		return null;
	}

}
