package io.github.heavyindex.operation;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.AddConstraint.Timing;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.RelationName;

/**
 * Reads an {@code ALTER TABLE … ADD CONSTRAINT … USING INDEX} from where the table's name
 * stands (PostgreSQL manual, "ALTER TABLE": table_constraint_using_index). Whether
 * {@code IF EXISTS} and {@code ONLY} are there makes no difference.
 */
final class ConstraintStatement {

	private static final String FORM = "Write ALTER TABLE table ADD CONSTRAINT name UNIQUE USING INDEX index"
			+ " (or PRIMARY KEY).";

	private final TokenCursor cursor;

	private ConstraintStatement(TokenCursor cursor) {
		this.cursor = cursor;
	}

	static AddConstraint read(TokenCursor cursor, OperationOptions options) {
		return new ConstraintStatement(cursor).statement(options);
	}

	private AddConstraint statement(OperationOptions options) {
		this.cursor.accept("if", "exists");
		RelationName table = table();
		if (!this.cursor.accept("add")) {
			throw isNone();
		}
		String name = this.cursor.accept("constraint") ? this.cursor.identifier("constraint") : null;
		Kind kind = kind();
		if (!this.cursor.accept("using", "index")) {
			throw this.cursor.refused("would build the constraint's index while nobody can use the table",
					"Declare CREATE UNIQUE INDEX, and in an operation that depends on it ALTER TABLE … ADD CONSTRAINT … "
							+ kind.sql() + " USING INDEX.");
		}
		String index = this.cursor.identifier("index");
		if (this.cursor.atSymbol('.')) {
			throw this.cursor.refused("names a schema for the index",
					"Leave the schema out: an index always lies in the schema of its table.");
		}
		Timing timing = timing();
		this.cursor.requireEnd(FORM);
		return new AddConstraint(table, (name != null) ? name : index, kind, index, timing, options);
	}

	private RelationName table() {
		boolean only = this.cursor.accept("only");
		boolean parenthesis = only && this.cursor.accept('(');
		RelationName table = this.cursor.relation("table");
		if (parenthesis && !this.cursor.accept(')')) {
			throw this.cursor.unexpected("where ONLY (table should be closed", FORM);
		}
		if (!only) {
			this.cursor.accept('*');
		}
		return table;
	}

	private Kind kind() {
		if (this.cursor.accept("unique")) {
			return Kind.UNIQUE;
		}
		if (this.cursor.accept("primary", "key")) {
			return Kind.PRIMARY_KEY;
		}
		throw isNone();
	}

	private InvalidIndexOperationException isNone() {
		return this.cursor.refused("is no index operation",
				"Of ALTER TABLE only ADD CONSTRAINT … UNIQUE | PRIMARY KEY USING INDEX can be declared;"
						+ " do other changes by a migration.");
	}

	private Timing timing() {
		boolean deferrable = false;
		boolean not = false;
		boolean deferred = false;
		boolean immediate = false;
		boolean more = true;
		while (more) {
			if (this.cursor.accept("deferrable")) {
				deferrable = true;
			}
			else if (this.cursor.accept("not", "deferrable")) {
				not = true;
			}
			else if (this.cursor.accept("initially", "deferred")) {
				deferred = true;
			}
			else if (this.cursor.accept("initially", "immediate")) {
				immediate = true;
			}
			else {
				more = false;
			}
		}
		if ((not && (deferrable || deferred)) || (deferred && immediate)) {
			throw this.cursor.refused("says two things about when the constraint is checked",
					"Keep one of NOT DEFERRABLE, DEFERRABLE and DEFERRABLE INITIALLY DEFERRED.");
		}
		return deferred ? Timing.INITIALLY_DEFERRED : deferrable ? Timing.DEFERRABLE : Timing.NOT_DEFERRABLE;
	}

}
