package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.HeavyIndexPrerequisite;

/**
 * Asks the prerequisites for their names.
 */
final class Prerequisites {

	private Prerequisites() {
	}

	/**
	 * The prerequisites by their names.
	 */
	static Map<String, HeavyIndexPrerequisite> byName(Collection<? extends HeavyIndexPrerequisite> prerequisites) {
		Map<String, HeavyIndexPrerequisite> byName = new LinkedHashMap<>();
		List<DeclarationProblem> problems = new ArrayList<>();
		for (HeavyIndexPrerequisite prerequisite : prerequisites) {
			String origin = "prerequisite " + prerequisite.getClass().getName();
			String name = prerequisite.name();
			if (name == null || name.isBlank()) {
				problems.add(new DeclarationProblem(origin, "name() returns no name",
						"Return the name that operations depend on."));
			}
			else if (byName.putIfAbsent(name, prerequisite) != null) {
				problems.add(new DeclarationProblem(origin,
						"The name '" + name + "' is also that of " + byName.get(name).getClass().getName(),
						"Give each prerequisite a name of its own."));
			}
		}
		if (!problems.isEmpty()) {
			throw new OperationDeclarationException(problems);
		}
		return byName;
	}

}
