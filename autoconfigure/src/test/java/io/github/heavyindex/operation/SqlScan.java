package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.List;

/**
 * Walks through a fragment that is known to be sound.
 */
final class SqlScan {

	private final String sql;

	private final List<SqlToken> tokens;

	private int next;

	SqlScan(String sql) {
		this.sql = sql;
		this.tokens = SqlLexer.tokensOf(sql);
	}

	boolean atEnd() {
		return this.next == this.tokens.size();
	}

	int position() {
		return atEnd() ? this.sql.length() : this.tokens.get(this.next).start();
	}

	boolean atWord(String word) {
		return !atEnd() && this.tokens.get(this.next).isWord(word);
	}

	boolean atSymbol(char symbol) {
		return !atEnd() && this.tokens.get(this.next).isSymbol(symbol);
	}

	boolean accept(String word) {
		boolean found = atWord(word);
		this.next += found ? 1 : 0;
		return found;
	}

	String textFrom(int start) {
		return this.sql.substring(start, (this.next > 0) ? this.tokens.get(this.next - 1).end() : start);
	}

	String rest() {
		int start = position();
		this.next = this.tokens.size();
		return textFrom(start);
	}

	/**
	 * A name, with or without schema.
	 */
	String name() {
		int start = position();
		skipName();
		return textFrom(start);
	}

	void skipName() {
		this.next++;
		while (atSymbol('.')) {
			this.next += 2;
		}
	}

	void skipGroup() {
		group();
	}

	/**
	 * What stands in parentheses, between its commas.
	 */
	List<String> group() {
		List<String> items = new ArrayList<>();
		int depth = 0;
		int start = this.tokens.get(this.next).end();
		do {
			SqlToken token = this.tokens.get(this.next);
			if (token.isSymbol('(') || token.isSymbol('[')) {
				depth++;
			}
			else if (token.isSymbol(')') || token.isSymbol(']')) {
				depth--;
			}
			if (depth == 0 || (depth == 1 && token.isSymbol(','))) {
				items.add(this.sql.substring(start, token.start()).strip());
				start = token.end();
			}
			this.next++;
		}
		while (depth > 0);
		return items;
	}

}
