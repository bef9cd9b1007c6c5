package io.github.heavyindex.operation;

import java.util.Set;

/**
 * The words that PostgreSQL accepts as the name of an index or a table only in double
 * quotes: categories R and T of {@code pg_get_keywords()}, all of versions 14 to 18
 * together (PostgreSQL manual, "SQL Key Words").
 */
final class KeyWords {

	private static final Set<String> RESERVED = Set.of("""
			all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
			collation column concurrently constraint create cross current_catalog current_date current_role
			current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
			except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into
			is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
			only or order outer overlaps placing primary references returning right select session_user similar some
			symmetric system_user table tablesample then to trailing true union unique user using variadic verbose
			when where window with""".split("\\s+"));

	private KeyWords() {
	}

	static boolean isReserved(String word) {
		return RESERVED.contains(word);
	}

}
