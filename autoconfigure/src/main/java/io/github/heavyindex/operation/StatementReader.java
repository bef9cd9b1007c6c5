package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;

/**
 * Reads one index statement: its head word by word, the rest of a {@code CREATE INDEX} as
 * it stands, so that every index PostgreSQL can build can be declared. Whether
 * {@code CONCURRENTLY} and {@code IF [NOT] EXISTS} are there makes no difference.
 *
 * <p>
 * The grammar is that of the PostgreSQL manual's pages CREATE INDEX, DROP INDEX, ALTER
 * INDEX, REINDEX and ALTER TABLE. Stateless and thread-safe.
 */
final class StatementReader {

	private static final String ONE_OF = "Declare one CREATE [UNIQUE] INDEX, DROP INDEX, ALTER INDEX … RENAME TO,"
			+ " REINDEX INDEX or ALTER TABLE … ADD CONSTRAINT … USING INDEX statement.";

	private final TokenCursor cursor;

	private final OperationOptions options;

	private StatementReader(TokenCursor cursor, OperationOptions options) {
		this.cursor = cursor;
		this.options = options;
	}

	/**
	 * Reads a statement.
	 * @param sql exactly one index statement, with or without a semicolon at its end
	 * @param options what the declaration says beside the statement
	 * @return the operation
	 * @throws InvalidIndexOperationException if it is not exactly one index statement
	 * that Heavy Index can carry out
	 */
	public static IndexOperation read(String sql, OperationOptions options) {
		List<SqlToken> tokens = firstStatement(sql, SqlLexer.tokensOf(sql));
		Brackets.requireBalance(sql, tokens);
		return new StatementReader(new TokenCursor(sql, tokens), options).statement();
	}

	/**
	 * Reads the statement of an operation that was not made by this class, so that
	 * nothing but the one index operation can be in it.
	 * @param operation an operation from a builder or a constructor
	 * @return the same operation; the definition without comments at its end
	 * @throws InvalidIndexOperationException if its statement reads as something else
	 */
	public static IndexOperation check(IndexOperation operation) {
		IndexOperation read = read(operation.sql(), operation.options());
		IndexOperation comparable = read;
		if (operation instanceof CreateIndex create && read instanceof CreateIndex other) {
			comparable = new CreateIndex(other.table(), other.indexName(), other.unique(), other.only(),
					create.definition(), other.options());
		}
		if (!comparable.equals(operation)) {
			throw new InvalidIndexOperationException(
					"The definition of the index '" + operation.index() + "' changes what the statement '"
							+ Excerpt.of(operation.sql()) + "' is about",
					"Let the definition begin after the table's name, with USING or with the columns in parentheses.");
		}
		return read;
	}

	private static List<SqlToken> firstStatement(String sql, List<SqlToken> tokens) {
		List<SqlToken> statement = new ArrayList<>();
		boolean ended = false;
		for (SqlToken token : tokens) {
			if (token.isSymbol(';')) {
				ended = true;
			}
			else if (ended) {
				throw new InvalidIndexOperationException("'" + Excerpt.of(sql) + "' is more than one statement",
						"Declare one operation for each statement, and order them by their dependencies.");
			}
			else {
				statement.add(token);
			}
		}
		if (statement.isEmpty()) {
			throw new InvalidIndexOperationException("The statement is empty", ONE_OF);
		}
		return statement;
	}

	private IndexOperation statement() {
		if (this.cursor.accept("create", "index")) {
			return create(false);
		}
		if (this.cursor.accept("create", "unique", "index")) {
			return create(true);
		}
		if (this.cursor.accept("drop", "index")) {
			return drop();
		}
		if (this.cursor.accept("alter", "index")) {
			return rename();
		}
		if (this.cursor.accept("reindex")) {
			return rebuild();
		}
		if (this.cursor.accept("alter", "table")) {
			return ConstraintStatement.read(this.cursor, this.options);
		}
		throw this.cursor.refused("is no index operation", ONE_OF);
	}

	private CreateIndex create(boolean unique) {
		this.cursor.accept("concurrently");
		this.cursor.accept("if", "not", "exists");
		if (this.cursor.atWord("on")) {
			throw this.cursor.refused("has no name for the index",
					"Name the index after INDEX; without a name nobody can tell whether it is already there.");
		}
		String index = this.cursor.identifier("index");
		if (this.cursor.atSymbol('.')) {
			throw this.cursor.refused("names a schema for the index",
					"Leave the schema out: an index always lies in the schema of its table.");
		}
		this.cursor.require("on", "Write CREATE INDEX name ON table (columns).");
		boolean only = this.cursor.accept("only");
		boolean parenthesis = only && this.cursor.accept('(');
		RelationName table = this.cursor.relation("table");
		if (parenthesis && !this.cursor.accept(')')) {
			throw this.cursor.unexpected("where ONLY (table should be closed", "Write ON ONLY table (columns).");
		}
		if (!only) {
			// the old way to say "and all that inherit from it"; PostgreSQL ignores it
			this.cursor.accept('*');
		}
		if (!this.cursor.atWord("using") && !this.cursor.atSymbol('(')) {
			throw this.cursor.unexpected("where USING or the columns should stand",
					"Write the columns in parentheses after the table's name.");
		}
		return new CreateIndex(table, index, unique, only, this.cursor.rest(), this.options);
	}

	private DropIndex drop() {
		this.cursor.accept("concurrently");
		this.cursor.accept("if", "exists");
		RelationName index = this.cursor.relation("index");
		if (this.cursor.atSymbol(',')) {
			throw this.cursor.refused("drops several indexes", "Declare one operation for each index.");
		}
		if (this.cursor.atWord("cascade")) {
			throw this.cursor.refused("has CASCADE, which DROP INDEX CONCURRENTLY does not support",
					"Remove CASCADE, and drop what depends on the index by a migration.");
		}
		this.cursor.accept("restrict");
		this.cursor.requireEnd("Write DROP INDEX name.");
		return new DropIndex(index, this.options);
	}

	private RenameIndex rename() {
		this.cursor.accept("if", "exists");
		RelationName index = this.cursor.relation("index");
		if (!this.cursor.accept("rename")) {
			throw this.cursor.refused("changes an index in a way that needs no background work",
					"Only ALTER INDEX … RENAME TO can be declared; do other changes by a migration.");
		}
		this.cursor.require("to", "Write ALTER INDEX name RENAME TO new_name.");
		String newName = this.cursor.identifier("renamed index");
		if (this.cursor.atSymbol('.')) {
			throw this.cursor.refused("names a schema for the new name",
					"Leave the schema out: an index stays in its schema.");
		}
		this.cursor.requireEnd("Write ALTER INDEX name RENAME TO new_name.");
		return new RenameIndex(index, newName, this.options);
	}

	private RebuildIndex rebuild() {
		if (this.cursor.accept('(')) {
			reindexOptions();
		}
		if (!this.cursor.accept("index")) {
			throw this.cursor.refused("rebuilds more than one index",
					"Only REINDEX INDEX can be declared; declare one operation for each index.");
		}
		this.cursor.accept("concurrently");
		RelationName index = this.cursor.relation("index");
		this.cursor.requireEnd("Write REINDEX INDEX name.");
		return new RebuildIndex(index, this.options);
	}

	/**
	 * CONCURRENTLY is what happens anyway, and VERBOSE only prints; everything else would
	 * get lost.
	 */
	private void reindexOptions() {
		String action = "Write REINDEX INDEX name, without options.";
		do {
			if (!this.cursor.accept("concurrently") && !this.cursor.accept("verbose")) {
				throw this.cursor.unexpected("as an option, which Heavy Index does not keep", action);
			}
			if (!this.cursor.atSymbol(',') && !this.cursor.atSymbol(')')) {
				this.cursor.skip(action);
			}
		}
		while (this.cursor.accept(','));
		if (!this.cursor.accept(')')) {
			throw this.cursor.unexpected("among the options", action);
		}
	}

}
