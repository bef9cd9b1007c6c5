package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Asks PostgreSQL itself what it makes of a declared index: in a transaction that is
 * rolled back, builds it on an empty temporary clone of its table and reads its
 * definition. The clone bears the table's own name, since a predicate may be qualified by
 * it. Not thread-safe, like the connection.
 *
 * @since 0.1.0
 */
public final class DefinitionComparer {

	private static final Set<String> NOT_NOW = Set.of("55P03", "57014", "40P01");

	private static final Pattern ELSEWHERE = Pattern
		.compile("(?s)(.*) TABLESPACE (\"(?:[^\"]|\"\")+\"|[a-z_][a-z0-9_$]*)");

	private static final String CLONE_PREFIX = "heavy_index_clone_";

	private final Connection connection;

	private final JdbcTemplate jdbc;

	/**
	 * Creates a new instance.
	 * @param connection a connection in autocommit, with the search path of the
	 * application and the pinned formats
	 */
	public DefinitionComparer(Connection connection) {
		this.connection = connection;
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
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
		this.connection.setAutoCommit(false);
		try {
			String clone;
			try {
				clone = createClone(table, temporary);
			}
			catch (SQLException ex) {
				return withoutClone(ex, temporary);
			}
			try {
				// beside the table the index's own name may be taken, by the index itself
				String index = temporary ? declaration.indexName() : CLONE_PREFIX + "index";
				String declared = define(onClone(declaration, index).sqlOn(clone), index, temporary, table);
				if (actual != null && !declared.equals(actual)) {
					// a few expressions are printed differently once they were read from
					// print
					return new Answer.Defined(declared,
							declared.equals(defineAgain(index, clone, actual, temporary, table)));
				}
				return new Answer.Defined(declared, actual != null);
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
		finally {
			rollback();
		}
	}

	private static CreateIndex onClone(CreateIndex declaration, String index) {
		return new CreateIndex(declaration.table(), index, declaration.unique(), declaration.only(),
				declaration.definition(), declaration.options());
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
					|| argument.contains(CLONE_PREFIX));
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

	private String createClone(RelationName table, boolean temporary) throws SQLException {
		Layout layout = prepare(table);
		String name = RelationName.quote(temporary ? table.name() : CLONE_PREFIX + System.nanoTime());
		String clone = temporary ? "pg_temp." + name
				: ((table.schema() != null) ? RelationName.quote(table.schema()) + "." : "") + name;
		execute("CREATE " + (temporary ? "TEMPORARY TABLE " + name : "TABLE " + clone) + " (LIKE " + table.quoted()
				+ (layout.virtual ? " INCLUDING GENERATED" : "") + ")"
				+ ((layout.partitionKey != null) ? " PARTITION BY " + layout.partitionKey : ""));
		return clone;
	}

	/**
	 * Prepares the transaction.
	 * @return what of the table the clone must have, too
	 */
	private Layout prepare(RelationName table) throws SQLException {
		// an index without TABLESPACE lies in default_tablespace, one on a temporary
		// table in temp_tablespaces; a table is a type too, and the clone's must not hide
		// another one of its name
		try (PreparedStatement statement = this.connection.prepareStatement("""
				select set_config('lock_timeout', '1s', true), set_config('statement_timeout', '5s', true),
					set_config('idle_in_transaction_session_timeout', '5s', true),
					set_config('temp_tablespaces',
						coalesce(quote_ident(nullif(current_setting('default_tablespace'), '')), ''), true),
					set_config('search_path',
						concat_ws(', ', nullif(current_setting('search_path'), ''), 'pg_temp'), true),
					pg_get_partkeydef(t.oid) as partition_key,
					exists (select from pg_attribute where attrelid = t.oid and attgenerated = 'v') as virtual
				from to_regclass(?) as t(oid)""")) {
			statement.setString(1, table.quoted());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? new Layout(row.getString("partition_key"), row.getBoolean("virtual"))
						: new Layout(null, false);
			}
		}
	}

	private String define(String sql, String index, boolean temporary, RelationName table) throws SQLException {
		execute(sql);
		// the clone of a table named like one of the catalog must not stand before it
		execute("set local search_path = pg_catalog, pg_temp");
		try {
			return this.jdbc.queryForObject("""
					select text from (%s) definitions""".formatted(Definitions.TEXT),
					(row, number) -> row.getString("text"),
					(Object) new Long[] { cloneIndex(index, temporary, table) });
		}
		catch (DataAccessException ex) {
			if (ex.getCause() instanceof SQLException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private Long cloneIndex(String index, boolean temporary, RelationName table) {
		Long oid = this.jdbc.queryForObject("""
				select c.oid::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace
				where c.relname = ? and case when ? then n.oid = pg_my_temp_schema() else n.nspname = ? end""",
				Long.class, index, temporary, table.schema());
		if (oid == null) {
			throw new IllegalStateException("The index " + index + " is not on its clone");
		}
		return oid;
	}

	private @Nullable String defineAgain(String index, String clone, String actual, boolean temporary,
			RelationName table) throws SQLException {
		boolean unique = actual.startsWith("UNIQUE ");
		String rest = unique ? actual.substring("UNIQUE ".length()) : actual;
		execute("drop index "
				+ (temporary ? "pg_temp." : (table.schema() != null) ? RelationName.quote(table.schema()) + "." : "")
				+ RelationName.quote(index));
		// what stands last in ours stands before WHERE in a statement
		Matcher elsewhere = ELSEWHERE.matcher(rest);
		boolean found = elsewhere.matches();
		execute("set local " + (temporary ? "temp_tablespaces" : "default_tablespace") + " = "
				+ (found ? elsewhere.group(2) : "''"));
		try {
			return define("CREATE " + (unique ? "UNIQUE " : "") + "INDEX " + RelationName.quote(index) + " ON " + clone
					+ " " + (found ? elsewhere.group(1) : rest), index, temporary, table);
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

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.setEscapeProcessing(false);
			statement.execute(sql);
		}
	}

	private void rollback() throws SQLException {
		if (!this.connection.isClosed()) {
			this.connection.rollback();
			this.connection.setAutoCommit(true);
		}
	}

	/**
	 * What of a table decides about its indexes beside the columns.
	 *
	 * @param partitionKey how it is partitioned, or {@code null} if it is not: a unique
	 * index must hold the partition key, and not every access method can be partitioned
	 * @param virtual whether it has virtual generated columns, which no index may name
	 * (PostgreSQL 18)
	 */
	private record Layout(@Nullable String partitionKey, boolean virtual) {

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
