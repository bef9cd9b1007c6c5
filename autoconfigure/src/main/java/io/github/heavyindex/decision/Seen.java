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
 * @param partitions the partitions of the table, at all levels, a parent before its
 * partitions; empty unless the table is partitioned
 * @param side what stands under the side name of an index to create, or {@code null}
 * @since 0.1.0
 */
public record Seen(@Nullable CatalogRelation table, @Nullable CatalogRelation index, @Nullable CatalogRelation renamed,
		boolean ambiguous, List<CatalogRelation> leftovers, @Nullable ConstraintFacts constraint,
		List<Partition> partitions, @Nullable SideIndex side) {

	/**
	 * Nothing is there.
	 */
	public static final Seen NOTHING = new Seen(null, null, null);

	public Seen {
		leftovers = List.copyOf(leftovers);
		partitions = List.copyOf(partitions);
	}

	/**
	 * What stands under names that lead to one relation each.
	 * @param table the table, or {@code null}
	 * @param index the index, or {@code null}
	 * @param renamed what stands under the new name, or {@code null}
	 */
	public Seen(@Nullable CatalogRelation table, @Nullable CatalogRelation index, @Nullable CatalogRelation renamed) {
		this(table, index, renamed, false, List.of(), null, List.of(), null);
	}

	/**
	 * The same with other leftovers.
	 * @param leftovers what earlier rebuilds of the index left
	 * @return what stands under the names
	 */
	public Seen withLeftovers(List<CatalogRelation> leftovers) {
		return new Seen(this.table, this.index, this.renamed, this.ambiguous, leftovers, this.constraint,
				this.partitions, this.side);
	}

	/**
	 * The same for a table that is partitioned.
	 * @param table the table
	 * @param index the index, or {@code null}
	 * @param partitions the partitions
	 * @return what stands under the names
	 */
	public Seen withPartitions(CatalogRelation table, @Nullable CatalogRelation index, List<Partition> partitions) {
		return new Seen(table, index, this.renamed, this.ambiguous, this.leftovers, this.constraint, partitions,
				this.side);
	}

	/**
	 * The same with what stands under the side name.
	 * @param side what stands there
	 * @return what stands under the names
	 */
	public Seen withSide(SideIndex side) {
		return new Seen(this.table, this.index, this.renamed, this.ambiguous, this.leftovers, this.constraint,
				this.partitions, side);
	}

	/**
	 * Whether the table is partitioned, so that its index is made of many.
	 */
	boolean partitioned() {
		return this.table != null && this.table.kind() == 'p';
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
