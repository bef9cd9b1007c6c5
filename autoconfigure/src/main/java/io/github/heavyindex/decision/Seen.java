package io.github.heavyindex.decision;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the catalog shows under the names that one operation uses.
 *
 * @param table the table that the statement names, or {@code null} if it names none or
 * there is none
 * @param index what stands under the index's (for a rename: the old) name, or
 * {@code null}
 * @param renamed what stands under the new name of a rename or a constraint, or
 * {@code null}
 * @param ambiguous whether the index's name, which names no schema, stands in more than
 * one schema of the search path; {@code index} is the first
 * @param leftovers what earlier rebuilds of the index left: invalid indexes of the same
 * table and definition whose names PostgreSQL derives from the index's
 * @param constraint what stands around a constraint that the operation adds to the table,
 * or {@code null} if it adds none or there is no table
 * @since 0.1.0
 */
public record Seen(@Nullable CatalogRelation table, @Nullable CatalogRelation index, @Nullable CatalogRelation renamed,
		boolean ambiguous, List<CatalogRelation> leftovers, @Nullable ConstraintFacts constraint) {

	public Seen {
		leftovers = List.copyOf(leftovers);
	}

	/**
	 * Nothing is there.
	 */
	public static final Seen NOTHING = new Seen(null, null, null);

	/**
	 * What stands under names that lead to one relation each.
	 * @param table the table, or {@code null}
	 * @param index the index, or {@code null}
	 * @param renamed what stands under the new name, or {@code null}
	 */
	public Seen(@Nullable CatalogRelation table, @Nullable CatalogRelation index, @Nullable CatalogRelation renamed) {
		this(table, index, renamed, false, List.of(), null);
	}

	/**
	 * The same with other leftovers.
	 * @param leftovers what earlier rebuilds of the index left
	 * @return what stands under the names
	 */
	public Seen withLeftovers(List<CatalogRelation> leftovers) {
		return new Seen(this.table, this.index, this.renamed, this.ambiguous, leftovers, this.constraint);
	}

	/**
	 * The same with what stands around a constraint.
	 * @param constraint what stands around it, or {@code null}
	 * @return what stands under the names
	 */
	public Seen withConstraint(@Nullable ConstraintFacts constraint) {
		return new Seen(this.table, this.index, this.renamed, this.ambiguous, this.leftovers, constraint);
	}

	/**
	 * The oid of the table that the operation works on.
	 * @return an oid, or {@code null} if neither the table nor the index is there
	 */
	public @Nullable Long tableOid() {
		for (CatalogRelation relation : new CatalogRelation[] { this.index, this.renamed }) {
			if (this.table == null && relation != null && relation.index() != null) {
				return relation.index().table();
			}
		}
		return (this.table != null) ? this.table.oid() : null;
	}

}
