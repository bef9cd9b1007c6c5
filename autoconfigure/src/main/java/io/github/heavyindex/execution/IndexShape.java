package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What an index serves, read from its definition as PostgreSQL prints it, without names.
 * There a column's collation, operator class and order stand where they are not the
 * default, so that equal texts are equal columns.
 *
 * @param unique whether the index is unique
 * @param method the access method
 * @param keys the columns and expressions, with what stands behind them
 * @param included the columns that are only carried along
 * @param nullsNotDistinct whether two nulls count as equal
 * @param where the predicate, or an empty text
 */
record IndexShape(boolean unique, String method, List<String> keys, List<String> included, boolean nullsNotDistinct,
		String where) {

	private static final String BTREE = "btree";

	private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}0-9_$]*+)";

	private static final Pattern EXPRESSION = Pattern.compile("(?:" + NAME + "\\.)*+(?:" + NAME + ")?\\(");

	/**
	 * Reads a definition.
	 * @param definition as in {@code UNIQUE USING btree (a, b DESC) WHERE (c > 1)}
	 * @return the shape, or {@code null} if it cannot be read
	 */
	static @Nullable IndexShape of(String definition) {
		boolean unique = definition.startsWith("UNIQUE ");
		int using = definition.indexOf("USING ");
		int open = definition.indexOf(" (");
		int close = closing(definition, open + 1);
		if (using < 0 || open < using || close < 0) {
			return null;
		}
		String rest = definition.substring(close + 1);
		List<String> included = List.of();
		if (rest.startsWith(" INCLUDE (")) {
			int end = closing(rest, rest.indexOf('('));
			if (end < 0) {
				return null;
			}
			included = split(rest.substring(rest.indexOf('(') + 1, end));
			rest = rest.substring(end + 1);
		}
		int predicate = rest.indexOf(" WHERE ");
		String options = (predicate < 0) ? rest : rest.substring(0, predicate);
		return new IndexShape(unique, definition.substring(using + "USING ".length(), open),
				split(definition.substring(open + 2, close)), included, options.contains(" NULLS NOT DISTINCT"),
				(predicate < 0) ? "" : predicate(rest.substring(predicate + " WHERE ".length())));
	}

	/**
	 * How this index, which is to be built, and one that is there get in each other's
	 * way.
	 * @param name the other index
	 * @return a sentence, or {@code null} if each serves something of its own
	 */
	@Nullable String overlap(String name, IndexShape other) {
		if (serves(other) && other.serves(this)) {
			return (this.unique == other.unique) ? "a duplicate of " + name
					: this.unique ? "the same as " + name + " but unique; " + name + " will be superfluous"
							: "the same as " + name + ", which is unique besides";
		}
		if (!this.unique && other.serves(this)) {
			return "covered by " + name + ", which begins with the same columns";
		}
		return (!other.unique && serves(other)) ? "covers " + name + ", which will be superfluous" : null;
	}

	/**
	 * Whether any key is an expression: PostgreSQL prints it in brackets or as the call
	 * of a function.
	 */
	boolean hasExpressions() {
		return this.keys.stream().anyMatch((key) -> EXPRESSION.matcher(key).lookingAt());
	}

	/**
	 * Whether this index finds and brings what the other one does, uniqueness aside. Only
	 * of a btree do the first columns serve by themselves as well.
	 */
	private boolean serves(IndexShape other) {
		boolean begins = this.keys.size() >= other.keys.size()
				&& this.keys.subList(0, other.keys.size()).equals(other.keys);
		if (!this.method.equals(other.method) || !this.where.equals(other.where) || !begins
				|| this.nullsNotDistinct != other.nullsNotDistinct) {
			return false;
		}
		Set<String> carried = new HashSet<>(this.included);
		carried.addAll(this.keys);
		return carried.containsAll(other.included)
				&& (this.method.equals(BTREE) || this.keys.size() == other.keys.size());
	}

	private static String predicate(String text) {
		int tablespace = text.lastIndexOf(" TABLESPACE ");
		return (tablespace < 0) ? text : text.substring(0, tablespace);
	}

	/**
	 * Splits at the commas that stand in no bracket and no quotes.
	 */
	private static List<String> split(String list) {
		List<String> parts = new ArrayList<>();
		int begin = 0;
		int depth = 0;
		for (int i = 0; i < list.length(); i++) {
			char c = list.charAt(i);
			if (c == '\'' || c == '"') {
				i = quoteEnd(list, i);
			}
			depth += (c == '(' || c == '[') ? 1 : (c == ')' || c == ']') ? -1 : 0;
			if (c == ',' && depth == 0) {
				parts.add(list.substring(begin, i).strip());
				begin = i + 1;
			}
		}
		parts.add(list.substring(begin).strip());
		return List.copyOf(parts);
	}

	private static int closing(String text, int open) {
		int depth = 0;
		for (int i = Math.max(0, open); i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '\'' || c == '"') {
				i = quoteEnd(text, i);
			}
			depth += (c == '(') ? 1 : (c == ')') ? -1 : 0;
			if (c == ')' && depth == 0) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * PostgreSQL prints a quote within quotes twice, which reads as two quoted texts.
	 */
	private static int quoteEnd(String text, int begin) {
		int end = text.indexOf(text.charAt(begin), begin + 1);
		return (end < 0) ? text.length() - 1 : end;
	}

}
