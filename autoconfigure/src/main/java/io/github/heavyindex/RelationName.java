package io.github.heavyindex;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The name of a table or index as PostgreSQL stores it: without quotes, case kept.
 * <p>
 * PostgreSQL cuts identifiers of more than 63 bytes without a word (manual, "Identifiers
 * and Key Words"), and a later look-up by the full name finds nothing; such names are
 * therefore refused here.
 *
 * @param schema the schema, or {@code null} to resolve the name by the search path
 * @param name the name
 * @since 0.1.0
 */
public record RelationName(@Nullable String schema, String name) {

	/**
	 * The longest identifier in bytes, {@code NAMEDATALEN - 1}.
	 */
	public static final int MAX_BYTES = 63;

	private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_$]*");

	public RelationName {
		if (schema != null) {
			requireIdentifier("schema", schema);
		}
		requireIdentifier("name", name);
	}

	/**
	 * Takes {@code name} or {@code schema.name} literally.
	 * @param text a name, optionally with its schema
	 * @return the name
	 * @throws InvalidIndexOperationException if a part is empty or longer than 63 bytes
	 */
	public static RelationName literal(String text) {
		int dot = text.indexOf('.');
		return (dot < 0) ? new RelationName(null, text)
				: new RelationName(text.substring(0, dot), text.substring(dot + 1));
	}

	/**
	 * The same name in the given schema, unless it has one.
	 * @param schema a schema, or {@code null}
	 * @return a name with a schema where one is known
	 */
	public RelationName in(@Nullable String schema) {
		return (this.schema != null || schema == null) ? this : new RelationName(schema, this.name);
	}

	/**
	 * The name as SQL; every part is quoted, so that it is data whatever it holds.
	 * @return a quoted identifier
	 */
	public String quoted() {
		return (this.schema != null) ? quote(this.schema) + "." + quote(this.name) : quote(this.name);
	}

	/**
	 * Quotes one identifier.
	 * @param identifier an identifier as PostgreSQL stores it
	 * @return the identifier in double quotes
	 */
	public static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

	/**
	 * The name for people: quoted only where needed.
	 */
	@Override
	public String toString() {
		return (this.schema != null) ? display(this.schema) + "." + display(this.name) : display(this.name);
	}

	private static String display(String identifier) {
		return PLAIN.matcher(identifier).matches() ? identifier : quote(identifier);
	}

	private static void requireIdentifier(String what, String identifier) {
		if (identifier.isEmpty() || identifier.indexOf('\0') >= 0) {
			throw new InvalidIndexOperationException("The " + what + " of a relation is empty or holds a NUL character",
					"Give the table and the index a name.");
		}
		int bytes = identifier.getBytes(StandardCharsets.UTF_8).length;
		if (bytes > MAX_BYTES) {
			throw new InvalidIndexOperationException("The name '" + identifier + "' has " + bytes
					+ " bytes; PostgreSQL would cut it to " + MAX_BYTES + " without a word",
					"Choose a name of at most " + MAX_BYTES + " bytes.");
		}
	}

}
