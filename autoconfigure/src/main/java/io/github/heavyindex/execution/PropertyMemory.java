package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.history.OperationOrder;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.postgres.IndexProperties;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Remembers what people have given to indexes that were built, such as comments, and
 * gives it to the index that takes such a one's place after it was dropped.
 */
final class PropertyMemory {

	private static final Log logger = LogFactory.getLog(PropertyMemory.class);

	private final Settings settings;

	private final Database database;

	PropertyMemory(Settings settings, Database database) {
		this.settings = settings;
		this.database = database;
	}

	/**
	 * Remembers what the indexes of completed operations have, once a drift check: who
	 * drops one asks nobody. An index that we built and nobody has looked at since, as
	 * its application was gone, first gets what the one before it had.
	 */
	void survey(Look look) throws SQLException {
		Map<Long, IndexOperation> indexes = new HashMap<>();
		for (IndexOperation operation : this.database.operations()) {
			OperationRecord record = look.records().get(operation.name());
			CatalogRelation index = look.observation().seen(operation.name()).index();
			if (operation instanceof CreateIndex && index != null && index.index() != null && record != null
					&& record.state() == OperationState.COMPLETED && record.sql().equals(operation.sql())) {
				indexes.put(index.oid(), operation);
			}
		}
		if (!this.settings.executes() || indexes.isEmpty()) {
			return;
		}
		Map<Long, IndexProperties> found = this.database.with((jdbc) -> IndexProperties.read(jdbc, indexes.keySet()));
		for (IndexProperties properties : found.values()) {
			IndexOperation operation = indexes.get(properties.index());
			if (operation != null) {
				remember(operation, look, properties);
			}
		}
	}

	private void remember(IndexOperation operation, Look look, IndexProperties found) throws SQLException {
		OperationOrder order = look.remembered().orders().get(operation.name());
		IndexProperties kept = kept(order);
		CatalogRelation index = look.observation().seen(operation.name()).index();
		if (order != null && kept != null && index != null && kept.index() != found.index()
				&& Long.valueOf(found.index()).equals(order.index())) {
			putBack(kept, index);
			keep(operation, new IndexProperties(found.index(), kept.json()));
		}
		else if ((kept != null) ? !kept.equals(found) : found.json() != null) {
			keep(operation, found);
		}
	}

	private void keep(IndexOperation operation, IndexProperties properties) throws SQLException {
		this.database.withHistory((history) -> {
			history.undos().keeps(operation.name(), operation.sql(), properties.index(), properties.json());
			return true;
		});
	}

	/**
	 * Gives an index that was just built what the one before it had.
	 * @return what went wrong, with its mend, or {@code null}
	 */
	@Nullable String putBack(IndexOperation operation, Look look, CatalogRelation index, PhysicalConnection connection)
			throws SQLException {
		IndexProperties kept = kept(look.remembered().orders().get(operation.name()));
		if (kept == null) {
			return null;
		}
		try {
			kept.putBack(new JdbcTemplate(new SingleConnectionDataSource(connection.jdbc(), true)), index.name(),
					this.settings.lockTimeout());
		}
		catch (RuntimeException ex) {
			String warning = text(kept, SqlFailure.of(ex));
			logger.warn(operation.name() + ": " + warning);
			return warning;
		}
		// what is taken away from now on stays away
		keep(operation, new IndexProperties(index.oid(), kept.json()));
		return null;
	}

	/**
	 * Gives an index that is back after its drop was undone what it had before, where the
	 * session that built it did not.
	 */
	void putBack(IndexOperation operation, Look look) throws SQLException {
		IndexProperties kept = kept(look.remembered().orders().get(operation.name()));
		CatalogRelation index = look.observation().seen(operation.name()).index();
		if (kept != null && index != null && index.index() != null) {
			putBack(kept, index);
		}
	}

	private void putBack(IndexProperties kept, CatalogRelation index) throws SQLException {
		try {
			this.database.with((jdbc) -> {
				kept.putBack(jdbc, index.name(), this.settings.lockTimeout());
				return true;
			});
		}
		catch (SQLException ex) {
			if (SqlFailure.of(ex).classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			logger.warn(text(kept, SqlFailure.of(ex)));
		}
	}

	private static String text(IndexProperties kept, SqlFailure failure) {
		return "The index is complete, but has not got back all that the one before it had (" + kept.json() + "): "
				+ failure + ". Set it by hand.";
	}

	private static @Nullable IndexProperties kept(@Nullable OperationOrder order) {
		return (order != null && order.propertiesOf() != null)
				? new IndexProperties(order.propertiesOf(), order.properties()) : null;
	}

}
