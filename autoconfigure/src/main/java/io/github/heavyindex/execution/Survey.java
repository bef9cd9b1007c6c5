package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.postgres.InvalidIndexReader;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for with each drift check, beside the observation itself. Where it
 * cannot be made, operations go on without it. Made by the loop, read by everybody.
 */
final class Survey {

	private static final Log logger = LogFactory.getLog(Survey.class);

	private final Database database;

	private volatile @Nullable UndeclaredInvalidIndexes undeclared;

	Survey(Database database) {
		this.database = database;
	}

	void make(Look look) {
		try {
			this.undeclared = this.database.with((jdbc) -> InvalidIndexReader.read(jdbc, known(look)));
		}
		catch (SQLException ex) {
			this.undeclared = null;
			logger.debug("The invalid indexes that nobody declared cannot be read: " + SqlFailure.of(ex), ex);
		}
	}

	/**
	 * The invalid indexes of the database that no operation declares, or {@code null}
	 * while unknown.
	 */
	@Nullable UndeclaredInvalidIndexes undeclared() {
		return this.undeclared;
	}

	private static Set<Long> known(Look look) {
		Set<Long> known = new HashSet<>();
		for (Seen seen : look.observation().seen().values()) {
			for (CatalogRelation relation : new CatalogRelation[] { seen.index(), seen.renamed() }) {
				if (relation != null) {
					known.add(relation.oid());
				}
			}
		}
		return known;
	}

}
