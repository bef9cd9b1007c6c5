package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Removes the invalid index that a failed build or rebuild left, under the table's lock.
 * An invalid index may also be one that somebody builds this moment: the progress row and
 * the lock vanish before the commit that makes it valid. Therefore each look is in the
 * order index, locks, index, and an index that we did not see fail is looked at twice, a
 * poll interval apart.
 */
final class LeftoverRemoval {

	private static final Log logger = LogFactory.getLog(LeftoverRemoval.class);

	private final IndexOperation operation;

	private final long table;

	private final Engine engine;

	private final PhysicalConnection connection;

	private final JdbcTemplate jdbc;

	LeftoverRemoval(IndexOperation operation, long table, Engine engine, PhysicalConnection connection) {
		this.operation = operation;
		this.table = table;
		this.engine = engine;
		this.connection = connection;
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
	}

	/**
	 * Removes what an earlier attempt left.
	 * @return whether it was removed
	 */
	boolean remove() throws SQLException {
		Set<Long> first = look().stream().map(CatalogRelation::oid).collect(Collectors.toSet());
		if (first.isEmpty() || !pause(this.engine.settings().pollInterval())) {
			return false;
		}
		return drop(look().stream().filter((second) -> first.contains(second.oid())).toList());
	}

	/**
	 * Removes what our own statement left that has just failed.
	 * @param failure how it failed; where the name was taken, the index is somebody
	 * else's
	 */
	void removeOwn(@Nullable SqlFailure failure) throws SQLException {
		boolean builds = this.operation instanceof CreateIndex || this.operation instanceof RebuildIndex;
		if (failure == null || !builds || failure.sqlState().equals("42P07")
				|| (failure.sqlState().equals("23505") && failure.onCatalog())) {
			return;
		}
		if (this.connection.jdbc().isClosed()) {
			// an administrator ended the session; the loop finds what it left
			return;
		}
		drop(look());
	}

	private List<CatalogRelation> look() throws SQLException {
		// the name may lead to another table by now, whose lock is not ours
		return this.engine.sighting(this.operation)
			.leftovers(this.connection.pid())
			.stream()
			.filter((leftover) -> leftover.index() != null && leftover.index().table() == this.table)
			.toList();
	}

	private boolean drop(List<CatalogRelation> leftovers) throws SQLException {
		boolean dropped = false;
		for (CatalogRelation leftover : leftovers) {
			dropped |= drop(leftover);
		}
		return dropped;
	}

	private boolean drop(CatalogRelation index) throws SQLException {
		AdvisoryLock.announceCleaning(this.jdbc, this.table);
		try {
			Attempt.execute(this.connection, "drop index concurrently if exists " + index.name().quoted());
			logger.info(this.operation.name() + ": removed the invalid index " + index.name()
					+ " that an earlier attempt left behind");
			return true;
		}
		catch (SQLException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			logger.warn(this.operation.name() + ": the invalid index " + index.name()
					+ " that an earlier attempt left behind could not be removed: " + failure);
			return false;
		}
		finally {
			if (!this.connection.jdbc().isClosed()) {
				AdvisoryLock.endCleaning(this.jdbc, this.table);
			}
		}
	}

	private static boolean pause(Duration duration) {
		try {
			Thread.sleep(duration.toMillis());
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
