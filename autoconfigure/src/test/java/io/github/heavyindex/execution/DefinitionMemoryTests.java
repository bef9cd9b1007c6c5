package io.github.heavyindex.execution;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Comparison;
import io.github.heavyindex.decision.Comparison.Verdict;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DefinitionMemory}.
 */
class DefinitionMemoryTests {

	private static final String DEFINITION = "USING btree (a)";

	private static final CreateIndex CREATE = CreateIndex.named("x").on("t").columns("a").build();

	private final DefinitionMemory memory = new DefinitionMemory();

	private static CatalogRelation index(long oid, long version, boolean valid) {
		return new CatalogRelation(oid, version, new RelationName("public", "x"), 'i', 8192, new IndexState(1,
				new RelationName("public", "t"), 8192, valid, true, false, false, false, null, null, false));
	}

	private static Seen seen(CatalogRelation index) {
		return new Seen(null, index, null);
	}

	private static Map<String, OperationRecord> record(OperationState state, String sql, @Nullable String definition,
			@Nullable Integer version) {
		return Map.of(CREATE.name(), new OperationRecord(CREATE.name(), sql, state, false, 1, null, null, null, null,
				null, null, null, false, null, definition, version, Instant.EPOCH, null, null));
	}

	private void learn(CatalogRelation index, String definition) {
		this.memory.learn(List.of(seen(index)), Map.of(index.oid(), definition));
	}

	private Verdict verdict(CatalogRelation index) {
		return this.memory.compare(CREATE, index).verdict();
	}

	@Test
	void nothingIsKnownAtFirst() {
		assertThat(verdict(index(10, 1, true))).isEqualTo(Verdict.UNKNOWN);
		assertThat(this.memory.unread(List.of(seen(index(10, 1, true))), false)).containsExactly(10L);
		assertThat(this.memory.definition(index(10, 1, true))).isNull();
	}

	@Test
	void aDefinitionIsReadOnceForEachVersionOfItsRow() {
		CatalogRelation index = index(10, 1, true);
		learn(index, DEFINITION);
		assertThat(this.memory.unread(List.of(seen(index)), false)).isEmpty();
		assertThat(this.memory.definition(index)).isEqualTo(DEFINITION);
		CatalogRelation changed = index(10, 2, true);
		assertThat(this.memory.unread(List.of(seen(changed)), false)).containsExactly(10L);
		assertThat(verdict(changed)).isEqualTo(Verdict.UNKNOWN);
		assertThat(this.memory.definition(changed)).isNull();
		assertThat(this.memory.unread(List.of(seen(index)), true)).containsExactly(10L);
	}

	@Test
	void definitionsOfInvalidIndexesAreNotRead() {
		assertThat(this.memory.unread(List.of(seen(index(10, 1, false)), Seen.NOTHING), false)).isEmpty();
	}

	@Test
	void theNewNameOfARenameIsReadToo() {
		assertThat(this.memory.unread(List.of(new Seen(null, null, index(11, 1, true))), false)).containsExactly(11L);
	}

	@Test
	void aCompletedRecordSparesTheComparison() {
		CatalogRelation index = index(10, 1, true);
		learn(index, DEFINITION);
		this.memory.remembered(record(OperationState.COMPLETED, CREATE.sql(), DEFINITION, 17), 17);
		assertThat(verdict(index)).isEqualTo(Verdict.EQUAL);
	}

	@Test
	void aRecordThatSaysSomethingElseDoesNot() {
		CatalogRelation index = index(10, 1, true);
		learn(index, DEFINITION);
		this.memory.remembered(record(OperationState.COMPLETED, CREATE.sql(), "USING btree (b)", 17), 17);
		assertThat(verdict(index)).as("another definition").isEqualTo(Verdict.UNKNOWN);
		this.memory.remembered(record(OperationState.COMPLETED, CREATE.sql(), DEFINITION, 16), 17);
		assertThat(verdict(index)).as("another major version").isEqualTo(Verdict.UNKNOWN);
		this.memory.remembered(record(OperationState.COMPLETED, "CREATE INDEX x ON t (c)", DEFINITION, 17), 17);
		assertThat(verdict(index)).as("declared anew").isEqualTo(Verdict.UNKNOWN);
		this.memory.remembered(record(OperationState.PENDING, CREATE.sql(), DEFINITION, 17), 17);
		assertThat(verdict(index)).as("not completed").isEqualTo(Verdict.UNKNOWN);
		this.memory.remembered(record(OperationState.COMPLETED, CREATE.sql(), null, null), 17);
		assertThat(verdict(index)).as("without definition").isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void answersAreKeptForThePair() {
		CatalogRelation index = index(10, 1, true);
		learn(index, DEFINITION);
		this.memory.answered(CREATE, DEFINITION, new Answer.Defined(DEFINITION, true));
		assertThat(verdict(index)).isEqualTo(Verdict.EQUAL);
		CatalogRelation rebuilt = index(12, 5, true);
		learn(rebuilt, DEFINITION);
		assertThat(verdict(rebuilt)).as("same text, another index").isEqualTo(Verdict.EQUAL);
		CatalogRelation other = index(13, 1, true);
		learn(other, "USING btree (b)");
		assertThat(verdict(other)).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void aDifferenceShowsBoth() {
		CatalogRelation index = index(10, 1, true);
		learn(index, "USING btree (b)");
		this.memory.answered(CREATE, "USING btree (b)", new Answer.Defined(DEFINITION, false));
		assertThat(this.memory.compare(CREATE, index)).isEqualTo(Comparison.different(DEFINITION, "USING btree (b)"));
	}

	@Test
	void whatWasDeclaredIsKnownWithoutAsking() {
		this.memory.declared(CREATE, DEFINITION);
		CatalogRelation index = index(10, 1, true);
		learn(index, DEFINITION);
		assertThat(verdict(index)).isEqualTo(Verdict.EQUAL);
	}

	@Test
	void whatCannotBeComparedNowIsAskedAgainNextTime() {
		CatalogRelation index = index(10, 1, true);
		learn(index, DEFINITION);
		this.memory.answered(CREATE, DEFINITION, new Answer.NotNow("lock timeout"));
		assertThat(this.memory.compare(CREATE, index)).isEqualTo(Comparison.impossible("lock timeout"));
		this.memory.remembered(Map.of(), 17);
		assertThat(verdict(index)).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void whatWeBuiltNeedsNoComparison() {
		CatalogRelation index = index(10, 1, true);
		learn(index, DEFINITION);
		this.memory.answered(CREATE, DEFINITION, new Answer.NotNow("no privilege"));
		this.memory.built(CREATE, index);
		assertThat(verdict(index)).isEqualTo(Verdict.EQUAL);
		CatalogRelation replaced = index(10, 2, true);
		learn(replaced, DEFINITION + " WHERE true");
		assertThat(verdict(replaced)).as("changed since").isNotEqualTo(Verdict.EQUAL);
	}

	@Test
	void whatStandsWhereWeBuiltIsComparedAllTheSame() {
		this.memory.declared(CREATE, DEFINITION);
		CatalogRelation replaced = index(11, 1, true);
		// somebody waited for our lock, and was faster than our look
		learn(replaced, "USING btree (b)");
		this.memory.built(CREATE, replaced);
		assertThat(verdict(replaced)).isEqualTo(Verdict.UNKNOWN);
		this.memory.answered(CREATE, "USING btree (b)", new Answer.Defined(DEFINITION, false));
		assertThat(verdict(replaced)).isEqualTo(Verdict.DIFFERENT);
	}

	@Test
	void definitionsThatCannotBeReadAreNoDifference() {
		CatalogRelation index = index(10, 1, true);
		this.memory.unreadable("lock timeout");
		assertThat(this.memory.compare(CREATE, index)).satisfies((comparison) -> {
			assertThat(comparison.verdict()).isEqualTo(Verdict.IMPOSSIBLE);
			assertThat(comparison.reason()).contains("lock timeout");
		});
		learn(index, DEFINITION);
		assertThat(verdict(index)).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void anAnswerSaysNothingOfADefinitionThatCameMeanwhile() {
		learn(index(10, 1, true), DEFINITION);
		learn(index(10, 2, true), "USING btree (b)");
		this.memory.answered(CREATE, DEFINITION, new Answer.Defined(DEFINITION, true));
		assertThat(verdict(index(10, 2, true))).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void onlyTheDefinitionOfAnEqualIndexIsVerified() {
		CatalogRelation index = index(10, 1, true);
		learn(index, "USING btree (b)");
		assertThat(this.memory.verified(CREATE, index)).isNull();
		this.memory.answered(CREATE, "USING btree (b)", new Answer.Defined(DEFINITION, false));
		assertThat(this.memory.verified(CREATE, index)).isNull();
		learn(index, DEFINITION);
		this.memory.declared(CREATE, DEFINITION);
		assertThat(this.memory.verified(CREATE, index)).isEqualTo(DEFINITION);
	}

	@Test
	void whatWasReadStaysKnownWhileItCannotBeReadAnew() {
		CatalogRelation index = index(10, 1, true);
		learn(index, "USING btree (b)");
		this.memory.answered(CREATE, "USING btree (b)", new Answer.Defined(DEFINITION, false));
		assertThat(this.memory.unread(List.of(seen(index)), true)).containsExactly(10L);
		this.memory.unreadable("lock timeout");
		assertThat(verdict(index)).isEqualTo(Verdict.DIFFERENT);
	}

}
