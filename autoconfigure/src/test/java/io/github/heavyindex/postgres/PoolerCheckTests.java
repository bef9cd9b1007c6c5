package io.github.heavyindex.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link PoolerCheck} against a real PgBouncer.
 */
class PoolerCheckTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	Path directory;

	@BeforeAll
	static void pgBouncerIsInstalled() {
		assumeTrue(PgBouncer.binary() != null, "pgbouncer is not installed: the pooler check is not tested here");
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "0, 2", "0, 5", "1, 0", "1, 2", "1, 3", "1, 5" })
	void aTransactionPoolerIsFoundEachTime(int roundRobin, int idleServerSessions) throws Exception {
		try (PgBouncer bouncer = PgBouncer.start(this.database.server(), this.directory, "pool_mode = transaction",
				"server_round_robin = " + roundRobin)) {
			for (int attempt = 0; attempt < 20; attempt++) {
				useAtOnce(bouncer, idleServerSessions);
				refused(bouncer);
			}
			nothingStayedBehind(bouncer);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "server_round_robin = 0", "server_round_robin = 1" })
	void aTransactionPoolerIsFoundUnderLoad(String setting) throws Exception {
		AtomicBoolean stop = new AtomicBoolean();
		try (PgBouncer bouncer = PgBouncer.start(this.database.server(), this.directory, "pool_mode = transaction",
				setting)) {
			Thread[] clients = new Thread[4];
			for (int i = 0; i < clients.length; i++) {
				clients[i] = new Thread(() -> query(bouncer, stop));
				clients[i].start();
			}
			try {
				for (int attempt = 0; attempt < 20; attempt++) {
					refused(bouncer);
				}
			}
			finally {
				stop.set(true);
				for (Thread client : clients) {
					client.join();
				}
			}
		}
	}

	@Test
	void aTransactionPoolerWithOneServerSessionIsRefusedNotWaitedFor() throws Exception {
		try (PgBouncer bouncer = PgBouncer.start(this.database.server(), this.directory, "pool_mode = transaction",
				"default_pool_size = 1", "query_wait_timeout = 1")) {
			refused(bouncer);
		}
	}

	@Test
	void aStatementPoolerIsRefused() throws Exception {
		try (PgBouncer bouncer = PgBouncer.start(this.database.server(), this.directory, "pool_mode = statement")) {
			refused(bouncer);
		}
	}

	@Test
	void aSessionPoolerIsAccepted() throws Exception {
		try (PgBouncer bouncer = PgBouncer.start(this.database.server(), this.directory, "pool_mode = session")) {
			DedicatedConnections connections = connections(bouncer);
			for (int attempt = 0; attempt < 3; attempt++) {
				try (PhysicalConnection connection = connections.open(ConnectionPurpose.DDL, "a")) {
					assertThat(this.database.query("select pid from pg_stat_activity where application_name = ?",
							Integer.class, "heavy-index:a"))
						.containsExactly(connection.pid());
				}
			}
		}
	}

	@Test
	void anApplicationBehindATransactionPoolerIsHelpedByADirectUrl() throws Exception {
		try (PgBouncer bouncer = PgBouncer.start(this.database.server(), this.directory, "pool_mode = transaction")) {
			PGSimpleDataSource application = bouncer.dataSource(this.database.server(), this.database.name());
			DedicatedConnections connections = new DedicatedConnections(
					new DirectAddress(this.database.jdbcUrl(), null, null), null, application,
					BuildSettings.SERVER_DEFAULTS);
			try (PhysicalConnection connection = connections.open(ConnectionPurpose.DDL, "a")) {
				assertThat(connection.server().user()).isEqualTo(this.database.username());
			}
		}
	}

	/**
	 * Makes the pooler open that many server sessions, which are idle afterwards.
	 */
	private void useAtOnce(PgBouncer bouncer, int serverSessions) throws SQLException {
		PGSimpleDataSource dataSource = bouncer.dataSource(this.database.server(), this.database.name());
		dataSource.setPrepareThreshold(0);
		List<Connection> connections = new ArrayList<>();
		for (int i = 0; i < serverSessions; i++) {
			Connection connection = this.database.connection(dataSource);
			connections.add(connection);
			connection.setAutoCommit(false);
			connection.createStatement().execute("select 1");
		}
		for (Connection connection : connections) {
			connection.rollback();
			connection.close();
		}
	}

	private void refused(PgBouncer bouncer) {
		assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> connections(bouncer).open(ConnectionPurpose.DDL, "a"))
			.withMessageContaining("transaction pooler such as PgBouncer")
			.withMessageContaining("Set heavy-index.datasource.url");
	}

	private void nothingStayedBehind(PgBouncer bouncer) throws SQLException {
		try (Connection connection = bouncer.dataSource(this.database.server(), this.database.name()).getConnection();
				var statement = connection.createStatement();
				var row = statement.executeQuery(
						"select current_setting('idle_session_timeout'), (select count(*) from pg_prepared_statements)")) {
			row.next();
			assertThat(row.getString(1)).isEqualTo("0");
			assertThat(row.getInt(2)).isZero();
		}
	}

	private DedicatedConnections connections(PgBouncer bouncer) {
		return new DedicatedConnections(null, null, bouncer.dataSource(this.database.server(), this.database.name()),
				BuildSettings.SERVER_DEFAULTS);
	}

	private void query(PgBouncer bouncer, AtomicBoolean stop) {
		try (Connection connection = bouncer.dataSource(this.database.server(), this.database.name()).getConnection();
				var statement = connection.createStatement()) {
			while (!stop.get()) {
				statement.execute("select pg_sleep(0.002)");
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
