package io.github.heavyindex.operation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;

/**
 * What must hold of declared constraints before the first operation may run, and needs no
 * database.
 */
final class ConstraintChecks {

	private final List<DeclaredOperation> declared;

	private final List<DeclarationProblem> problems = new ArrayList<>();

	private ConstraintChecks(List<DeclaredOperation> declared) {
		this.declared = declared;
	}

	static List<DeclarationProblem> of(List<DeclaredOperation> declared) {
		ConstraintChecks checks = new ConstraintChecks(declared);
		checks.checkPairs();
		checks.checkIndexes();
		return checks.problems;
	}

	private void checkPairs() {
		Map<InDatabase, DeclaredOperation> constraints = new HashMap<>();
		Map<InDatabase, DeclaredOperation> indexes = new HashMap<>();
		Map<InDatabase, DeclaredOperation> primaryKeys = new HashMap<>();
		for (DeclaredOperation operation : this.declared) {
			if (!(operation.operation() instanceof AddConstraint add)) {
				continue;
			}
			if (clashes(constraints, add.renamed(), operation, "adds the constraint ",
					"Remove one of the two, or give the constraint another name.")
					|| clashes(indexes, add.index(), operation, "makes a constraint of the index ",
							"Remove one of the two: an index backs one constraint.")) {
				continue;
			}
			if (add.kind() == Kind.PRIMARY_KEY) {
				clashes(primaryKeys, add.table(), operation, "adds a primary key to ",
						"Remove one of the two: a table has one primary key.");
			}
		}
	}

	private boolean clashes(Map<InDatabase, DeclaredOperation> taken, RelationName name, DeclaredOperation operation,
			String what, String action) {
		DeclaredOperation other = taken.putIfAbsent(InDatabase.of(operation.operation(), name), operation);
		// two operations of one name are refused for that
		boolean clashes = other != null && !other.name().equals(operation.name());
		if (clashes && other != null) {
			add(operation, what + name + ", as does ", other, action);
		}
		return clashes;
	}

	/**
	 * What is declared about the index that a constraint is to be made of.
	 */
	private void checkIndexes() {
		Map<InDatabase, DeclaredOperation> creators = new HashMap<>();
		for (DeclaredOperation operation : this.declared) {
			if (operation.operation() instanceof CreateIndex create) {
				creators.put(InDatabase.of(create, create.index()), operation);
			}
		}
		Map<String, DeclaredOperation> byName = new HashMap<>();
		this.declared.forEach((operation) -> byName.put(operation.name(), operation));
		for (DeclaredOperation operation : this.declared) {
			if (!(operation.operation() instanceof AddConstraint add)) {
				continue;
			}
			DeclaredOperation creator = creators.get(InDatabase.of(add, add.index()));
			if (creator == null || dependsOn(creator, operation, byName)) {
				continue;
			}
			if (!dependsOn(operation, creator, byName)) {
				add(operation, "uses the index " + add.index() + " without depending on its creation by ", creator,
						"Add '" + creator.name() + "' to its dependencies.");
			}
			else if (creator.operation() instanceof CreateIndex create && !create.unique()) {
				add(operation, "uses the index " + add.index() + ", which is declared without UNIQUE by ", creator,
						"Declare CREATE UNIQUE INDEX there.");
			}
		}
	}

	private static boolean dependsOn(DeclaredOperation later, DeclaredOperation earlier,
			Map<String, DeclaredOperation> byName) {
		Set<String> visited = new HashSet<>();
		Deque<DeclaredOperation> open = new ArrayDeque<>(List.of(later));
		while (!open.isEmpty()) {
			for (String name : open.pop().operation().options().dependsOn()) {
				DeclaredOperation dependency = byName.get(name);
				if (name.equals(earlier.name())) {
					return true;
				}
				if (dependency != null && visited.add(name)) {
					open.push(dependency);
				}
			}
		}
		return false;
	}

	private void add(DeclaredOperation operation, String what, DeclaredOperation other, String action) {
		this.problems.add(new DeclarationProblem(operation.origin(),
				"The operation '" + operation.name() + "' " + what + "'" + other.name() + "' of " + other.origin(),
				action));
	}

}
