package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;

import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Drops the index of a partitioned table, which PostgreSQL cannot do concurrently: it
 * locks the table and all its partitions against everything, reading included (manual,
 * "DROP INDEX"). As it takes one lock after the other and keeps all of them, the
 * statement as a whole may take no longer than one lock may be waited for.
 */
final class PartitionedDrop {

	private static final String OUT_OF_MEMORY = "53200";

	private static final Log logger = LogFactory.getLog(PartitionedDrop.class);

	private final CatalogRelation index;

	private final Engine engine;

	private final PhysicalConnection connection;

	PartitionedDrop(CatalogRelation index, Engine engine, PhysicalConnection connection) {
		this.index = index;
		this.engine = engine;
		this.connection = connection;
	}

	/**
	 * Drops it.
	 * @return what failed, or {@code null}
	 */
	@Nullable SqlFailure run() throws SQLException {
		Duration limit = this.engine.settings().lockTimeout();
		logger.info("Dropping the partitioned index " + this.index.name() + " locks its table and every partition"
				+ " against reads and writes; it is given up after " + limit.toMillis()
				+ " ms (heavy-index.lock-timeout) and tried again");
		try {
			BriefStatement.execute(this.connection, limit, "DROP INDEX " + this.index.name().quoted());
			return null;
		}
		catch (SQLException ex) {
			if (BriefStatement.TOO_LONG.equals(ex.getSQLState())) {
				return new SqlFailure(BriefStatement.TOO_LONG, "The locks on the table and every partition of "
						+ this.index.name() + " could not be had within " + limit.toMillis() + " ms", false);
			}
			if (OUT_OF_MEMORY.equals(ex.getSQLState())) {
				return new SqlFailure(OUT_OF_MEMORY, SqlFailure.of(ex).message()
						+ ": it takes a lock on every partition" + " and its index, raise max_locks_per_transaction",
						false);
			}
			throw ex;
		}
	}

}
