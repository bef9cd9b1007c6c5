package io.github.heavyindex.testsupport;

import java.sql.Connection;
import java.sql.SQLException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The fixture's own tests.
 */
class TestDatabaseTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private static long before;

	@BeforeAll
	static void count() {
		before = testDatabases();
	}

	@AfterAll
	static void nothingIsLeft() {
		assertThat(testDatabases()).isEqualTo(before);
	}

	private static long testDatabases() {
		return PostgresServer.shared()
			.jdbc()
			.sql("select count(*) from pg_database where datname ~ '^test_'")
			.query(Long.class)
			.single();
	}

	@Test
	void theServerIsOneThatWeSupport() {
		assertThat(this.database.server().serverVersion()).isGreaterThanOrEqualTo(140004);
		assertThat(this.database.single("select current_setting('max_connections')::int", Integer.class))
			.isGreaterThanOrEqualTo(300);
		assertThat(this.database.single("select current_setting('max_prepared_transactions')::int", Integer.class))
			.isEqualTo(10);
	}

	@RepeatedTest(2)
	void eachTestHasItsOwnEmptyDatabase() {
		assertThat(this.database.single("select current_database()", String.class)).isEqualTo(this.database.name());
		this.database.execute("create table t (id int)", "insert into t values (1), (2)");
		assertThat(this.database.query("select id from t where id > ? order by id", Integer.class, 0))
			.containsExactly(1, 2);
	}

	@Test
	void aDatabaseInUseIsDropped() throws SQLException {
		// closed by nobody, as in a test that fails half-way; nothingIsLeft() looks after
		// it
		Connection connection = this.database.dataSource().getConnection();
		connection.setAutoCommit(false);
		try (var statement = connection.createStatement()) {
			statement.execute("create table t (id int)");
			statement.execute("prepare transaction 'it''s prepared'");
			statement.execute("select 1");
		}
		assertThat(this.database.single("select count(*) from pg_prepared_xacts where database = current_database()",
				Long.class))
			.isOne();
	}

	@Test
	void rolesLogInAndOtherDatabasesAreSeparate() {
		TestRole role = this.database.createRole("");
		assertThat(this.database.connection(this.database.dataSource(role))).satisfies((connection) -> {
			assertThat(connection.getMetaData().getUserName()).isEqualTo(role.name());
			assertThat(connection.getAutoCommit()).isTrue();
		});
		this.database.execute("create table here (id int)", "alter table here owner to " + role.name());
		TestDatabase another = this.database.another();
		assertThat(another.name()).isNotEqualTo(this.database.name());
		assertThatIllegalStateException().isThrownBy(() -> another.execute("table here"))
			.withMessageContaining("\"here\" does not exist");
	}

	@Test
	void outsideOfATestThereIsNoDatabase() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> new TestDatabase().name());
	}

}
