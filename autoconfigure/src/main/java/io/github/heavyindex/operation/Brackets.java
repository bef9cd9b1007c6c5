package io.github.heavyindex.operation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.github.heavyindex.InvalidIndexOperationException;

/**
 * Whether parentheses and brackets pair up, so that a text cannot reach out of the clause
 * it stands in.
 */
final class Brackets {

	private Brackets() {
	}

	static void requireBalance(String sql, List<SqlToken> tokens) {
		Deque<String> open = new ArrayDeque<>();
		for (SqlToken token : tokens) {
			if (token.isSymbol('(')) {
				open.push(")");
			}
			else if (token.isSymbol('[')) {
				open.push("]");
			}
			else if (token.isSymbol(')') || token.isSymbol(']')) {
				if (open.isEmpty() || !open.pop().equals(token.text())) {
					throw new InvalidIndexOperationException(
							"'" + Excerpt.of(sql) + "' has a '" + token.text() + "' that closes nothing",
							"Remove the '" + token.text() + "' or open it before.");
				}
			}
		}
		if (!open.isEmpty()) {
			throw new InvalidIndexOperationException("'" + Excerpt.of(sql) + "' lacks a '" + open.peek() + "'",
					"Add the '" + open.peek() + "' that closes what was opened.");
		}
	}

}
