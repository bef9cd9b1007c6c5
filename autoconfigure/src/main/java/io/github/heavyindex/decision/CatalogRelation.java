package io.github.heavyindex.decision;

import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog shows under a name.
 *
 * @param oid the relation's oid
 * @param version changes whenever the relation's {@code pg_class} or {@code pg_index} row
 * is replaced
 * @param name the name with its schema
 * @param kind {@code pg_class.relkind}
 * @param bytes the size in bytes, from {@code relpages}
 * @param index what {@code pg_index} says, or {@code null} if the relation is no index
 * @since 0.1.0
 */
public record CatalogRelation(long oid, long version, RelationName name, char kind, long bytes,
		@Nullable IndexState index) {

	/**
	 * What {@code pg_index} and its neighbours say of an index.
	 *
	 * @param table the oid of the table
	 * @param tableName the name of the table
	 * @param tableBytes the size of the table in bytes, from {@code relpages}
	 * @param valid {@code indisvalid}: queries may use it
	 * @param ready {@code indisready}: every write maintains it
	 * @param unique {@code indisunique}
	 * @param replicaIdentity {@code indisreplident}: UPDATE and DELETE need it
	 * @param inMotion a transaction that has not aborted is replacing the row, so that
	 * what it says is about to change
	 * @param constraint the constraint that the index backs, or {@code null}
	 * @param parent the partitioned index that the index is attached to, or {@code null}
	 * @param exclusion {@code indisexclusion}: it backs an exclusion constraint
	 */
	public record IndexState(long table, RelationName tableName, long tableBytes, boolean valid, boolean ready,
			boolean unique, boolean replicaIdentity, boolean inMotion, @Nullable String constraint,
			@Nullable RelationName parent, boolean exclusion) {

		/**
		 * How urgent it is to drop the index if it is a leftover: a unique one rejects
		 * writes, any other one that is ready slows them, the rest is harmless.
		 */
		int urgency() {
			return this.ready ? (this.unique ? 2 : 1) : 0;
		}

	}

	/**
	 * Whether this is an index that queries may not use.
	 */
	static boolean isInvalidIndex(@Nullable CatalogRelation relation) {
		return relation != null && relation.index != null && !relation.index.valid();
	}

	/**
	 * A short name of the kind for people.
	 * @return as in {@code a table}
	 */
	String describeKind() {
		return switch (this.kind) {
			case 'r' -> "a table";
			case 'p' -> "a partitioned table";
			case 'v' -> "a view";
			case 'm' -> "a materialized view";
			case 'S' -> "a sequence";
			case 'f' -> "a foreign table";
			case 'c' -> "a composite type";
			case 'i' -> "an index";
			case 'I' -> "a partitioned index";
			default -> "a relation of kind '" + this.kind + "'";
		};
	}

	/**
	 * What {@code pg_index} says of a relation that is known to be an index.
	 * @return the state
	 */
	IndexState requireIndex() {
		IndexState index = this.index;
		if (index == null) {
			throw new IllegalStateException(this.name + " is " + describeKind() + ", no index");
		}
		return index;
	}

}
