package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

/**
 * Asks PostgreSQL itself what it makes of a declared index, on an empty clone of its
 * table. Not thread-safe, like the connection.
 *
 * @since 0.1.0
 */
public final class DefinitionComparer {

	private static final Set<String> NOT_NOW = Set.of("55P03", "57014", "40P01");

	private final Connection connection;

	/**
	 * Creates a new instance.
	 * @param connection a connection in autocommit, with the search path of the
	 * application and the pinned formats
	 */
	public DefinitionComparer(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Builds the declared index on an empty clone.
	 * @param declaration the declaration
	 * @param table the table, with its schema
	 * @param actual the definition in the catalog to compare with, or {@code null}
	 * @return what PostgreSQL makes of the declaration
	 * @throws SQLException if the connection is lost
	 */
	public Answer ask(CreateIndex declaration, RelationName table, @Nullable String actual) throws SQLException {
		int networkTimeout = this.connection.getNetworkTimeout();
		// each statement ends by itself; an answer that takes longer will not come
		this.connection.setNetworkTimeout(Runnable::run, PhysicalConnection.ANSWER_TIMEOUT_MILLIS);
		try {
			Answer answer = onClone(declaration, table, actual);
			if (answer instanceof Answer.Refused refused && refused.failure().sqlState().equals("42P01")) {
				CreateIndex unqualified = withoutSchema(declaration, table);
				return unqualified.equals(declaration) ? answer : onClone(unqualified, table, actual);
			}
			return answer;
		}
		finally {
			if (!this.connection.isClosed()) {
				this.connection.setNetworkTimeout(Runnable::run, networkTimeout);
			}
		}
	}

	/**
	 * Whether an error is about the server's state, and tells nothing of the statement.
	 */
	private static boolean isNotNow(SqlFailure failure) {
		String sqlState = failure.sqlState();
		return NOT_NOW.contains(sqlState) || sqlState.startsWith("53") || sqlState.startsWith("58")
				|| sqlState.startsWith("XX");
	}

	// columns may be qualified by their table's schema, in which no clone of that name
	// can be
	private static CreateIndex withoutSchema(CreateIndex declaration, RelationName table) {
		if (table.schema() == null) {
			return declaration;
		}
		String definition = Pattern
			.compile("(?<![\\w$\".])" + identifier(table.schema()) + "\\s*\\.\\s*(?=" + identifier(table.name())
					+ "\\s*\\.)", Pattern.CASE_INSENSITIVE)
			.matcher(declaration.definition())
			.replaceAll("");
		return new CreateIndex(declaration.table(), declaration.indexName(), declaration.unique(), declaration.only(),
				definition, declaration.options());
	}

	private static String identifier(String name) {
		return "\"?" + Pattern.quote(name.replace("\"", "\"\"")) + "\"?";
	}

	private Answer onClone(CreateIndex declaration, RelationName table, @Nullable String actual) throws SQLException {
		Answer answer = onClone(declaration, table, actual, true);
		return (answer instanceof Answer.NoClone) ? onClone(declaration, table, actual, false) : answer;
	}

	private Answer onClone(CreateIndex declaration, RelationName table, @Nullable String actual, boolean temporary)
			throws SQLException {
		try (EmptyClone clone = new EmptyClone(this.connection, table, temporary)) {
			try {
				clone.create();
			}
			catch (SQLException ex) {
				return withoutClone(ex, temporary);
			}
			try {
				String declared = clone.define(declaration);
				if (actual == null || declared.equals(actual)) {
					return new Answer.Defined(declared, actual != null);
				}
				// a few expressions are printed differently once they were read from
				// print
				return new Answer.Defined(declared, declared.equals(defineAgain(clone, declaration, actual)));
			}
			catch (SQLException ex) {
				SqlFailure failure = SqlFailure.of(ex);
				if (isNotNow(failure)) {
					return new Answer.NotNow(failure.toString());
				}
				rethrowIfLost(ex, failure);
				return takesWholeRow(failure, table)
						? new Answer.NotNow("the expression takes the whole row: " + failure)
						: new Answer.Refused(failure);
			}
		}
	}

	private static @Nullable String defineAgain(EmptyClone clone, CreateIndex declaration, String actual)
			throws SQLException {
		try {
			return clone.defineAgain(declaration, actual);
		}
		catch (SQLException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			rethrowIfLost(ex, failure);
			if (isNotNow(failure)) {
				throw ex;
			}
			return null;
		}
	}

	// a function of the whole row takes the table's row type, which no clone has
	private static boolean takesWholeRow(SqlFailure failure, RelationName table) {
		int open = failure.message().indexOf('(');
		int close = failure.message().lastIndexOf(')');
		if (!failure.sqlState().equals("42883") || open < 0 || close < open) {
			return false;
		}
		return Arrays.stream(failure.message().substring(open + 1, close).split(","))
			.map((argument) -> argument.strip().replace("\"", ""))
			.anyMatch((argument) -> argument.equals(table.name()) || argument.endsWith("." + table.name())
					|| argument.contains(EmptyClone.PREFIX));
	}

	private static Answer withoutClone(SQLException ex, boolean temporary) throws SQLException {
		SqlFailure failure = SqlFailure.of(ex);
		rethrowIfLost(ex, failure);
		if (temporary && !NOT_NOW.contains(failure.sqlState())) {
			return new Answer.NoClone();
		}
		return new Answer.NotNow("no empty clone of the table can be made: " + failure);
	}

	private static void rethrowIfLost(SQLException ex, SqlFailure failure) throws SQLException {
		if (failure.sqlState().startsWith("08") || failure.sqlState().startsWith("57P")) {
			throw ex;
		}
	}

	/**
	 * What PostgreSQL makes of a declaration.
	 */
	public sealed interface Answer {

		/**
		 * It builds such an index.
		 *
		 * @param definition the definition without names
		 * @param equal whether it is the same as the definition to compare with
		 */
		record Defined(String definition, boolean equal) implements Answer {
		}

		/**
		 * It refuses the declaration.
		 *
		 * @param failure why
		 */
		record Refused(SqlFailure failure) implements Answer {
		}

		/**
		 * It could not be asked; this says nothing about the declaration.
		 *
		 * @param reason why
		 */
		record NotNow(String reason) implements Answer {
		}

		/**
		 * There can be no temporary clone.
		 */
		record NoClone() implements Answer {
		}

	}

}
