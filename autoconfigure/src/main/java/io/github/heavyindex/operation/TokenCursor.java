package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.operation.SqlToken.Kind;

/**
 * Walks through the tokens of one statement.
 */
final class TokenCursor {

	private final String sql;

	private final List<SqlToken> tokens;

	private int position;

	TokenCursor(String sql, List<SqlToken> tokens) {
		this.sql = sql;
		this.tokens = tokens;
	}

	@Nullable SqlToken peek() {
		return peek(0);
	}

	boolean atWord(String word) {
		return atWord(0, word);
	}

	boolean atSymbol(char symbol) {
		SqlToken token = peek();
		return token != null && token.isSymbol(symbol);
	}

	/**
	 * Takes all the words, or none of them.
	 */
	boolean accept(String... words) {
		for (int i = 0; i < words.length; i++) {
			if (!atWord(i, words[i])) {
				return false;
			}
		}
		this.position += words.length;
		return true;
	}

	boolean accept(char symbol) {
		boolean found = atSymbol(symbol);
		this.position += found ? 1 : 0;
		return found;
	}

	void require(String word, String action) {
		if (!accept(word)) {
			throw unexpected("where " + word.toUpperCase(Locale.ROOT) + " should stand", action);
		}
	}

	void requireEnd(String action) {
		if (peek() != null) {
			throw unexpected("where the statement should end", action);
		}
	}

	void skip(String action) {
		if (peek() == null) {
			throw unexpected("", action);
		}
		this.position++;
	}

	/**
	 * The text from here to the end of the last token: what follows is only white space,
	 * comments and semicolons.
	 */
	String rest() {
		SqlToken first = peek();
		return (first != null) ? this.sql.substring(first.start(), this.tokens.get(this.tokens.size() - 1).end()) : "";
	}

	/**
	 * A name without schema.
	 */
	String identifier(String what) {
		return identifier(what, false);
	}

	/**
	 * A name with or without schema.
	 */
	RelationName relation(String what) {
		List<String> parts = new ArrayList<>();
		parts.add(identifier(what, false));
		while (accept('.')) {
			// after a dot PostgreSQL accepts every key word
			parts.add(identifier(what, true));
		}
		if (parts.size() > 2) {
			throw refused("names a database: '" + String.join(".", parts) + "'",
					"Write schema.name; a connection only reaches its own database.");
		}
		return (parts.size() == 2) ? new RelationName(parts.get(0), parts.get(1))
				: new RelationName(null, parts.get(0));
	}

	private String identifier(String what, boolean keyWords) {
		SqlToken token = peek();
		Kind kind = (token != null) ? token.kind() : null;
		if (token == null || (kind != Kind.WORD && kind != Kind.QUOTED_IDENTIFIER && kind != Kind.UNICODE_IDENTIFIER)) {
			throw unexpected("where the name of the " + what + " should stand", "Name the " + what + ".");
		}
		if (kind == Kind.UNICODE_IDENTIFIER) {
			throw refused("names the " + what + " by a U&\"…\" identifier",
					"Write the characters themselves, in double quotes.");
		}
		if (kind == Kind.WORD && !keyWords && KeyWords.isReserved(token.text())) {
			String quoted = RelationName.quote(token.text());
			throw refused("uses the reserved word " + token.text() + " as the name of the " + what,
					"If that is the name, quote it: " + quoted + "; if not, name the " + what + ".");
		}
		this.position++;
		return token.text();
	}

	InvalidIndexOperationException unexpected(String where, String action) {
		SqlToken token = peek();
		String what = (token != null) ? "has '" + Excerpt.of(this.sql.substring(token.start(), token.end())) + "'"
				: "ends";
		return refused((what + " " + where).strip(), action);
	}

	InvalidIndexOperationException refused(String reason, String action) {
		return new InvalidIndexOperationException("The statement '" + Excerpt.of(this.sql) + "' " + reason, action);
	}

	private @Nullable SqlToken peek(int ahead) {
		int index = this.position + ahead;
		return (index < this.tokens.size()) ? this.tokens.get(index) : null;
	}

	private boolean atWord(int ahead, String word) {
		SqlToken token = peek(ahead);
		return token != null && token.isWord(word);
	}

}
