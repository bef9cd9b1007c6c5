package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Chains;
import io.github.heavyindex.decision.Decider;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Observation;
import io.github.heavyindex.decision.Undo;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.UndoBook;
import io.github.heavyindex.postgres.Definitions;
import io.github.heavyindex.postgres.IndexProperties;
import io.github.heavyindex.postgres.ProgressReader.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what undoing an operation would need, refuses to undo what cannot be, and
 * records the end of the way back. Thread-safe.
 */
final class WayBack {

	private final Engine engine;

	private final Chains chains;

	WayBack(Engine engine, Chains chains) {
		this.engine = engine;
		this.chains = chains;
	}

	/**
	 * Why an operation cannot be undone, or {@code null} if it can.
	 */
	@Nullable String refusal(IndexOperation operation) throws SQLException {
		Look look = this.engine.look();
		Undo undo = Undos.of(operation, look.remembered().orders().get(operation.name()));
		Observation observation = look.observation();
		if (undo != null && undo.operation() instanceof CreateIndex) {
			// a drop does not name the table that its index was on
			observation = observation.with(operation.name(), this.engine.sighting(undo.operation()).after());
		}
		return Decider.refuseRollback(this.chains, this.engine.context(look, observation, null), operation, undo);
	}

	/**
	 * Remembers which index an operation has made, the only one that its rollback may
	 * touch.
	 */
	void made(IndexOperation operation, @Nullable CatalogRelation index) throws SQLException {
		Long oid = (index != null) ? index.oid() : null;
		remember((undos) -> undos.owns(operation.name(), operation.sql(), oid));
	}

	/**
	 * Remembers which index a session of ours is building: whoever adopts the build must
	 * know. Before its first phase has ended, somebody else's index may bear the name.
	 */
	void builds(IndexOperation operation, int pid, Look look) throws SQLException {
		CatalogRelation index = look.observation().seen(operation.name()).index();
		Progress progress = look.progress().get(pid);
		OperationOrder order = look.remembered().orders().get(operation.name());
		boolean known = order != null && index != null && order.sql().equals(operation.sql())
				&& Long.valueOf(index.oid()).equals(order.index());
		// a valid one is what is being replaced
		boolean built = index != null && index.index() != null && !index.index().valid();
		if (index != null && built && !known && operation instanceof CreateIndex && look.undos().of(operation) == null
				&& progress != null && progress.phase() != null && !progress.phase().equals("initializing")) {
			made(operation, index);
		}
	}

	/**
	 * Remembers how to build again what is about to be dropped; of an index that a way
	 * back has left half built, that is remembered already.
	 */
	void drops(IndexOperation operation, CatalogRelation index) throws SQLException {
		String statement = this.engine.query((jdbc) -> Optional.ofNullable(Definitions.statement(jdbc, index.oid())))
			.orElse(null);
		if (statement != null && index.index() != null && !index.index().valid()
				&& statement.equals(dropped(operation))) {
			return;
		}
		IndexProperties properties = this.engine.query((jdbc) -> IndexProperties.read(jdbc, List.of(index.oid())))
			.getOrDefault(index.oid(), new IndexProperties(index.oid(), null));
		remember((undos) -> {
			undos.drops(operation.name(), operation.sql(), statement);
			undos.keeps(operation.name(), operation.sql(), properties.index(), properties.json());
		});
	}

	private @Nullable String dropped(IndexOperation operation) throws SQLException {
		OperationOrder order = this.engine.history((history) -> history.records()).orders().get(operation.name());
		return (order != null && order.sql().equals(operation.sql())) ? order.dropped() : null;
	}

	/**
	 * Records that an operation which was to be undone is cancelled.
	 */
	void ended(IndexOperation operation, Decision.RolledBack decision) throws SQLException {
		if (decision.undone() && operation instanceof DropIndex) {
			this.engine.properties().putBack(operation, this.engine.look());
		}
		String words = decision.undone() ? "Rolled back" : "The rollback was cancelled" + leftover(operation);
		remember((undos) -> undos.rolledBack(operation.name(), operation.sql(), decision.undone(), words));
	}

	/**
	 * What a cancelled way back leaves: of a partitioned table, an index that is not
	 * valid yet.
	 */
	private String leftover(IndexOperation operation) throws SQLException {
		return (operation instanceof DropIndex && this.engine.seen(operation).index() != null)
				? "; a retry drops what it has built" : "";
	}

	private void remember(Entry entry) throws SQLException {
		this.engine.history((history) -> {
			entry.write(history.undos());
			return true;
		});
	}

	@FunctionalInterface
	private interface Entry {

		void write(UndoBook undos);

	}

}
