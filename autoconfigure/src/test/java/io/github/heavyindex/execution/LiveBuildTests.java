package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.TableActivity;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A live build is never taken for what a dead one left behind.
 */
class LiveBuildTests {

	private static final int LOOKS = 3000;

	private static final int LAST_MOMENTS = 5;

	private static final long PATIENCE_NANOS = 60_000_000_000L;

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@Test
	void aBuildThatCommitsItsLastStepThisMomentIsNotTakenForALeftover() throws Exception {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, i from generate_series(1, 200) i");
		try (TestApplication application = TestApplication.on(this.database)
			.property("heavy-index.mode", "observe")
			.operation("create_a", "create index logs_a_idx on logs (a)")
			.start()) {
			Engine engine = application.context().getBean(Reconciler.class).engine();
			IndexOperation operation = application.context()
				.getBean(DeclaredOperations.class)
				.operations()
				.iterator()
				.next();
			Builds builds = new Builds(this.database.connection());
			int looks = 0;
			int underConstruction = 0;
			int lastMoments = 0;
			long start = System.nanoTime();
			try {
				while ((looks < LOOKS || lastMoments < LAST_MOMENTS) && System.nanoTime() - start < PATIENCE_NANOS) {
					Sighting sighting = engine.sighting(operation);
					looks++;
					assertThat(sighting.leftover(-1)).as("look %d, %s", looks, sighting).isNull();
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
			try (Statement statement = this.connection.createStatement()) {
				while (!this.stopped) {
					statement.execute("create index concurrently logs_a_idx on logs (a)");
					statement.execute("drop index logs_a_idx");
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		void stop() {
			this.stopped = true;
			this.end.join();
		}

	}

}
