package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.history.Transition;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.DefinitionComparer;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.PhysicalConnection;
import org.jspecify.annotations.Nullable;

/**
 * Asks PostgreSQL whether indexes are as they are declared, where a decision depends on
 * it, and remembers the answers.
 */
final class Comparisons {

	private final Engine engine;

	Comparisons(Engine engine) {
		this.engine = engine;
	}

	/**
	 * Makes the comparisons that decisions wait for.
	 * @return whether any was made
	 */
	boolean make(Look look, Map<String, Decision> decisions, @Nullable PhysicalConnection worker) throws SQLException {
		List<Decision.Compare> open = decisions.values()
			.stream()
			.filter(Decision.Compare.class::isInstance)
			.map(Decision.Compare.class::cast)
			.toList();
		if (open.isEmpty()) {
			return false;
		}
		if (worker != null) {
			compare(look, open, worker);
		}
		else {
			try (PhysicalConnection connection = this.engine.source().open(ConnectionPurpose.DDL, "definitions")) {
				compare(look, open, connection);
			}
		}
		return true;
	}

	private void compare(Look look, List<Decision.Compare> open, PhysicalConnection connection) throws SQLException {
		DefinitionComparer comparer = new DefinitionComparer(connection.jdbc());
		for (Decision.Compare compare : open) {
			CreateIndex create = compare.declaration();
			CatalogRelation table = look.observation().seen(create.name()).table();
			String actual = this.engine.definitions().definition(compare.index());
			if (table != null && actual != null) {
				Answer answer = comparer.ask(create, table.name(), actual);
				this.engine.definitions().answered(create, actual, answer);
				if (answer instanceof Answer.Defined defined && defined.equal()) {
					renew(create, look, compare.index(), actual);
				}
			}
		}
	}

	/**
	 * A completed operation stores what the catalog said; after an upgrade of the server,
	 * or of a column's name, it says so in other words.
	 */
	private void renew(CreateIndex create, Look look, CatalogRelation index, String definition) throws SQLException {
		OperationRecord record = look.records().get(create.name());
		if (this.engine.settings().executes() && record != null && record.state() == OperationState.COMPLETED
				&& record.sql().equals(create.sql()) && index.equals(look.observation().seen(create.name()).index())) {
			this.engine.record(create, Transition.completed(record.adopted(), definition), look);
		}
	}

}
