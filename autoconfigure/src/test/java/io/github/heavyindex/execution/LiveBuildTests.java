package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.TableActivity;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A live build is never taken for what a dead one left behind.
 */
class LiveBuildTests {

	private static final int LOOKS = 2000;

	private static final int LAST_MOMENTS = 5;

	private static final long PATIENCE_NANOS = 240_000_000_000L;

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 200) i");
	}

	private TestApplication observe() {
		return TestApplication.on(this.database)
			.property("heavy-index.mode", "observe")
			.operation("create_a", "create index logs_a_idx on logs (a)")
			.start();
	}

	private static Callable<Sighting> eyes(TestApplication application) {
		Engine engine = application.context().getBean(Reconcilers.class).all().get(0).engine();
		IndexOperation operation = application.context()
			.getBean(DeclaredOperations.class)
			.operations()
			.iterator()
			.next();
		return () -> engine.sighting(operation);
	}

	@Test
	void aBuildThatCommitsItsLastStepThisMomentIsNotTakenForALeftover() throws Exception {
		try (TestApplication application = observe()) {
			Callable<Sighting> eyes = eyes(application);
			Builds builds = new Builds(this.database.connection());
			int looks = 0;
			int underConstruction = 0;
			int lastMoments = 0;
			long start = System.nanoTime();
			try {
				while ((looks < LOOKS || lastMoments < LAST_MOMENTS) && System.nanoTime() - start < PATIENCE_NANOS) {
					Sighting sighting = eyes.call();
					looks++;
					assertThat(sighting.leftovers(-1)).as("look %d, %s", looks, sighting).isEmpty();
					underConstruction += isInvalid(sighting) ? 1 : 0;
					lastMoments += (isInvalid(sighting) && !isLocked(sighting)) ? 1 : 0;
				}
			}
			finally {
				builds.stop();
			}
			// else nothing was put to the test
			assertThat(looks).isGreaterThanOrEqualTo(LOOKS);
			assertThat(underConstruction).isGreaterThan(LOOKS / 20);
			assertThat(lastMoments).isGreaterThanOrEqualTo(LAST_MOMENTS);
		}
	}

	/**
	 * With synchronous replication that moment may last: the lock is gone, and so is the
	 * progress, but nobody sees the commit before a standby has confirmed it.
	 */
	@Test
	void aBuildWhoseLastCommitWaitsForAStandbyIsNotTakenForALeftover() throws Exception {
		Connection old = this.database.connection();
		old.setAutoCommit(false);
		old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		execute(old, "select 1");
		Connection building = this.database.connection();
		execute(building, "set synchronous_commit = on");
		CompletableFuture<Void> build = CompletableFuture
			.runAsync(() -> execute(building, "create index concurrently logs_a_idx on logs (a)"));
		awaitTrue("select phase = 'waiting for old snapshots' from pg_stat_progress_create_index"
				+ " where datname = current_database()");
		try (TestApplication application = observe()) {
			Callable<Sighting> eyes = eyes(application);
			standby("'nobody'");
			try {
				awaitTrue("select setting = 'nobody' from pg_settings where name = 'synchronous_standby_names'");
				old.close();
				awaitTrue("select wait_event = 'SyncRep' from pg_stat_activity"
						+ " where datname = current_database() and query like 'create index concurrently%'");
				for (int look = 0; look < 50; look++) {
					Sighting sighting = eyes.call();
					assertThat(isInvalid(sighting) && !isLocked(sighting)).as("%s", sighting).isTrue();
					assertThat(sighting.leftovers(-1)).as("%s", sighting).isEmpty();
				}
			}
			finally {
				standby("default");
			}
			build.get(20, TimeUnit.SECONDS);
			assertThat(application.status("create_a").lastError()).isNull();
		}
		assertThat(this.database.single("select indisvalid from pg_index where indexrelid = 'logs_a_idx'::regclass",
				Boolean.class))
			.isTrue();
	}

	private void standby(String names) {
		this.database.execute("alter system set synchronous_standby_names to " + names, "select pg_reload_conf()");
	}

	private void awaitTrue(String sql) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.database.query(sql, Boolean.class).contains(true));
	}

	private static void execute(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean isInvalid(Sighting sighting) {
		IndexState index = (sighting.before().index() != null) ? sighting.before().index().index() : null;
		return index != null && !index.valid();
	}

	private static boolean isLocked(Sighting sighting) {
		Long table = sighting.before().tableOid();
		return table != null
				&& !sighting.activity().tables().getOrDefault(table, TableActivity.NONE).workers().isEmpty();
	}

	/**
	 * Builds the index again and again.
	 */
	private static final class Builds {

		private final Connection connection;

		private final CompletableFuture<Void> end;

		private volatile boolean stopped;

		Builds(Connection connection) {
			this.connection = connection;
			this.end = CompletableFuture.runAsync(this::run);
		}

		private void run() {
			while (!this.stopped) {
				execute(this.connection, "create index concurrently logs_a_idx on logs (a)");
				execute(this.connection, "drop index logs_a_idx");
			}
		}

		void stop() {
			this.stopped = true;
			this.end.join();
		}

	}

}
