package io.github.heavyindex.decision;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RebuildIndex;
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
 * <p>
 * A name with a schema and one without it may or may not be the same index; here they are
 * taken to be, and {@link ObservedChains} knows better.
 *
 * @since 0.1.0
 */
public final class Chains {

	private final Map<String, IndexOperation> operations = new LinkedHashMap<>();

	private final Map<String, Integer> positions = new HashMap<>();

	private final Map<String, List<IndexOperation>> consumersAfter = new HashMap<>();

	private final Map<String, List<IndexOperation>> producersAfter = new HashMap<>();

	private final Map<String, List<IndexOperation>> producersBefore = new HashMap<>();

	private final Map<String, List<IndexOperation>> releasesBefore = new HashMap<>();

	private final Map<String, Set<String>> prerequisites = new HashMap<>();

	private final Function<String, Set<String>> further;

	/**
	 * Computes the chains.
	 * @param operations the declared operations, in dependency order
	 */
	public Chains(Collection<? extends IndexOperation> operations) {
		this(operations, (name) -> Set.of());
	}

	/**
	 * Computes the chains.
	 * @param operations the declared operations, in dependency order
	 * @param further for the name of an operation, those of these operations that it
	 * depends on only by way of others
	 */
	public Chains(Collection<? extends IndexOperation> operations, Function<String, Set<String>> further) {
		this.further = further;
		Map<String, List<IndexOperation>> consumers = new HashMap<>();
		Map<String, List<IndexOperation>> producers = new HashMap<>();
		for (IndexOperation operation : operations) {
			this.operations.put(operation.name(), operation);
			this.positions.put(operation.name(), this.positions.size());
			put(consumers, consumed(operation), operation);
			put(producers, produced(operation), operation);
		}
		for (IndexOperation operation : operations) {
			this.prerequisites.put(operation.name(), collectPrerequisites(operation));
			// a rebuild brings no index, but the one it rebuilds may be used up later
			RelationName left = (operation instanceof RebuildIndex) ? operation.index() : produced(operation);
			if (left != null) {
				for (IndexOperation consumer : consumers.getOrDefault(left.name(), List.of())) {
					if (mayBeSame(left, consumed(consumer)) && dependsOn(consumer, operation)) {
						put(this.consumersAfter, operation, consumer);
						if (produced(operation) != null) {
							put(this.producersBefore, consumer, operation);
						}
					}
				}
			}
			RelationName consumed = consumed(operation);
			if (consumed != null) {
				for (IndexOperation producer : producers.getOrDefault(consumed.name(), List.of())) {
					if (mayBeSame(consumed, produced(producer)) && dependsOn(producer, operation)) {
						put(this.producersAfter, operation, producer);
						put(this.releasesBefore, producer, operation);
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
	 * Later drops and renames of the index that the operation creates, renames or
	 * rebuilds.
	 */
	List<IndexOperation> consumersAfter(IndexOperation operation) {
		return this.consumersAfter.getOrDefault(operation.name(), List.of());
	}

	/**
	 * Later operations that give the name which this drop or rename frees to another
	 * index, the nearest first.
	 */
	List<IndexOperation> producersAfter(IndexOperation operation) {
		return this.producersAfter.getOrDefault(operation.name(), List.of());
	}

	/**
	 * Earlier operations that bring the index which this drop or rename uses up, the
	 * nearest last.
	 */
	List<IndexOperation> producersBefore(IndexOperation operation) {
		return this.producersBefore.getOrDefault(operation.name(), List.of());
	}

	/**
	 * Earlier drops and renames that free the name which this operation gives to its
	 * index.
	 */
	List<IndexOperation> releasesBefore(IndexOperation operation) {
		return this.releasesBefore.getOrDefault(operation.name(), List.of());
	}

	/**
	 * The dependencies that are no operations, of the operation and of all it depends on.
	 */
	Set<String> prerequisites(IndexOperation operation) {
		return this.prerequisites.getOrDefault(operation.name(), Set.of());
	}

	/**
	 * Whether an operation depends on another one, directly or not.
	 */
	boolean dependsOn(IndexOperation later, IndexOperation earlier) {
		int position = this.positions.getOrDefault(earlier.name(), 0);
		Set<String> visited = new HashSet<>();
		Deque<IndexOperation> open = new ArrayDeque<>(List.of(later));
		while (!open.isEmpty()) {
			for (String name : dependencies(open.pop())) {
				if (name.equals(earlier.name())) {
					return true;
				}
				IndexOperation dependency = this.operations.get(name);
				// what comes before the earlier one cannot depend on it
				if (dependency != null && this.positions.getOrDefault(name, 0) > position && visited.add(name)) {
					open.push(dependency);
				}
			}
		}
		return false;
	}

	private Set<String> dependencies(IndexOperation operation) {
		Set<String> declared = operation.options().dependsOn();
		Set<String> further = this.further.apply(operation.name());
		if (declared.containsAll(further)) {
			return declared;
		}
		Set<String> all = new LinkedHashSet<>(declared);
		all.addAll(further);
		return all;
	}

	// those of its dependencies are known already; most sets are shared
	private Set<String> collectPrerequisites(IndexOperation operation) {
		Set<String> all = Set.of();
		for (String name : dependencies(operation)) {
			Set<String> more = this.operations.containsKey(name) ? this.prerequisites.getOrDefault(name, Set.of())
					: Set.of(name);
			if (all.isEmpty()) {
				all = more;
			}
			else if (!all.containsAll(more)) {
				all = new HashSet<>(all);
				all.addAll(more);
			}
		}
		return all;
	}

	private static void put(Map<String, List<IndexOperation>> map, @Nullable RelationName name,
			IndexOperation operation) {
		if (name != null) {
			map.computeIfAbsent(name.name(), (key) -> new ArrayList<>()).add(operation);
		}
	}

	private static void put(Map<String, List<IndexOperation>> map, IndexOperation of, IndexOperation operation) {
		map.computeIfAbsent(of.name(), (key) -> new ArrayList<>()).add(operation);
	}

	private static @Nullable RelationName consumed(IndexOperation operation) {
		return (operation instanceof DropIndex || operation instanceof RenameIndex
				|| operation instanceof AddConstraint) ? operation.index() : null;
	}

	private static @Nullable RelationName produced(IndexOperation operation) {
		if (operation instanceof RenameIndex rename) {
			return rename.renamed();
		}
		// PostgreSQL gives the index the constraint's name
		if (operation instanceof AddConstraint add) {
			return add.renamed();
		}
		return (operation instanceof CreateIndex) ? operation.index() : null;
	}

	private static boolean mayBeSame(RelationName a, @Nullable RelationName b) {
		return b != null && a.name().equals(b.name())
				&& (a.schema() == null || b.schema() == null || a.schema().equals(b.schema()));
	}

}
