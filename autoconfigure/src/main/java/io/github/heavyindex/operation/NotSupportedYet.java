package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.List;

import io.github.heavyindex.OperationOptions;

/**
 * Options that can be declared but that nothing acts on yet. To take no notice of them
 * would be a broken promise, so they are refused.
 */
final class NotSupportedYet {

	private NotSupportedYet() {
	}

	static List<DeclarationProblem> in(DeclaredOperation declared) {
		OperationOptions options = declared.operation().options();
		List<String> found = new ArrayList<>();
		add(found, "dataSource", options.dataSource() != null);
		return found.stream()
			.map((option) -> new DeclarationProblem(declared.origin(),
					"'" + option + "' of the operation '" + declared.name() + "' is not supported yet",
					"Remove " + option + " from the declaration."))
			.toList();
	}

	private static void add(List<String> found, String option, boolean set) {
		if (set) {
			found.add(option);
		}
	}

}
