package io.github.heavyindex.operation;

/**
 * A lexical element of a statement.
 *
 * @param kind what it is
 * @param text an unquoted word folded to lower case, a quoted identifier without its
 * quotes, else the text as written
 * @param start the position of its first character
 * @param end the position after its last character
 */
record SqlToken(Kind kind, String text, int start, int end) {

	boolean isWord(String word) {
		return this.kind == Kind.WORD && this.text.equals(word);
	}

	boolean isSymbol(char symbol) {
		return this.kind == Kind.SYMBOL && this.text.charAt(0) == symbol;
	}

	enum Kind {

		/** A key word or an identifier without quotes. */
		WORD,

		/** {@code "…"}. */
		QUOTED_IDENTIFIER,

		/** {@code U&"…"}. */
		UNICODE_IDENTIFIER,

		/** A constant in single quotes or between dollar signs. */
		STRING,

		/** A numeric constant. */
		NUMBER,

		/** Any other single character. */
		SYMBOL

	}

}
