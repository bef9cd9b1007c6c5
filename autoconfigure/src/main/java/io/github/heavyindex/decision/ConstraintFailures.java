package io.github.heavyindex.decision;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.ConstraintFacts.Existing;
import io.github.heavyindex.decision.Decision.Fail;
import org.jspecify.annotations.Nullable;

/**
 * Why no constraint can be made of an index, each with its mend, found before the table
 * is locked. The SQLSTATE is the one that PostgreSQL itself would answer (its manual,
 * "ALTER TABLE": ADD table_constraint_using_index).
 */
final class ConstraintFailures {

	private final AddConstraint add;

	private final Seen seen;

	private final ConstraintFacts facts;

	private final @Nullable Comparison comparison;

	private ConstraintFailures(AddConstraint add, Seen seen, @Nullable Comparison comparison) {
		this.add = add;
		this.seen = seen;
		this.facts = Constraints.facts(seen);
		this.comparison = comparison;
	}

	/**
	 * Why the constraint cannot be added.
	 * @param comparison what is known of the definition of what bears the constraint's
	 * name, or {@code null}
	 * @return the failure, or {@code null} if nothing stands in its way
	 */
	static @Nullable Fail of(AddConstraint add, Seen seen, @Nullable Comparison comparison) {
		ConstraintFailures failures = new ConstraintFailures(add, seen, comparison);
		Fail table = failures.table();
		if (table != null) {
			return table;
		}
		Fail name = failures.name();
		if (name != null) {
			return name;
		}
		Fail index = failures.index();
		return (index != null || add.kind() != Kind.PRIMARY_KEY) ? index : failures.primaryKey();
	}

	private @Nullable Fail table() {
		CatalogRelation table = this.seen.table();
		if (table == null) {
			return new Fail("42P01", "The table " + this.add.table()
					+ " does not exist on the search path of the connection. Create it, correct the name or add its schema, then retry.");
		}
		if (table.kind() == 'p') {
			return new Fail("0A000",
					"PostgreSQL: ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned"
							+ " tables, and " + table.name()
							+ " is one. Declare the constraint on each partition; then ALTER TABLE ONLY " + table.name()
							+ " ADD CONSTRAINT … " + this.add.kind().sql()
							+ " (columns), and ALTER INDEX … ATTACH PARTITION for each of them, by a migration.");
		}
		return (table.kind() == 'r') ? null
				: new Fail("42809", table.name() + " is " + table.describeKind() + ", no table. Correct the name.");
	}

	private @Nullable Fail name() {
		String name = RelationName.quote(this.add.constraintName());
		Existing existing = this.facts.existing();
		if (existing != null && !Constraints.isLike(this.add, existing)) {
			return new Fail("42710",
					"The table " + this.add.table() + " has a constraint " + name + " of another kind ("
							+ describe(existing) + "). Drop it (ALTER TABLE … DROP CONSTRAINT " + name
							+ "), or choose another name.");
		}
		CatalogRelation named = Constraints.byItsName(this.add, this.seen);
		if (existing != null && named != null && CatalogRelation.isInvalidIndex(named)) {
			return new Fail("55000", "The constraint " + name + " stands, but its index is invalid. Mend it with"
					+ " REINDEX INDEX CONCURRENTLY " + named.name() + ".");
		}
		if (existing != null) {
			return new Fail("42710",
					"The table " + this.add.table() + " has a constraint " + name + " with another definition"
							+ definitions() + ". Drop it, declare what exists, or choose another name.");
		}
		return (this.add.renames() && named != null)
				? new Fail("42P07",
						"The name " + named.name() + " is taken by " + named.describeKind()
								+ ", and PostgreSQL gives the index the constraint's name. Choose another name.")
				: null;
	}

	private String definitions() {
		Comparison comparison = this.comparison;
		return (comparison != null && comparison.declared() != null)
				? ". Declared: " + comparison.declared() + " - existing: " + comparison.actual()
				: " than the index " + this.add.index();
	}

	private @Nullable Fail index() {
		CatalogRelation index = this.seen.index();
		CatalogRelation table = this.seen.table();
		if (index == null || table == null) {
			return new Fail("42704", "There is no index " + this.add.index()
					+ ". Declare its CREATE UNIQUE INDEX in an operation that this one depends on, or correct the name.");
		}
		IndexState state = index.index();
		if (state == null) {
			return new Fail("42809", index.name() + " is " + index.describeKind() + ", no index. Correct the name.");
		}
		if (state.table() != table.oid()) {
			return new Fail("55000", "The index " + index.name() + " does not belong to " + table.name() + " but to "
					+ state.tableName() + ". Correct one of the names.");
		}
		if (!state.valid()) {
			return new Fail("55000", "The index " + index.name() + " is invalid. Drop it and declare its CREATE UNIQUE"
					+ " INDEX, or mend it with REINDEX INDEX CONCURRENTLY, then retry.");
		}
		if (state.constraint() != null) {
			String other = RelationName.quote(state.constraint());
			return new Fail("55000",
					"The index " + index.name() + " backs the constraint " + other
							+ " already. To give that another name: ALTER TABLE " + table.name() + " RENAME CONSTRAINT "
							+ other + " TO " + RelationName.quote(this.add.constraintName()) + ".");
		}
		return (this.facts.flaw() == null) ? null : new Fail("42809", "The index " + index.name() + " "
				+ this.facts.flaw()
				+ ", and PostgreSQL makes no constraint of such an index. Declare another unique index"
				+ " on plain columns in their default order, or do without the constraint: the index alone keeps its rows"
				+ " apart.");
	}

	private @Nullable Fail primaryKey() {
		String table = this.add.table().toString();
		if (this.facts.primaryKey() != null) {
			return new Fail("42P16",
					"The table " + table + " has a primary key " + RelationName.quote(this.facts.primaryKey())
							+ " already. Drop that first (ALTER TABLE … DROP CONSTRAINT), or add a UNIQUE constraint.");
		}
		if (this.facts.nullsNotDistinct()) {
			return new Fail("42P16", "The index " + this.add.index() + " is NULLS NOT DISTINCT, which PostgreSQL does"
					+ " not take for a primary key. Declare it without that.");
		}
		if (!this.facts.nullable().isEmpty()) {
			String column = this.facts.nullable().get(0);
			String check = RelationName.quote(column + "_not_null");
			return new Fail(null, "The columns " + this.facts.nullable() + " of " + table
					+ " may hold nulls, and to add a primary key PostgreSQL would look at every row while nobody can use"
					+ " the table. Forbid nulls online first, for each of them: ALTER TABLE " + table
					+ " ADD CONSTRAINT " + check + " CHECK (" + RelationName.quote(column)
					+ " IS NOT NULL) NOT VALID; ALTER TABLE " + table + " VALIDATE CONSTRAINT " + check
					+ "; ALTER TABLE " + table + " ALTER COLUMN " + RelationName.quote(column)
					+ " SET NOT NULL; ALTER TABLE " + table + " DROP CONSTRAINT " + check + "; then retry.");
		}
		return this.facts.unproved().isEmpty() ? null : new Fail("55000", "The NOT NULL constraints "
				+ this.facts.unproved() + " of " + table
				+ " are not validated, or marked NO INHERIT; a primary key needs them otherwise. For each: ALTER TABLE "
				+ table + " VALIDATE CONSTRAINT … (online), or ALTER TABLE " + table
				+ " ALTER CONSTRAINT … INHERIT; then retry.");
	}

	private static String describe(Existing existing) {
		String kind = switch (existing.type()) {
			case 'p' -> "PRIMARY KEY";
			case 'u' -> "UNIQUE";
			case 'c' -> "CHECK";
			case 'f' -> "FOREIGN KEY";
			case 'x' -> "EXCLUDE";
			case 'n' -> "NOT NULL";
			default -> "type '" + existing.type() + "'";
		};
		return kind + (existing.deferrable() ? " DEFERRABLE" : "") + (existing.deferred() ? " INITIALLY DEFERRED" : "");
	}

}
