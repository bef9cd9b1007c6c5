package io.github.heavyindex.operation;

import java.util.List;

import io.github.heavyindex.InvalidIndexOperationException;

/**
 * A part of a statement, as a column or a predicate, that must stay within the clause it
 * is put into.
 */
final class SqlFragment {

	private SqlFragment() {
	}

	static String require(String attribute, String sql) {
		try {
			List<SqlToken> tokens = SqlLexer.tokensOfFragment(sql);
			if (tokens.isEmpty()) {
				throw new InvalidIndexOperationException("it is empty", "Give it a text, or leave it out.");
			}
			if (tokens.stream().anyMatch((token) -> token.isSymbol(';'))) {
				throw new InvalidIndexOperationException("'" + Excerpt.of(sql) + "' holds a semicolon",
						"Remove the semicolon.");
			}
			Brackets.requireBalance(sql, tokens);
			return sql;
		}
		catch (InvalidIndexOperationException ex) {
			throw new InvalidIndexOperationException(
					"The attribute '" + attribute + "' cannot be used: " + ex.getMessage(), ex.getAction(), ex);
		}
	}

}
