package io.github.heavyindex.operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.RebuildIndex;

/**
 * What must hold before the first operation may run, and needs no database.
 */
final class DeclarationChecks {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.$-]{1,200}");

	private final List<DeclaredOperation> declared;

	private final Map<String, HeavyIndexPrerequisite> prerequisites;

	private final Map<String, DeclaredOperation> byName = new HashMap<>();

	private final List<DeclarationProblem> problems = new ArrayList<>();

	DeclarationChecks(List<DeclaredOperation> declared, Map<String, HeavyIndexPrerequisite> prerequisites) {
		this.declared = declared;
		this.prerequisites = prerequisites;
	}

	List<DeclarationProblem> problems() {
		this.declared.forEach(this::checkName);
		this.declared.forEach(this::checkMaxDuration);
		this.declared.forEach(this::checkRebuildWhenBloat);
		checkCreatedIndexes();
		this.problems.addAll(ConstraintChecks.of(this.declared));
		checkPrerequisites();
		checkDependencies();
		return this.problems;
	}

	private void checkName(DeclaredOperation operation) {
		String name = operation.name();
		if (!NAME.matcher(name).matches()) {
			String kind = (operation.operation().options().name() != null) ? "The name '" : "The default name '";
			add(operation, kind + name + "' of the operation does not match " + NAME,
					"Set 'name' to a name that matches " + NAME + ".");
		}
		DeclaredOperation other = this.byName.putIfAbsent(name, operation);
		if (other != null) {
			addDuplicate(operation, other);
		}
	}

	private void checkMaxDuration(DeclaredOperation operation) {
		Duration limit = operation.operation().options().maxDuration();
		if (limit != null && (limit.isZero() || limit.isNegative())) {
			add(operation, "The max-duration " + limit + " of the operation '" + operation.name() + "' is not positive",
					"Set it to a positive duration such as 4h, or remove it for heavy-index.max-duration.");
		}
	}

	private void checkRebuildWhenBloat(DeclaredOperation operation) {
		Integer percent = operation.operation().options().rebuildWhenBloat();
		if (percent != null && (percent < 1 || percent > 99)) {
			add(operation, "The rebuild-when-bloat of the operation '" + operation.name() + "' is " + percent
					+ ", no percentage from 1 to 99", "Set it to a percentage such as 50, or remove it.");
		}
		if (percent != null && !(operation.operation() instanceof RebuildIndex)) {
			add(operation, "The operation '" + operation.name() + "' has rebuild-when-bloat, but is no REINDEX INDEX",
					"Remove rebuild-when-bloat, or declare a REINDEX INDEX of its own.");
		}
	}

	private void addDuplicate(DeclaredOperation operation, DeclaredOperation other) {
		boolean defaults = isDefault(operation.operation()) && isDefault(other.operation());
		if (defaults && !Objects.equals(operation.dataSource(), other.dataSource())) {
			add(operation,
					"The default name '" + operation.name() + "' is also that of " + other.origin()
							+ ", on another data source",
					"Set 'name' on at least one of them: names are unique over all data sources.");
		}
		else if (defaults && !operation.operation().index().equals(other.operation().index())) {
			add(operation, "The default name '" + operation.name() + "' is also that of " + other.origin() + ": "
					+ operation.operation().index() + " and " + other.operation().index() + " differ in schema or case",
					"Set 'name' on at least one of them.");
		}
		else {
			add(operation, "The name '" + operation.name() + "' is also that of " + other.origin(),
					"Give each operation a name of its own, or remove one of the two.");
		}
	}

	private void checkCreatedIndexes() {
		Map<InDatabase, DeclaredOperation> creators = new HashMap<>();
		for (DeclaredOperation operation : this.declared) {
			if (operation.operation() instanceof CreateIndex create) {
				DeclaredOperation other = creators.putIfAbsent(InDatabase.of(create, create.index()), operation);
				if (other != null && !other.name().equals(operation.name())) {
					add(operation,
							"The operation '" + operation.name() + "' creates the index " + create.index() + ", which '"
									+ other.name() + "' of " + other.origin() + " creates too",
							"Remove one of the two, or give the index another name.");
				}
			}
		}
	}

	private void checkPrerequisites() {
		this.prerequisites.forEach((name, prerequisite) -> {
			DeclaredOperation operation = this.byName.get(name);
			if (operation != null) {
				add(operation, "The operation has the same name '" + name + "' as the prerequisite "
						+ prerequisite.getClass().getName(), "Rename the operation or the prerequisite.");
			}
		});
	}

	private void checkDependencies() {
		for (DeclaredOperation operation : this.declared) {
			for (String dependency : operation.operation().options().dependsOn()) {
				if (!this.byName.containsKey(dependency) && !this.prerequisites.containsKey(dependency)) {
					addUnknown(operation, dependency);
				}
			}
		}
	}

	private void addUnknown(DeclaredOperation operation, String dependency) {
		Set<String> known = new LinkedHashSet<>(this.byName.keySet());
		known.addAll(this.prerequisites.keySet());
		String nearest = NearestName.of(dependency, known);
		add(operation,
				"The operation '" + operation.name() + "' depends on '" + dependency
						+ "', which is neither an operation nor a prerequisite",
				(nearest != null) ? "Did you mean '" + nearest + "'?"
						: "Declare an operation or a HeavyIndexPrerequisite bean named '" + dependency
								+ "', or remove the dependency.");
	}

	private void add(DeclaredOperation operation, String description, String action) {
		this.problems.add(new DeclarationProblem(operation.origin(), description, action));
	}

	private static boolean isDefault(IndexOperation operation) {
		OperationOptions options = operation.options();
		return options.name() == null;
	}

}
