package io.github.heavyindex.operation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.heavyindex.HeavyIndexPrerequisite;

/**
 * Takes declared operations apart, by data source.
 */
final class DataSourceParts {

	private final DeclaredOperations all;

	private final Map<String, @Nullable String> dataSources = new LinkedHashMap<>();

	private DataSourceParts(DeclaredOperations all) {
		this.all = all;
		all.declared().forEach((operation) -> this.dataSources.put(operation.name(), operation.dataSource()));
	}

	static List<DeclaredOperations> of(DeclaredOperations all) {
		return new DataSourceParts(all).parts();
	}

	private List<DeclaredOperations> parts() {
		Set<@Nullable String> names = new LinkedHashSet<>(this.dataSources.values());
		if (names.size() <= 1) {
			return List.of(this.all);
		}
		List<DeclaredOperations> parts = new ArrayList<>();
		if (names.remove(null)) {
			parts.add(part(null));
		}
		names.forEach((name) -> parts.add(part(name)));
		return parts;
	}

	private DeclaredOperations part(@Nullable String dataSource) {
		List<DeclaredOperation> operations = this.all.declared()
			.stream()
			.filter((operation) -> Objects.equals(operation.dataSource(), dataSource))
			.toList();
		Map<String, Set<String>> dependencies = new LinkedHashMap<>();
		Map<String, HeavyIndexPrerequisite> prerequisites = new LinkedHashMap<>();
		for (DeclaredOperation operation : operations) {
			dependencies.put(operation.name(), within(operation));
			for (String name : operation.operation().options().dependsOn()) {
				HeavyIndexPrerequisite prerequisite = this.all.prerequisites().get(name);
				if (prerequisite != null) {
					prerequisites.put(name, prerequisite);
				}
			}
		}
		return new DeclaredOperations(operations, dependencies, prerequisites);
	}

	/**
	 * The nearest operations of the same data source that an operation depends on, be it
	 * by way of others.
	 */
	private Set<String> within(DeclaredOperation operation) {
		Set<String> within = new LinkedHashSet<>();
		Set<String> visited = new HashSet<>();
		Deque<String> open = new ArrayDeque<>(this.all.dependenciesOf(operation.name()));
		while (!open.isEmpty()) {
			String name = open.remove();
			if (!visited.add(name)) {
				continue;
			}
			if (Objects.equals(this.dataSources.get(name), operation.dataSource())) {
				within.add(name);
			}
			else {
				open.addAll(this.all.dependenciesOf(name));
			}
		}
		return Collections.unmodifiableSet(within);
	}

}
