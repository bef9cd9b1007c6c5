package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.operation.SqlToken.Kind;

/**
 * Splits a statement into tokens by the rules of PostgreSQL's own scanner, as far as they
 * say where a quote, a comment or a statement ends (PostgreSQL manual, "Lexical
 * Structure"). Where the supported versions of PostgreSQL disagree, the statement is
 * refused. Strings are read with {@code standard_conforming_strings} on, the default.
 */
final class SqlLexer {

	/**
	 * {@code 0x1F}, {@code 1_000} (both PostgreSQL 16+), {@code 12}, {@code .5},
	 * {@code 1.}, {@code 1e-5}.
	 */
	private static final Pattern NUMBER = Pattern
		.compile("0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

	private static final Pattern PLAIN_NUMBER = Pattern.compile("[0-9.]+([eE][-+]?[0-9]+)?");

	private static final Pattern DOLLAR_QUOTE = Pattern
		.compile("\\$([A-Za-z_[^\\x00-\\x7f]][A-Za-z_0-9[^\\x00-\\x7f]]*)?\\$");

	/**
	 * A constant goes on after white space that holds a line break, in the same mode.
	 */
	private static final Pattern CONTINUATION = Pattern
		.compile("(?:[ \\t\\f\\x0b]++|--[^\\n\\r]*+)*+[\\n\\r](?:[\\s\\x0b]++|--[^\\n\\r]*+[\\n\\r])*+'");

	private final String sql;

	private final List<SqlToken> tokens = new ArrayList<>();

	private boolean lineComments;

	private int position;

	private SqlLexer(String sql) {
		this.sql = sql;
	}

	/**
	 * The tokens of a statement, without white space and comments.
	 * @param sql any text
	 * @return the tokens
	 * @throws InvalidIndexOperationException if a quote or a comment is not closed
	 */
	static List<SqlToken> tokensOf(String sql) {
		return new SqlLexer(sql).read();
	}

	/**
	 * The tokens of a part of a statement. A comment that ends with its line is refused,
	 * because it would swallow what follows the part.
	 * @param sql any text
	 * @return the tokens
	 * @throws InvalidIndexOperationException if a quote or a comment is not closed
	 */
	static List<SqlToken> tokensOfFragment(String sql) {
		SqlLexer lexer = new SqlLexer(sql);
		List<SqlToken> tokens = lexer.read();
		if (lexer.lineComments) {
			throw new InvalidIndexOperationException("'" + Excerpt.of(sql) + "' holds a comment that begins with --",
					"Remove the comment, or write it as /* … */.");
		}
		return tokens;
	}

	private List<SqlToken> read() {
		if (this.sql.indexOf('\0') >= 0) {
			throw refused("holds a NUL character", "Remove the character.");
		}
		skipBlanks();
		while (this.position < this.sql.length()) {
			this.tokens.add(next());
			skipBlanks();
		}
		return this.tokens;
	}

	private SqlToken next() {
		int start = this.position;
		char current = this.sql.charAt(start);
		if (current == '\'') {
			return string(start, start, false);
		}
		if (current == '"') {
			return quotedIdentifier(Kind.QUOTED_IDENTIFIER, start, start);
		}
		if (current == '$') {
			return dollar(start);
		}
		if (isDigit(current) || (current == '.' && isDigit(at(start + 1)))) {
			return number(start);
		}
		if (isWordStart(current)) {
			return word(start);
		}
		this.position++;
		return new SqlToken(Kind.SYMBOL, String.valueOf(current), start, this.position);
	}

	private SqlToken word(int start) {
		int end = start + 1;
		while (end < this.sql.length() && isWordPart(this.sql.charAt(end))) {
			end++;
		}
		String text = fold(this.sql.substring(start, end));
		if (text.equals("e") && at(end) == '\'') {
			return string(start, end, true);
		}
		if (text.equals("u") && at(end) == '&' && at(end + 1) == '"') {
			return quotedIdentifier(Kind.UNICODE_IDENTIFIER, start, end + 1);
		}
		this.position = end;
		return new SqlToken(Kind.WORD, text, start, end);
	}

	private SqlToken number(int start) {
		Matcher matcher = NUMBER.matcher(this.sql).region(start, this.sql.length());
		int end = matcher.lookingAt() ? matcher.end() : start + 1;
		String text = this.sql.substring(start, end);
		// what follows is read differently by 14, and by 15 and later
		boolean ambiguous = at(end) == '$' && !PLAIN_NUMBER.matcher(text).matches();
		if (isWordStart(at(end)) || ambiguous) {
			throw refused("has a number that runs into what follows it: '" + text + at(end) + "'",
					"Put a space after the number.");
		}
		this.position = end;
		return new SqlToken(Kind.NUMBER, text, start, end);
	}

	private SqlToken string(int start, int quote, boolean backslashEscapes) {
		int end = quote + 1;
		while (end < this.sql.length()) {
			char current = this.sql.charAt(end);
			if (current == '\\' && backslashEscapes) {
				end += 2;
			}
			else if (current == '\'' && at(end + 1) == '\'') {
				end += 2;
			}
			else if (current == '\'') {
				Matcher continuation = CONTINUATION.matcher(this.sql).region(end + 1, this.sql.length());
				if (!continuation.lookingAt()) {
					this.position = end + 1;
					return new SqlToken(Kind.STRING, this.sql.substring(start, this.position), start, this.position);
				}
				end = continuation.end();
			}
			else {
				end++;
			}
		}
		throw refused("has a string that is not closed", "Close the string with a single quote.");
	}

	private SqlToken quotedIdentifier(Kind kind, int start, int quote) {
		int end = quote + 1;
		while (end < this.sql.length()) {
			if (this.sql.charAt(end) != '"') {
				end++;
			}
			else if (at(end + 1) == '"') {
				end += 2;
			}
			else {
				this.position = end + 1;
				String text = this.sql.substring(quote + 1, end).replace("\"\"", "\"");
				return new SqlToken(kind, text, start, this.position);
			}
		}
		throw refused("has a quoted identifier that is not closed", "Close the identifier with a double quote.");
	}

	private SqlToken dollar(int start) {
		Matcher matcher = DOLLAR_QUOTE.matcher(this.sql).region(start, this.sql.length());
		if (!matcher.lookingAt()) {
			throw refused("has a dollar sign that begins no dollar-quoted string",
					"Write values into the statement; an index has no parameters.");
		}
		int close = this.sql.indexOf(matcher.group(), matcher.end());
		if (close < 0) {
			throw refused("has a dollar-quoted string that is not closed",
					"Close the string with " + matcher.group() + ".");
		}
		this.position = close + matcher.group().length();
		return new SqlToken(Kind.STRING, this.sql.substring(start, this.position), start, this.position);
	}

	private void skipBlanks() {
		while (this.position < this.sql.length()) {
			char current = this.sql.charAt(this.position);
			if (current == ' ' || (current >= '\t' && current <= '\r')) {
				this.position++;
			}
			else if (current == '-' && at(this.position + 1) == '-') {
				skipLineComment();
			}
			else if (current == '/' && at(this.position + 1) == '*') {
				skipBlockComment();
			}
			else {
				return;
			}
		}
	}

	private void skipLineComment() {
		this.lineComments = true;
		while (this.position < this.sql.length() && at(this.position) != '\n' && at(this.position) != '\r') {
			this.position++;
		}
	}

	private void skipBlockComment() {
		int depth = 0;
		int index = this.position;
		do {
			if (index >= this.sql.length()) {
				throw refused("has a comment that is not closed", "Close the comment with */.");
			}
			boolean opens = at(index) == '/' && at(index + 1) == '*';
			boolean closes = at(index) == '*' && at(index + 1) == '/';
			depth += opens ? 1 : closes ? -1 : 0;
			index += (opens || closes) ? 2 : 1;
		}
		while (depth > 0);
		this.position = index;
	}

	private char at(int index) {
		return (index < this.sql.length()) ? this.sql.charAt(index) : '\0';
	}

	private InvalidIndexOperationException refused(String reason, String action) {
		return new InvalidIndexOperationException("'" + Excerpt.of(this.sql) + "' " + reason, action);
	}

	/**
	 * Folds as PostgreSQL does in a multi-byte encoding: ASCII letters only.
	 */
	private static String fold(String word) {
		StringBuilder folded = new StringBuilder(word);
		for (int i = 0; i < word.length(); i++) {
			char current = word.charAt(i);
			if (current >= 'A' && current <= 'Z') {
				folded.setCharAt(i, (char) (current + ('a' - 'A')));
			}
		}
		return folded.toString();
	}

	private static boolean isDigit(char character) {
		return character >= '0' && character <= '9';
	}

	private static boolean isWordStart(char character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_'
				|| character >= 0x80;
	}

	private static boolean isWordPart(char character) {
		return isWordStart(character) || isDigit(character) || character == '$';
	}

}
