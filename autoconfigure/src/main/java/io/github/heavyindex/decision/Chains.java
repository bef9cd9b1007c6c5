package io.github.heavyindex.decision;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

/**
 * How the declared operations follow one another on the same index name. Immutable;
 * computed once.
 * <p>
 * In a chain such as create {@code x_2nd}, drop {@code x}, rename {@code x_2nd} to
 * {@code x}, a later operation <em>consumes</em> a name that an earlier one
 * <em>produces</em>. Once the later one is done, the earlier one's index is rightly gone.
 */
public final class Chains {

	private final Map<String, IndexOperation> operations = new LinkedHashMap<>();

	private final Map<String, List<IndexOperation>> consumersAfter = new HashMap<>();

	private final Map<String, List<IndexOperation>> producersAfter = new HashMap<>();

	private final Map<String, IndexOperation> producerBefore = new HashMap<>();

	/**
	 * Computes the chains.
	 * @param operations the declared operations, in dependency order
	 */
	public Chains(Collection<? extends IndexOperation> operations) {
		Map<String, List<IndexOperation>> consumers = new HashMap<>();
		Map<String, List<IndexOperation>> producers = new HashMap<>();
		for (IndexOperation operation : operations) {
			this.operations.put(operation.name(), operation);
			RelationName consumed = consumed(operation);
			RelationName produced = produced(operation);
			if (consumed != null) {
				consumers.computeIfAbsent(consumed.name(), (name) -> new ArrayList<>()).add(operation);
			}
			if (produced != null) {
				producers.computeIfAbsent(produced.name(), (name) -> new ArrayList<>()).add(operation);
			}
		}
		for (IndexOperation operation : operations) {
			RelationName produced = produced(operation);
			RelationName consumed = consumed(operation);
			if (produced != null) {
				for (IndexOperation consumer : consumers.getOrDefault(produced.name(), List.of())) {
					if (same(produced, consumed(consumer)) && dependsOn(consumer, operation)) {
						this.consumersAfter.computeIfAbsent(operation.name(), (name) -> new ArrayList<>())
							.add(consumer);
						// in dependency order, so that the nearest one stays
						this.producerBefore.put(consumer.name(), operation);
					}
				}
			}
			if (operation instanceof DropIndex && consumed != null) {
				for (IndexOperation producer : producers.getOrDefault(consumed.name(), List.of())) {
					if (same(consumed, produced(producer)) && dependsOn(producer, operation)) {
						this.producersAfter.computeIfAbsent(operation.name(), (name) -> new ArrayList<>())
							.add(producer);
					}
				}
			}
		}
	}

	/**
	 * All operations in dependency order.
	 * @return the operations
	 */
	public Collection<IndexOperation> operations() {
		return this.operations.values();
	}

	@Nullable IndexOperation find(String name) {
		return this.operations.get(name);
	}

	/**
	 * Later drops and renames of the index that the operation creates or renames.
	 */
	List<IndexOperation> consumersAfter(IndexOperation operation) {
		return this.consumersAfter.getOrDefault(operation.name(), List.of());
	}

	/**
	 * Later operations that give the name which this drop frees to another index.
	 */
	List<IndexOperation> producersAfter(IndexOperation operation) {
		return this.producersAfter.getOrDefault(operation.name(), List.of());
	}

	boolean hasProducerBefore(IndexOperation operation) {
		return this.producerBefore.containsKey(operation.name());
	}

	/**
	 * The declaration of the index that a rename renames, followed back through earlier
	 * renames.
	 */
	public @Nullable CreateIndex origin(RenameIndex rename) {
		IndexOperation producer = this.producerBefore.get(rename.name());
		while (producer instanceof RenameIndex earlier) {
			producer = this.producerBefore.get(earlier.name());
		}
		return (producer instanceof CreateIndex create) ? create : null;
	}

	/**
	 * The names in {@code dependsOn} of the operation and of all it depends on.
	 */
	Set<String> dependencyNames(IndexOperation operation) {
		Set<String> found = new HashSet<>();
		Deque<IndexOperation> open = new ArrayDeque<>(List.of(operation));
		while (!open.isEmpty()) {
			for (String name : open.pop().options().dependsOn()) {
				IndexOperation dependency = this.operations.get(name);
				if (found.add(name) && dependency != null) {
					open.push(dependency);
				}
			}
		}
		return found;
	}

	private boolean dependsOn(IndexOperation later, IndexOperation earlier) {
		return dependencyNames(later).contains(earlier.name());
	}

	private static @Nullable RelationName consumed(IndexOperation operation) {
		return (operation instanceof DropIndex || operation instanceof RenameIndex) ? operation.index() : null;
	}

	private static @Nullable RelationName produced(IndexOperation operation) {
		if (operation instanceof RenameIndex rename) {
			return rename.renamed();
		}
		return (operation instanceof CreateIndex) ? operation.index() : null;
	}

	private static boolean same(RelationName a, @Nullable RelationName b) {
		return b != null && a.name().equals(b.name())
				&& (a.schema() == null || b.schema() == null || a.schema().equals(b.schema()));
	}

}
