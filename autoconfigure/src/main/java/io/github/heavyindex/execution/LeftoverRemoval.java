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
import io.github.heavyindex.decision.SideIndex;
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
		return remove(look().stream().filter((second) -> first.contains(second.oid())).toList());
	}

	/**
	 * Removes what our own statement left that has just failed.
	 * @param failure how it failed; where the name was taken, the index is somebody
	 * else's
	 */
	void removeOwn(@Nullable SqlFailure failure) throws SQLException {
		removeOwn(failure, false);
	}

	/**
	 * Removes what our own statement left that has just failed.
	 * @param failure how it failed
	 * @param beside whether the index was built under the side name
	 */
	void removeOwn(@Nullable SqlFailure failure, boolean beside) throws SQLException {
		boolean builds = this.operation instanceof CreateIndex || this.operation instanceof RebuildIndex;
		if (failure == null || !builds || failure.sqlState().equals("42P07")
				|| (failure.sqlState().equals("23505") && failure.onCatalog())) {
			return;
		}
		if (this.connection.jdbc().isClosed()) {
			// an administrator ended the session; the loop finds what it left
			return;
		}
		if (beside) {
			removeInvalidSide();
		}
		else {
			remove(look());
		}
	}

	/**
	 * Removes the index of the side name. While it is valid nobody builds it; an invalid
	 * one is looked at twice.
	 * @param decided the index that it was decided about
	 * @return whether it was removed
	 */
	boolean removeSide(@Nullable SideIndex decided) throws SQLException {
		CatalogRelation side = side(decided);
		if (side == null || (isInvalid(side) && !pause(this.engine.settings().pollInterval()))) {
			return false;
		}
		CatalogRelation again = side(decided);
		return again != null && remove(again);
	}

	/**
	 * Drops the replaced index as the last step of an attempt.
	 * @param decided the index that it was decided about
	 */
	void dropReplaced(@Nullable SideIndex decided) throws SQLException {
		CatalogRelation side = side(decided);
		if (side != null) {
			drop(side);
		}
	}

	/**
	 * The index of the side name, if it is still the one that was decided about, and
	 * nobody works on it.
	 */
	private @Nullable CatalogRelation side(@Nullable SideIndex decided) throws SQLException {
		SideIndex side = this.engine.sighting(this.operation).side(this.connection.pid());
		return (decided != null && side != null && side.relation().oid() == decided.relation().oid()
				&& side.marked() == decided.marked() && isOnTable(side.relation())) ? side.relation() : null;
	}

	private void removeInvalidSide() throws SQLException {
		SideIndex side = this.engine.sighting(this.operation).side(this.connection.pid());
		if (side != null && isInvalid(side.relation()) && isOnTable(side.relation())) {
			remove(side.relation());
		}
	}

	private boolean isOnTable(CatalogRelation relation) {
		return relation.index() != null && relation.index().table() == this.table;
	}

	private static boolean isInvalid(CatalogRelation relation) {
		return relation.index() != null && !relation.index().valid();
	}

	private List<CatalogRelation> look() throws SQLException {
		// the name may lead to another table by now, whose lock is not ours
		return this.engine.sighting(this.operation)
			.leftovers(this.connection.pid())
			.stream()
			.filter(this::isOnTable)
			.toList();
	}

	private boolean remove(List<CatalogRelation> leftovers) throws SQLException {
		boolean removed = false;
		for (CatalogRelation leftover : leftovers) {
			removed |= remove(leftover);
		}
		return removed;
	}

	private boolean remove(CatalogRelation index) throws SQLException {
		try {
			drop(index);
			logger.info(this.operation.name() + ": removed the index " + index.name()
					+ " that an earlier attempt left behind");
			return true;
		}
		catch (SQLException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			logger.warn(this.operation.name() + ": the index " + index.name()
					+ " that an earlier attempt left behind could not be removed: " + failure);
			return false;
		}
	}

	private void drop(CatalogRelation index) throws SQLException {
		AdvisoryLock.announceCleaning(this.jdbc, this.table);
		try {
			this.connection.execute("drop index concurrently if exists " + index.name().quoted());
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
