package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.sql.Statement;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.postgres.PhysicalConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Builds an index. On a table smaller than {@code build.concurrently-from} it is tried
 * without {@code CONCURRENTLY} first: that is faster and waits for no old transaction,
 * but keeps writers off the table. It may do so for {@code lock-timeout} all in all; a
 * build that takes longer is undone, and done concurrently.
 */
final class IndexBuild {

	private static final Log logger = LogFactory.getLog(IndexBuild.class);

	private final Settings settings;

	private final PhysicalConnection connection;

	IndexBuild(Settings settings, PhysicalConnection connection) {
		this.settings = settings;
		this.connection = connection;
	}

	void run(CreateIndex create, Seen seen) throws SQLException {
		if (!isSmall(seen) || !runWithLock(create, seen)) {
			this.connection.execute(ResolvedStatement.of(create, seen));
		}
	}

	/**
	 * The statement that is meant, for people.
	 * @param bytes the size of the table as the catalog shows it, which may lag behind
	 * @param concurrentlyFrom from which size on it is done concurrently
	 */
	static String describe(CreateIndex create, long bytes, long concurrentlyFrom) {
		return (bytes >= concurrentlyFrom) ? create.sql() : create.sqlOn(create.table().quoted())
				+ " /* CONCURRENTLY if the table has " + concurrentlyFrom + " bytes by then, or is too busy */";
	}

	private boolean runWithLock(CreateIndex create, Seen seen) throws SQLException {
		RelationName table = (seen.table() != null) ? seen.table().name() : create.table();
		try {
			BriefStatement.execute(this.connection, this.settings.lockTimeout(), create.sqlOn(table.quoted()));
			return true;
		}
		catch (SQLException ex) {
			if (!BriefStatement.TOO_LONG.equals(ex.getSQLState())) {
				throw ex;
			}
			logger.info(create.name() + " took longer than heavy-index.lock-timeout without CONCURRENTLY, and is done"
					+ " concurrently now");
			return false;
		}
	}

	/**
	 * Whether the table is small. Asked of its files: the catalog's {@code relpages} is 0
	 * until the first VACUUM or ANALYZE, however much was loaded.
	 */
	private boolean isSmall(Seen seen) throws SQLException {
		long from = this.settings.build().concurrentlyFrom();
		Long table = seen.tableOid();
		if (from == 0 || table == null) {
			return false;
		}
		this.connection.execute("set lock_timeout = " + this.settings.lockTimeout().toMillis());
		try (Statement statement = this.connection.jdbc().createStatement();
				var rows = statement.executeQuery("select pg_table_size(" + table + "::oid)")) {
			return rows.next() && rows.getLong(1) < from && !rows.wasNull();
		}
		catch (SQLException ex) {
			// somebody has locked it, or it is gone: the build itself will tell
			if (!BriefStatement.TOO_LONG.equals(ex.getSQLState())) {
				throw ex;
			}
			return false;
		}
		finally {
			if (!this.connection.jdbc().isClosed()) {
				this.connection.execute("set lock_timeout = 0");
			}
		}
	}

}
