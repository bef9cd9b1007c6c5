package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Puts names in an order in which each comes after those it depends on, and otherwise as
 * early as it was declared. No recursion: a chain may be as long as the list.
 */
final class DependencyOrder {

	private final Map<String, Set<String>> dependencies;

	private final List<String> sorted = new ArrayList<>();

	/**
	 * Sorts.
	 * @param dependencies the names in the order of their declaration, each with the
	 * names it depends on; all of them are keys
	 */
	DependencyOrder(Map<String, Set<String>> dependencies) {
		this.dependencies = dependencies;
		sort();
	}

	/**
	 * The names in order; if there is a cycle, without those that depend on it.
	 */
	List<String> sorted() {
		return this.sorted;
	}

	/**
	 * A cycle as it runs, the first name again at its end.
	 * @return the names, empty if there is no cycle
	 */
	List<String> cycle() {
		if (this.sorted.size() == this.dependencies.size()) {
			return List.of();
		}
		Set<String> stuck = new LinkedHashSet<>(this.dependencies.keySet());
		this.sorted.forEach(stuck::remove);
		// each of these depends on another of them, so that the walk must come round
		Set<String> visited = new LinkedHashSet<>();
		String name = stuck.iterator().next();
		while (visited.add(name)) {
			name = firstOf(dependenciesOf(name), stuck);
		}
		List<String> path = new ArrayList<>(visited);
		path.add(name);
		return path.subList(path.indexOf(name), path.size());
	}

	private void sort() {
		List<String> names = List.copyOf(this.dependencies.keySet());
		int[] missing = new int[names.size()];
		Map<String, List<Integer>> dependents = new HashMap<>();
		PriorityQueue<Integer> ready = new PriorityQueue<>();
		for (int i = 0; i < missing.length; i++) {
			Set<String> before = dependenciesOf(names.get(i));
			missing[i] = before.size();
			for (String dependency : before) {
				dependents.computeIfAbsent(dependency, (key) -> new ArrayList<>()).add(i);
			}
			if (before.isEmpty()) {
				ready.add(i);
			}
		}
		while (!ready.isEmpty()) {
			String name = names.get(ready.remove());
			this.sorted.add(name);
			for (int dependent : dependents.getOrDefault(name, List.of())) {
				if (--missing[dependent] == 0) {
					ready.add(dependent);
				}
			}
		}
	}

	private Set<String> dependenciesOf(String name) {
		return this.dependencies.getOrDefault(name, Set.of());
	}

	private static String firstOf(Collection<String> names, Set<String> within) {
		return names.stream().filter(within::contains).findFirst().orElseThrow();
	}

}
