package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Comparison.Verdict;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.execution.IndexMutations.Kind;
import io.github.heavyindex.execution.IndexMutations.Mutation;
import io.github.heavyindex.operation.IndexClauses;
import io.github.heavyindex.operation.IndexDeclaration;
import io.github.heavyindex.postgres.BuildSettings;
import io.github.heavyindex.postgres.CatalogReader;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.DedicatedConnections;
import io.github.heavyindex.postgres.DefinitionComparer;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.Definitions;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every index that PostgreSQL can build is recognised on the next start, and each single
 * change of it is seen: no false drift and no missed drift. What a change is, the raw
 * rows of the catalog tell, which the starter does not compare.
 */
class IndexCorpusTests {

	private static final Logger logger = LoggerFactory.getLogger(IndexCorpusTests.class);

	private static final String CHANGED_INDEX = "corpus changed";

	private static final int SAMPLE = 30;

	/**
	 * Whether each change of each definition is made, and looked at from both sides,
	 * which takes minutes; else half of the kinds for each definition, in turn, and every
	 * twentieth change from both sides.
	 */
	private static final boolean FULL = Boolean.getBoolean("heavy-index.test.corpus.full");

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final List<String> falseDrift = new ArrayList<>();

	private final List<String> missedDrift = new ArrayList<>();

	private final Map<Kind, Integer> seen = new EnumMap<>(Kind.class);

	private int spellings;

	private int bothWays;

	private PhysicalConnection ddl;

	private PhysicalConnection observer;

	private IndexCorpus corpus;

	@BeforeEach
	void load() throws SQLException {
		this.database.closeLater(this::dropTablespaces);
		this.corpus = IndexCorpus.load(on(this.database.connection()));
		DedicatedConnections source = new DedicatedConnections(null, null, this.database.dataSource(),
				BuildSettings.SERVER_DEFAULTS);
		this.ddl = this.database.closeLater(source.open(ConnectionPurpose.DDL, "corpus"));
		this.observer = this.database.closeLater(source.open(ConnectionPurpose.OBSERVER, "corpus"));
	}

	private void dropTablespaces() {
		this.database.execute("drop schema public, app, \"Sales Data\" cascade", "drop tablespace if exists corpus_one",
				"drop tablespace if exists \"Corpus Two\"");
	}

	private static JdbcTemplate on(Connection connection) {
		return new JdbcTemplate(new SingleConnectionDataSource(connection, true));
	}

	@Test
	void eachDefinitionIsRecognisedAndEachSingleChangeOfItIsSeen() throws SQLException {
		List<IndexCorpus.Entry> entries = this.corpus.entries();
		for (int i = 0; i < entries.size(); i++) {
			try {
				check(read(entries.get(i).sql(), i), i);
			}
			catch (SQLException | RuntimeException ex) {
				this.falseDrift.add(entries.get(i) + ": " + ex);
			}
		}
		int changes = this.seen.values().stream().mapToInt(Integer::intValue).sum();
		logger.info("""
				PostgreSQL {}: {} definitions built and recognised, {} other spellings recognised: false drift {}. \
				{} single changes, {}, {} of them both ways: missed drift {}. Left out: {}""",
				this.ddl.server().versionText(), this.corpus.entries().size(), this.spellings, this.falseDrift.size(),
				changes, this.seen, this.bothWays, this.missedDrift.size(), this.corpus.left());
		assertThat(this.falseDrift).as("false drift").isEmpty();
		assertThat(this.missedDrift).as("missed drift").isEmpty();
		assertThat(this.corpus.entries()).hasSizeGreaterThan(300);
		assertThat(this.seen).containsOnlyKeys(Kind.values());
	}

	@Test
	void aSampleOfThemGoesThroughAnApplicationAndASecondStart() {
		TestApplication.Builder builder = TestApplication.on(this.database)
			.property("heavy-index.max-concurrent-operations", "4");
		List<IndexCorpus.Entry> entries = this.corpus.entries();
		int step = entries.size() / SAMPLE;
		for (int i = 0; i < SAMPLE; i++) {
			builder.operation("corpus_" + i, entries.get(i * step).sql());
		}
		try (TestApplication application = builder.start()) {
			allCompleted(application, false);
		}
		this.database.execute("drop table heavy_index_operation, heavy_index_attempt");
		try (TestApplication application = builder.start()) {
			allCompleted(application, true);
		}
	}

	private static void allCompleted(TestApplication application, boolean adopted) {
		application.awaitAllDone();
		assertThat(application.heavyIndexes().status().operations()).hasSize(SAMPLE)
			.allSatisfy((operation) -> assertThat(operation.completed()).as("%s", operation).isTrue())
			.extracting(OperationStatus::adopted)
			.containsOnly(adopted);
	}

	private static CreateIndex read(String sql, int number) {
		return (CreateIndex) new IndexDeclaration(sql, "", "", List.of(), "", false, "", List.of(),
				new OperationOptions("corpus_" + number, Set.of(), false, null, null, false, null, null, null))
			.toOperation();
	}

	private void check(CreateIndex declared, int number) throws SQLException {
		RelationName table = Objects.requireNonNull(look(declared).table(), "the table").name();
		Answer validation = new DefinitionComparer(this.ddl.jdbc()).ask(declared, table, null);
		if (!(validation instanceof Answer.Defined)) {
			this.falseDrift.add(declared.sql() + " is not accepted: " + validation);
		}
		execute(ResolvedStatement.of(declared, look(declared)));
		CatalogRelation index = Objects.requireNonNull(look(declared).index(), "the index");
		assertThat(Objects.requireNonNull(index.index()).valid()).isTrue();
		String definition = recognise(declared, table, index);
		IndexFacts facts = IndexFacts.of(on(this.ddl.jdbc()), index.oid());
		for (CreateIndex spelling : spellings(declared, facts, index.oid())) {
			expectEqual(spelling, table, definition);
			this.spellings++;
		}
		String stored = IndexFacts.stored(on(this.ddl.jdbc()), index.oid());
		List<Mutation> mutations = IndexMutations.of(declared, facts);
		Collections.rotate(mutations, number);
		Set<Kind> kinds = EnumSet.noneOf(Kind.class);
		for (Mutation mutation : mutations) {
			if (isDue(mutation.kind(), kinds, number) && isSeen(mutation, declared, table, definition, stored)) {
				kinds.add(mutation.kind());
			}
		}
		execute("drop index " + index.name().quoted());
	}

	/**
	 * As on a start that remembers nothing.
	 */
	private String recognise(CreateIndex declared, RelationName table, CatalogRelation index) throws SQLException {
		DefinitionMemory memory = new DefinitionMemory();
		Seen seen = look(declared);
		memory.learn(List.of(seen), Definitions.read(on(this.observer.jdbc()), memory.unread(List.of(seen), false)));
		assertThat(memory.compare(declared, index).verdict()).isEqualTo(Verdict.UNKNOWN);
		String definition = Objects.requireNonNull(memory.definition(index));
		memory.answered(declared, definition, new DefinitionComparer(this.ddl.jdbc()).ask(declared, table, definition));
		if (memory.compare(declared, index).verdict() != Verdict.EQUAL) {
			this.falseDrift.add(declared.sql() + ": " + memory.compare(declared, index));
		}
		return definition;
	}

	private List<CreateIndex> spellings(CreateIndex declared, IndexFacts facts, long index) {
		List<CreateIndex> spellings = IndexMutations.spellings(declared, facts);
		// what \d prints, which hides the tablespace
		String printed = on(this.observer.jdbc()).queryForObject("select pg_get_indexdef(?)", String.class, index);
		IndexClauses own = IndexClauses.of(declared);
		IndexClauses prints = IndexClauses.of(read(Objects.requireNonNull(printed), 0));
		spellings.add(((own.tablespace() != null) ? prints.withTablespace(own.tablespace()) : prints).toOperation());
		return spellings;
	}

	/**
	 * The definition of another index on the table, or {@code null} if the server refuses
	 * it or it is the same index.
	 */
	private @Nullable String definitionOf(CreateIndex other, RelationName table, String stored) throws SQLException {
		JdbcTemplate jdbc = on(this.ddl.jdbc());
		this.ddl.jdbc().setAutoCommit(false);
		try {
			execute(new CreateIndex(table, CHANGED_INDEX, other.unique(), other.only(), other.definition(),
					other.options())
				.sqlOn(table.quoted()));
			Long oid = Objects.requireNonNull(jdbc.queryForObject("select oid::bigint from pg_class where relname = ?",
					Long.class, CHANGED_INDEX));
			if (IndexFacts.stored(jdbc, oid).equals(stored)) {
				return null;
			}
			jdbc.execute("set local search_path = pg_catalog");
			return Definitions.read(jdbc, List.of(oid)).get(oid);
		}
		catch (SQLException | DataAccessException ex) {
			return null;
		}
		finally {
			this.ddl.jdbc().rollback();
			this.ddl.jdbc().setAutoCommit(true);
		}
	}

	private static boolean isDue(Kind kind, Set<Kind> done, int number) {
		return FULL || (!done.contains(kind) && (kind.ordinal() + number) % 2 == 0);
	}

	/**
	 * Whether the change can be made; if so, it must be seen.
	 */
	private boolean isSeen(Mutation mutation, CreateIndex declared, RelationName table, String definition,
			String stored) throws SQLException {
		for (CreateIndex changed : mutation.ways()) {
			String changedDefinition = definitionOf(changed, table, stored);
			if (changedDefinition != null) {
				int count = this.seen.merge(mutation.kind(), 1, Integer::sum);
				expectDifferent(mutation.kind(), changed, table, definition);
				if (FULL || count % 20 == 0) {
					// not the declaration changed, but the index
					expectDifferent(mutation.kind(), declared, table, changedDefinition);
					expectEqual(changed, table, changedDefinition);
					this.bothWays++;
				}
				return true;
			}
		}
		return false;
	}

	private void expectEqual(CreateIndex declared, RelationName table, String definition) throws SQLException {
		Answer answer = new DefinitionComparer(this.ddl.jdbc()).ask(declared, table, definition);
		if (!(answer instanceof Answer.Defined defined && defined.equal())) {
			this.falseDrift.add(declared.sql() + " against " + definition + ": " + answer);
		}
	}

	private void expectDifferent(Kind kind, CreateIndex declared, RelationName table, String definition)
			throws SQLException {
		Answer answer = new DefinitionComparer(this.ddl.jdbc()).ask(declared, table, definition);
		if (!(answer instanceof Answer.Defined defined && !defined.equal())) {
			this.missedDrift.add(kind + ", " + declared.sql() + " against " + definition + ": " + answer);
		}
	}

	private Seen look(CreateIndex declared) {
		return Optional
			.ofNullable(CatalogReader.read(on(this.observer.jdbc()), List.of(declared), this.ddl.server().searchPath())
				.seen()
				.get(declared.name()))
			.orElse(Seen.NOTHING);
	}

	private void execute(String sql) throws SQLException {
		this.ddl.execute(sql);
	}

}
