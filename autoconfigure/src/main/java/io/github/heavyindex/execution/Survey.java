package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.decision.Bloat;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.postgres.BloatReader;
import io.github.heavyindex.postgres.InvalidIndexReader;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for with each drift check, beside the observation itself: invalid
 * indexes that nobody declared, what people gave to those that were built, and, where an
 * operation asks for it, bloat. Where it cannot be made, operations go on without it.
 * Made by the loop, read by everybody.
 */
final class Survey {

	private static final Log logger = LogFactory.getLog(Survey.class);

	private final Database database;

	private final PropertyMemory properties;

	private final boolean executes;

	private final List<IndexOperation> asking;

	private volatile @Nullable UndeclaredInvalidIndexes undeclared;

	private volatile Map<Long, Bloat> bloat = Map.of();

	Survey(Database database, PropertyMemory properties, boolean executes, Collection<IndexOperation> operations) {
		this.properties = properties;
		this.database = database;
		this.executes = executes;
		this.asking = operations.stream()
			.filter((operation) -> operation.options().rebuildWhenBloat() != null)
			.toList();
	}

	void make(Look look) {
		try {
			this.undeclared = this.database.with((jdbc) -> InvalidIndexReader.read(jdbc, known(look)));
			if (!this.asking.isEmpty()) {
				this.bloat = this.database.with((jdbc) -> BloatReader.read(jdbc, asked(look)));
				calibrate(look);
			}
			this.properties.survey(look);
		}
		catch (SQLException ex) {
			this.undeclared = null;
			this.bloat = Map.of();
			logger.debug("Invalid indexes and bloat cannot be read: " + SqlFailure.of(ex), ex);
		}
	}

	/**
	 * The invalid indexes of the database that no operation declares, or {@code null}
	 * while unknown.
	 */
	@Nullable UndeclaredInvalidIndexes undeclared() {
		return this.undeclared;
	}

	/**
	 * The bloat of the indexes that operations ask for, by oid.
	 */
	Map<Long, Bloat> bloat() {
		return this.bloat;
	}

	/**
	 * A fresh index has no bloat: what is estimated after a rebuild is the error.
	 */
	private void calibrate(Look look) throws SQLException {
		for (IndexOperation operation : this.asking) {
			OperationRecord record = look.records().get(operation.name());
			CatalogRelation index = look.observation().seen(operation.name()).index();
			if (!this.executes || record == null || index == null || record.state() != OperationState.COMPLETED
					|| record.freshBloat() != null) {
				continue;
			}
			Bloat bloat = this.bloat.get(index.oid());
			Long before = record.indexOid();
			Double percent = (bloat != null) ? bloat.percent() : null;
			if (before != null && percent != null && before != index.oid()) {
				this.database.withHistory((history) -> {
					history.calibrate(operation.name(), before, percent);
					return true;
				});
			}
		}
	}

	private Set<Long> asked(Look look) {
		Set<Long> asked = new HashSet<>();
		for (IndexOperation operation : this.asking) {
			CatalogRelation index = look.observation().seen(operation.name()).index();
			if (index != null && index.index() != null) {
				asked.add(index.oid());
			}
		}
		return asked;
	}

	private static Set<Long> known(Look look) {
		Set<Long> known = new HashSet<>();
		look.observation().seen().forEach((name, seen) -> {
			for (CatalogRelation relation : new CatalogRelation[] { seen.index(), seen.renamed() }) {
				if (relation != null) {
					known.add(relation.oid());
				}
			}
			OperationRecord record = look.records().get(name);
			// what a completed rebuild finds later was left by somebody else
			if (record == null || record.state() != OperationState.COMPLETED) {
				seen.leftovers().forEach((leftover) -> known.add(leftover.oid()));
			}
		});
		return known;
	}

}
