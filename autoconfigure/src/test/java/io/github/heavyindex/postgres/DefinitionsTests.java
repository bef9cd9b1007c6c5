package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Definitions}.
 */
class DefinitionsTests {

	private static final String DEFINITION = "USING btree (a DESC)";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private long index;

	@BeforeEach
	void table() {
		this.database.execute("create table logs (a int)", "create index logs_idx_2nd on logs (a desc)");
		this.index = new Indexes(this.database).oid("logs_idx_2nd");
	}

	/**
	 * The snapshot of a statement may be older than what {@code pg_get_indexdef} sees; of
	 * a transaction it certainly is.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "alter index logs_idx_2nd rename to logs_idx", "alter table logs rename to events",
			"alter table logs set schema other" })
	void whatIsRenamedWhileItIsReadIsNotCutAnywhere(String rename) throws SQLException {
		this.database.execute("create schema other");
		Connection connection = this.database.connection();
		JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		connection.setAutoCommit(false);
		assertThat(Definitions.read(jdbc, Set.of(this.index))).containsEntry(this.index, DEFINITION);
		this.database.execute(rename);
		assertThat(Definitions.read(jdbc, Set.of(this.index))).isEmpty();
		connection.rollback();
		assertThat(Definitions.read(jdbc, Set.of(this.index))).containsEntry(this.index, DEFINITION);
	}

	@Test
	void whatIsGoneIsMissing() {
		this.database.execute("drop index logs_idx_2nd");
		assertThat(Definitions.read(new JdbcTemplate(this.database.dataSource()), Set.of(this.index))).isEmpty();
	}

}
