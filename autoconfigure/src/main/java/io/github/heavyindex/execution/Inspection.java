package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.HistoryTables;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.DefinitionComparer;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.Definitions;
import io.github.heavyindex.postgres.Definitions.Existing;
import io.github.heavyindex.postgres.OldTransactionReader;
import io.github.heavyindex.postgres.PartitionOutlook;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.ServerInfo;
import io.github.heavyindex.postgres.SqlFailure;
import io.github.heavyindex.postgres.TableFactsReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a check needs. It writes nothing; the empty clones on which declarations are
 * validated are rolled back.
 */
final class Inspection {

	/**
	 * How old a transaction is at least to be worth a word.
	 */
	static final Duration OLD = Duration.ofMinutes(1);

	private final Engine engine;

	private final List<IndexOperation> operations;

	private final List<String> notes = new ArrayList<>();

	Inspection(Engine engine, List<IndexOperation> operations) {
		this.engine = engine;
		this.operations = operations;
	}

	/**
	 * Observes, decides and reads once.
	 * @throws SQLException if the database cannot be used
	 */
	Findings make() throws SQLException {
		Judgement judgement = this.engine.judge(true);
		if (this.engine.limits() != null) {
			this.notes.add(this.engine.limits());
		}
		Set<Long> tables = tables(judgement);
		Map<String, Answer> answers = validate(judgement);
		return new Findings(server(), judgement, answers, partitions(judgement, answers),
				this.engine.with((jdbc) -> TableFactsReader.read(jdbc, tables)), existing(tables),
				this.engine.with((jdbc) -> OldTransactionReader.read(jdbc, OLD, this.engine.settings().showQueries())),
				this.engine.survey().undeclared(), historyProblem(), this.notes);
	}

	private Set<Long> tables(Judgement judgement) {
		Set<Long> tables = new HashSet<>();
		for (IndexOperation operation : this.operations) {
			Long table = judgement.look().observation().seen(operation.name()).tableOid();
			if (table != null) {
				tables.add(table);
			}
		}
		return tables;
	}

	private String server() {
		ServerInfo server = this.engine.source().server();
		return (server != null)
				? "PostgreSQL " + server.versionText() + ", database " + server.database() + ", role " + server.user()
				: "PostgreSQL";
	}

	/**
	 * Asks PostgreSQL what it makes of each index that is to be built, now or later.
	 */
	private Map<String, Answer> validate(Judgement judgement) throws SQLException {
		List<CreateIndex> open = this.operations.stream()
			.filter(CreateIndex.class::isInstance)
			.map(CreateIndex.class::cast)
			.filter((create) -> isOpen(judgement.decision(create)))
			.filter((create) -> judgement.look().observation().seen(create.name()).table() != null)
			.toList();
		Map<String, Answer> answers = new HashMap<>();
		if (open.isEmpty()) {
			return answers;
		}
		try (PhysicalConnection connection = this.engine.source().open(ConnectionPurpose.DDL, "check")) {
			DefinitionComparer comparer = new DefinitionComparer(connection.jdbc());
			for (CreateIndex create : open) {
				Seen seen = judgement.look().observation().seen(create.name());
				CatalogRelation table = seen.table();
				if (table != null) {
					answers.put(create.name(), comparer.ask(create, table.name(), null));
				}
			}
		}
		return answers;
	}

	private Map<String, Map<Long, PartitionState>> partitions(Judgement judgement, Map<String, Answer> answers) {
		Map<String, Map<Long, PartitionState>> partitions = new HashMap<>();
		for (IndexOperation operation : this.operations) {
			List<Partition> all = judgement.look().observation().seen(operation.name()).partitions();
			if (!all.isEmpty() && answers.get(operation.name()) instanceof Answer.Defined defined) {
				partitions.put(operation.name(), partitions(operation.index().name(), all, defined.definition()));
			}
		}
		return partitions;
	}

	private Map<Long, PartitionState> partitions(String index, List<Partition> all, String definition) {
		try {
			return this.engine.with((jdbc) -> PartitionOutlook.read(jdbc, all, index, definition));
		}
		catch (SQLException ex) {
			this.notes.add("The indexes of partitions cannot be read now, so that equal ones are not found: "
					+ SqlFailure.of(ex));
			return Map.of();
		}
	}

	private static boolean isOpen(Decision decision) {
		return decision.toDo() instanceof Decision.Run || decision instanceof Decision.Wait;
	}

	private Map<Long, List<Existing>> existing(Set<Long> tables) {
		try {
			return this.engine.with((jdbc) -> Definitions.ofTables(jdbc, tables));
		}
		catch (SQLException ex) {
			// a queued ALTER TABLE holds up the reading of definitions
			this.notes.add("Other indexes of the tables cannot be read now, so that duplicates are not found: "
					+ SqlFailure.of(ex));
			return Map.of();
		}
	}

	/**
	 * Why our own tables, which a check does without, could not be had.
	 */
	private @Nullable String historyProblem() throws SQLException {
		ServerInfo server = this.engine.source().server();
		String wanted = this.engine.settings().schema();
		String schema = (wanted != null) ? wanted
				: ObserverSession.firstOf((server != null) ? server.searchPath() : List.of());
		boolean exist = this.engine.with((jdbc) -> HistoryTables.exist(jdbc, schema));
		if (exist || this.operations.isEmpty()) {
			return null;
		}
		if (!this.engine.settings().createTables()) {
			return ObserverSession.missingTables(schema);
		}
		boolean mayCreate = this.engine.with((jdbc) -> Boolean.TRUE.equals(jdbc.queryForObject(
				"select coalesce((select has_schema_privilege(oid, 'CREATE') from pg_namespace where nspname = ?), false)",
				Boolean.class, schema)));
		return mayCreate ? null : "The tables of Heavy Index cannot be created in schema " + schema
				+ ": it does not exist, or the role has no CREATE on it. Grant that, or set heavy-index.history.schema.";
	}

}
