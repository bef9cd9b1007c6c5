package io.github.heavyindex.decision;

import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a table, at whatever level, and what there is of an index on it.
 *
 * @param oid the partition's oid
 * @param name the partition's name with its schema
 * @param kind {@code pg_class.relkind}; {@code p} is a partition that is partitioned
 * itself
 * @param parent the oid of the table that it is a partition of
 * @param bytes the size in bytes, from {@code relpages}
 * @param index the index on it that is attached to the one on its parent, or {@code null}
 * @param invalid the invalid indexes on it that are attached to none: what a failed build
 * left, or what is being built
 * @since 0.1.0
 */
public record Partition(long oid, RelationName name, char kind, long parent, long bytes,
		@Nullable CatalogRelation index, List<CatalogRelation> invalid) {

	public Partition {
		invalid = List.copyOf(invalid);
	}

	/**
	 * Whether the partition is partitioned itself, and therefore holds no rows.
	 * @return whether it is
	 */
	public boolean partitioned() {
		return this.kind == 'p';
	}

	/**
	 * Whether its index is attached and valid.
	 * @return whether nothing is left to do about it
	 */
	public boolean indexed() {
		return this.index != null && this.index.index() != null && this.index.index().valid();
	}

	/**
	 * The invalid indexes that bear a name which we give: what a build of ours left, or
	 * is about to make. Never that of a partition which is partitioned itself: it is
	 * invalid until its partitions have theirs, and is attached as it is.
	 * @param create the declaration
	 * @return the indexes
	 */
	public List<CatalogRelation> own(CreateIndex create) {
		if (partitioned()) {
			return List.of();
		}
		if (this.invalid.isEmpty()) {
			// nearly all of a thousand, at each look
			return List.of();
		}
		List<String> names = PartitionIndexName.all(this.name.name(), create.indexName());
		return this.invalid.stream().filter((index) -> names.contains(index.name().name())).toList();
	}

	boolean foreign() {
		return this.kind == 'f';
	}

}
