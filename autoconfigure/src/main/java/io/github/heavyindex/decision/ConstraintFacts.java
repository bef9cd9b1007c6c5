package io.github.heavyindex.decision;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the catalog shows around a constraint that is to be made of an index.
 *
 * @param existing the constraint that bears the name on the table, or {@code null}
 * @param sameColumns whether it has the columns of the index; {@code true} where one of
 * both is not there
 * @param primaryKey the name of the table's primary key, or {@code null}
 * @param flaw why PostgreSQL makes no constraint of the index, for people, as in
 * {@code is partial}, or {@code null} if it does or there is no index
 * @param nullsNotDistinct whether the index takes nulls for equal
 * @param nullable the columns of the index that may hold nulls
 * @param unproved the NOT NULL constraints of its columns that a primary key cannot rely
 * on: not validated, or kept from tables that inherit (PostgreSQL 18)
 * @since 0.1.0
 */
public record ConstraintFacts(@Nullable Existing existing, boolean sameColumns, @Nullable String primaryKey,
		@Nullable String flaw, boolean nullsNotDistinct, List<String> nullable, List<String> unproved) {

	/**
	 * There is nothing around.
	 */
	public static final ConstraintFacts NONE = new ConstraintFacts(null, true, null, null, false, List.of(), List.of());

	public ConstraintFacts {
		nullable = List.copyOf(nullable);
		unproved = List.copyOf(unproved);
	}

	/**
	 * A constraint of the table.
	 *
	 * @param type {@code pg_constraint.contype}
	 * @param index the oid of the index behind it, 0 if there is none
	 * @param deferrable {@code condeferrable}
	 * @param deferred {@code condeferred}
	 */
	public record Existing(char type, long index, boolean deferrable, boolean deferred) {

	}

}
