package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Builds partitions of an index that another session carries out, here or on another
 * instance, in a slot that nobody else wants. It begins at the other end, and records
 * nothing: what it could not do, the other one meets, too.
 */
final class PartitionAssistant implements Task {

	private static final Log logger = LogFactory.getLog(PartitionAssistant.class);

	private final CreateIndex create;

	private final Engine engine;

	private final PhysicalConnection connection;

	private final PartitionBuild build;

	private volatile boolean leaving;

	PartitionAssistant(CreateIndex create, Engine engine, PhysicalConnection connection) {
		this.create = create;
		this.engine = engine;
		this.connection = connection;
		this.build = new PartitionBuild(create, engine, connection);
	}

	@Override
	public int pid() {
		return this.connection.pid();
	}

	@Override
	public String work() {
		return "partitions";
	}

	@Override
	public boolean builds() {
		return this.build.builds();
	}

	/**
	 * Ends once the partition under way is done.
	 */
	void leave() {
		this.leaving = true;
	}

	@Override
	public void stop() throws SQLException {
		leave();
		this.engine.cancelBackend(pid());
	}

	@Override
	public boolean run(Runnable started) throws SQLException {
		Seen seen = this.engine.seen(this.create);
		Map<Long, CatalogRelation> indexes = PartitionedBuild.indexes(seen);
		List<Partition> open = new ArrayList<>(PartitionedBuild.open(seen));
		Collections.reverse(open);
		boolean done = false;
		for (Partition partition : open) {
			CatalogRelation parent = indexes.get(partition.parent());
			if (this.leaving || this.engine.cancelling() || this.engine.closed()) {
				return done;
			}
			if (parent == null || partition.partitioned()) {
				continue;
			}
			PartitionBuild.Outcome outcome = this.build.run(partition, parent);
			SqlFailure failure = outcome.failure();
			if (failure != null && failure.classify(true) != ErrorClass.RETRY) {
				logger.debug(this.create.name() + ": " + failure);
				return done;
			}
			done |= outcome.done();
		}
		return done;
	}

}
