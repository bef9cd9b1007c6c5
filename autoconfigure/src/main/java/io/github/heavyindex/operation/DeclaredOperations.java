package io.github.heavyindex.operation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.UnknownOperationException;

/**
 * All declared operations, checked, in dependency order. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class DeclaredOperations {

	private static final int CYCLE_SHOWN = 20;

	private final Map<String, DeclaredOperation> byName;

	private final Map<Class<?>, String> names;

	private final Map<String, Set<String>> dependencies;

	private final Map<String, HeavyIndexPrerequisite> prerequisites;

	private final List<IndexOperation> operations;

	DeclaredOperations(List<DeclaredOperation> sorted, Map<String, Set<String>> dependencies,
			Map<String, HeavyIndexPrerequisite> prerequisites) {
		this.byName = new LinkedHashMap<>();
		this.names = new HashMap<>();
		for (DeclaredOperation declared : sorted) {
			this.byName.put(declared.name(), declared);
			if (declared.type() != null) {
				this.names.put(declared.type(), declared.name());
			}
		}
		this.dependencies = dependencies;
		this.prerequisites = Collections.unmodifiableMap(prerequisites);
		this.operations = sorted.stream().map(DeclaredOperation::operation).toList();
	}

	/**
	 * Checks declarations and puts them in dependency order.
	 * @param declared the operations in the order of their declaration
	 * @param prerequisites the prerequisites that operations may depend on
	 * @return the operations
	 * @throws OperationDeclarationException naming everything that cannot be: duplicate
	 * names, unknown dependencies, cycles, an index created twice, names that do not
	 * match
	 */
	public static DeclaredOperations of(List<DeclaredOperation> declared,
			Collection<? extends HeavyIndexPrerequisite> prerequisites) {
		Map<String, HeavyIndexPrerequisite> prerequisitesByName = Prerequisites.byName(prerequisites);
		List<DeclarationProblem> problems = new DeclarationChecks(declared, prerequisitesByName).problems();
		if (!problems.isEmpty()) {
			throw new OperationDeclarationException(problems);
		}
		Map<String, DeclaredOperation> byName = new LinkedHashMap<>();
		Map<String, Set<String>> dependencies = new LinkedHashMap<>();
		for (DeclaredOperation operation : declared) {
			byName.put(operation.name(), operation);
			Set<String> names = new LinkedHashSet<>(operation.operation().options().dependsOn());
			names.removeAll(prerequisitesByName.keySet());
			dependencies.put(operation.name(), Collections.unmodifiableSet(names));
		}
		DependencyOrder order = new DependencyOrder(dependencies);
		if (!order.cycle().isEmpty()) {
			throw new OperationDeclarationException(List.of(cycle(order.cycle(), byName)));
		}
		List<DeclaredOperation> sorted = order.sorted().stream().map(byName::get).toList();
		return new DeclaredOperations(sorted, dependencies, prerequisitesByName);
	}

	private static DeclarationProblem cycle(List<String> cycle, Map<String, DeclaredOperation> byName) {
		// it ends with the name that it begins with
		int length = cycle.size() - 1;
		String path = (length <= CYCLE_SHOWN) ? String.join(" -> ", cycle)
				: String.join(" -> ", cycle.subList(0, CYCLE_SHOWN)) + " -> … (" + (length - CYCLE_SHOWN) + " more) -> "
						+ cycle.get(0);
		String origins = cycle.stream()
			.limit(Math.min(length, CYCLE_SHOWN))
			.map(byName::get)
			.map(DeclaredOperation::origin)
			.distinct()
			.collect(Collectors.joining(", "));
		return new DeclarationProblem(origins, "The operations depend on each other in a cycle: " + path,
				"Remove one of these dependencies.");
	}

	/**
	 * The declarations, each after those it depends on, else as declared.
	 * @return an immutable collection
	 */
	public Collection<DeclaredOperation> declared() {
		return Collections.unmodifiableCollection(this.byName.values());
	}

	/**
	 * The operations, each after those it depends on, else as declared.
	 * @return an immutable list
	 */
	public List<IndexOperation> operations() {
		return this.operations;
	}

	/**
	 * An operation by its name.
	 * @param name a name
	 * @return the operation, empty if none has that name
	 */
	public Optional<IndexOperation> find(String name) {
		return Optional.ofNullable(this.byName.get(name)).map(DeclaredOperation::operation);
	}

	/**
	 * The name of the operation that a class declares.
	 * @param type a class, also a generated subclass of one
	 * @return the name, or {@code null} if the class declares no operation
	 */
	public @Nullable String nameOf(Class<?> type) {
		return this.names.get(ClassUtils.getUserClass(type));
	}

	/**
	 * The operations that must be complete before this one, as it says itself; in a part
	 * also those that it depends on only by way of operations of other parts.
	 * @param name the name of an operation
	 * @return names of operations, without prerequisites and, in a part, without those of
	 * other parts; immutable
	 * @throws UnknownOperationException if no operation has that name
	 */
	public Set<String> dependenciesOf(String name) {
		Set<String> names = this.dependencies.get(name);
		if (names == null) {
			throw new UnknownOperationException("No operation is named '" + name + "'");
		}
		return names;
	}

	/**
	 * The operations that must be complete before this one, directly or not, nearest
	 * first. Walks the dependencies anew on each call.
	 * @param name the name of an operation
	 * @return names of operations, without prerequisites and without this one
	 * @throws UnknownOperationException if no operation has that name
	 */
	public Set<String> ancestorsOf(String name) {
		Set<String> ancestors = new LinkedHashSet<>();
		Deque<String> next = new ArrayDeque<>(dependenciesOf(name));
		while (!next.isEmpty()) {
			String ancestor = next.remove();
			if (ancestors.add(ancestor)) {
				next.addAll(dependenciesOf(ancestor));
			}
		}
		return ancestors;
	}

	/**
	 * These operations, apart for each data source.
	 * @return one part for each data source that an operation is for, the application's
	 * own first; this object alone where there is one data source, or no operation
	 */
	public List<DeclaredOperations> byDataSource() {
		return DataSourceParts.of(this);
	}

	/**
	 * The data source of a part.
	 * @return the bean name, or {@code null} for the application's own
	 * @see #byDataSource()
	 */
	public @Nullable String dataSource() {
		return this.operations.isEmpty() ? null : this.operations.get(0).options().dataSource();
	}

	/**
	 * What operations of a part depend on that are of another part.
	 * @return names of operations
	 * @see #byDataSource()
	 */
	public Set<String> dependenciesElsewhere() {
		Set<String> elsewhere = new LinkedHashSet<>();
		this.operations.forEach((operation) -> elsewhere.addAll(operation.options().dependsOn()));
		elsewhere.removeAll(this.byName.keySet());
		elsewhere.removeAll(this.prerequisites.keySet());
		return elsewhere;
	}

	/**
	 * The prerequisites by their names.
	 * @return an immutable map
	 */
	public Map<String, HeavyIndexPrerequisite> prerequisites() {
		return this.prerequisites;
	}

}
