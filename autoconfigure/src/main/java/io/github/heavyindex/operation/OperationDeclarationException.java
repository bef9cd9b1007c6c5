package io.github.heavyindex.operation;

import java.util.List;
import java.util.stream.Collectors;

import io.github.heavyindex.InvalidIndexOperationException;

/**
 * Declared operations cannot be used. The message names the bean or the property of each.
 *
 * @since 0.1.0
 */
public class OperationDeclarationException extends InvalidIndexOperationException {

	private static final long serialVersionUID = 1L;

	private static final int SHOWN = 20;

	OperationDeclarationException(List<DeclarationProblem> problems) {
		super(description(problems), action(problems));
	}

	private static String description(List<DeclarationProblem> problems) {
		if (problems.size() == 1) {
			return problems.get(0).toString();
		}
		String lines = problems.stream()
			.limit(SHOWN)
			.map((problem) -> "\n  - " + problem)
			.collect(Collectors.joining());
		String more = (problems.size() > SHOWN) ? "\n  - and " + (problems.size() - SHOWN) + " more" : "";
		return problems.size() + " problems with declared index operations:" + lines + more;
	}

	private static String action(List<DeclarationProblem> problems) {
		List<String> actions = problems.stream().limit(SHOWN).map(DeclarationProblem::action).distinct().toList();
		return (actions.size() == 1) ? actions.get(0) : "- " + String.join("\n- ", actions);
	}

}
