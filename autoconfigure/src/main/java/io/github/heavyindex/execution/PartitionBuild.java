package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.List;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.PartitionIndexName;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.PartitionStep;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.PartitionReader;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Gives one partition after another its index, each under the partition's own lock: what
 * is to be done is decided once that is granted. Not thread-safe, like the connection.
 */
final class PartitionBuild {

	private static final int ROUNDS = 4;

	private final CreateIndex create;

	private final Engine engine;

	private final PhysicalConnection connection;

	private final JdbcTemplate jdbc;

	private final PartitionReader reader;

	private @Nullable Long held;

	private volatile boolean builds;

	PartitionBuild(CreateIndex create, Engine engine, PhysicalConnection connection) {
		this.create = create;
		this.engine = engine;
		this.connection = connection;
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true));
		this.reader = new PartitionReader(this.jdbc);
	}

	/**
	 * Whether an index is being built now.
	 */
	boolean builds() {
		return this.builds;
	}

	/**
	 * Gives a partition its index. The partition stays locked until the next one's turn
	 * or {@link #release()}: to let go costs a round trip.
	 * @param partition the partition
	 * @param parent the index on its parent
	 * @return what came of it
	 * @throws SQLException if the connection is lost
	 */
	Outcome run(Partition partition, CatalogRelation parent) throws SQLException {
		try {
			PartitionState state = lockAndRead(partition, parent);
			for (int round = 1; state != null; round++) {
				Outcome outcome = step(partition, parent, state);
				if (outcome != null) {
					return outcome;
				}
				state = (round < ROUNDS) ? read(partition, parent) : null;
			}
			return Outcome.BUSY;
		}
		catch (SQLException | RuntimeException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST || this.connection.jdbc().isClosed()) {
				throw ex;
			}
			return new Outcome(false, new SqlFailure(failure.sqlState(),
					failure.message() + " (partition " + partition.name() + ")", failure.onCatalog()));
		}
	}

	/**
	 * Whether the index of the partitioned table has become valid.
	 */
	boolean isComplete(CatalogRelation index) {
		return this.reader.isValid(index.oid());
	}

	/**
	 * Lets go of the partition that came last.
	 */
	void release() throws SQLException {
		Long held = this.held;
		this.held = null;
		if (held != null && !this.connection.jdbc().isClosed()) {
			AdvisoryLock.releaseTable(this.jdbc, held);
		}
	}

	private @Nullable PartitionState lockAndRead(Partition partition, CatalogRelation parent) throws SQLException {
		Long before = this.held;
		try {
			PartitionState state = this.reader.lockAndRead(before, partition, parent.oid(), names(partition));
			this.held = (state != null) ? partition.oid() : null;
			return state;
		}
		catch (RuntimeException ex) {
			// how far it came nobody knows
			release();
			this.held = partition.oid();
			release();
			throw ex;
		}
	}

	/**
	 * Takes the next step.
	 * @return what came of it, or {@code null} if another step follows
	 */
	private @Nullable Outcome step(Partition partition, CatalogRelation parent, PartitionState state)
			throws SQLException {
		PartitionStep step = PartitionStep.of(this.create, partition, state, parent.oid());
		if (step instanceof PartitionStep.Busy) {
			return Outcome.BUSY;
		}
		if (step instanceof PartitionStep.Attach attach) {
			attach(parent.name(), attach.index());
		}
		else if (step instanceof PartitionStep.Build build) {
			build(partition, build.name());
			attach(parent.name(), new RelationName(partition.name().schema(), build.name()));
		}
		else if (step instanceof PartitionStep.Clean clean) {
			return removal(partition, clean.index()).remove() ? null : Outcome.BUSY;
		}
		else if (step instanceof PartitionStep.Repair repair) {
			repair(partition, parent, repair.index());
			attach(parent.name(), repair.index());
		}
		return Outcome.DONE;
	}

	/**
	 * Removes what failed builds of ours left on a partition.
	 * @return whether anything was removed
	 */
	boolean clean(Partition partition) throws SQLException {
		boolean removed = false;
		if (!partition.own(this.create).isEmpty() && AdvisoryLock.tryTable(this.jdbc, partition.oid())) {
			for (CatalogRelation leftover : partition.own(this.create)) {
				removed |= removal(partition, leftover.name()).remove();
			}
			if (!this.connection.jdbc().isClosed()) {
				AdvisoryLock.releaseTable(this.jdbc, partition.oid());
			}
		}
		return removed;
	}

	private PartitionState read(Partition partition, CatalogRelation parent) {
		return this.reader.read(partition, parent.oid(), names(partition));
	}

	private List<String> names(Partition partition) {
		return PartitionIndexName.all(partition.name().name(), this.create.indexName());
	}

	private void build(Partition partition, String name) throws SQLException {
		if (partition.partitioned()) {
			executeShort(onlySql(partition.name(), name));
			return;
		}
		CreateIndex index = on(partition, name);
		try {
			executeLong(() -> new IndexBuild(this.engine.settings(), this.connection).run(index, seen(partition)));
		}
		catch (SQLException ex) {
			removal(partition, index.index()).removeOwn(SqlFailure.of(ex));
			throw ex;
		}
	}

	/**
	 * Builds an attached index anew, which can be neither dropped nor detached.
	 */
	private void repair(Partition partition, CatalogRelation parent, RelationName index) throws SQLException {
		try {
			executeLong(() -> this.connection.execute("REINDEX INDEX CONCURRENTLY " + index.quoted()));
		}
		catch (SQLException ex) {
			// the copy that it was building costs every write
			if (!this.connection.jdbc().isClosed() && PartitionStep.of(this.create, partition, read(partition, parent),
					parent.oid()) instanceof PartitionStep.Clean clean) {
				removal(partition, clean.index()).removeOwn(SqlFailure.of(ex));
			}
			throw ex;
		}
	}

	/**
	 * Attaches an index, once more if it is attached already: then PostgreSQL looks again
	 * whether the parent's has become valid. It locks the index out of all queries for a
	 * moment (manual, "ALTER INDEX").
	 */
	void attach(RelationName parent, RelationName index) throws SQLException {
		executeShort("ALTER INDEX " + parent.quoted() + " ATTACH PARTITION " + index.quoted());
	}

	/**
	 * Creates the index of a partitioned table without those of its partitions, which
	 * stays invalid until theirs are attached. It locks writes out for a moment.
	 */
	void createOnly(RelationName table) throws SQLException {
		executeShort(onlySql(table, this.create.indexName()));
	}

	private String onlySql(RelationName table, String name) {
		return new CreateIndex(table, name, this.create.unique(), true, this.create.definition(), this.create.options())
			.sqlOn(table.quoted());
	}

	private static Seen seen(Partition partition) {
		return new Seen(
				new CatalogRelation(partition.oid(), 0, partition.name(), partition.kind(), partition.bytes(), null),
				null, null);
	}

	private CreateIndex on(Partition partition, String name) {
		return new CreateIndex(partition.name(), name, this.create.unique(), false, this.create.definition(),
				this.create.options());
	}

	private LeftoverRemoval removal(Partition partition, RelationName index) {
		return new LeftoverRemoval(on(partition, index.name()), partition.oid(), this.engine, this.connection);
	}

	private void executeLong(Work work) throws SQLException {
		this.builds = true;
		try {
			work.run();
		}
		finally {
			this.builds = false;
		}
	}

	// in one transaction: where the statement fails, the setting is undone with it
	private void executeShort(String sql) throws SQLException {
		this.connection.execute("SET lock_timeout = " + this.engine.settings().lockTimeout().toMillis() + "; " + sql
				+ "; SET lock_timeout = 0");
	}

	/**
	 * What takes long.
	 */
	@FunctionalInterface
	private interface Work {

		void run() throws SQLException;

	}

	/**
	 * What came of a partition.
	 *
	 * @param done whether its index is attached, or it is no partition any more
	 * @param failure what failed, or {@code null}
	 */
	record Outcome(boolean done, @Nullable SqlFailure failure) {

		static final Outcome DONE = new Outcome(true, null);

		/**
		 * Somebody else works on it.
		 */
		static final Outcome BUSY = new Outcome(false, null);

	}

}
