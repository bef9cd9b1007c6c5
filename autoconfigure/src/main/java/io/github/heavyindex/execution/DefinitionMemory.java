package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Comparison;
import io.github.heavyindex.decision.Comparisons;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.OperationRecord;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.Definitions;
import org.jspecify.annotations.Nullable;

/**
 * Remembers definitions of indexes and which of them are as declared, so that PostgreSQL
 * is asked once for each pair. Guarded by {@link Database}.
 */
final class DefinitionMemory implements Comparisons {

	private final Map<Long, Text> texts = new HashMap<>();

	private final Map<Pair, Comparison> compared = new HashMap<>();

	private final Map<Pair, Comparison> impossible = new HashMap<>();

	private final Set<Built> built = new HashSet<>();

	private Map<String, OperationRecord> records = Map.of();

	private int majorVersion;

	private @Nullable String unreadable;

	@Override
	public synchronized Comparison compare(CreateIndex operation, CatalogRelation index) {
		Text text = this.texts.get(index.oid());
		if (text == null || text.version() != index.version()) {
			return (this.unreadable != null) ? Comparison.impossible(this.unreadable) : Comparison.UNKNOWN;
		}
		OperationRecord record = this.records.get(operation.name());
		if (record != null && record.state() == OperationState.COMPLETED && record.sql().equals(operation.sql())
				&& Integer.valueOf(this.majorVersion).equals(record.definitionVersion())
				&& text.definition().equals(record.definition())) {
			return Comparison.EQUAL;
		}
		Pair pair = new Pair(operation.sql(), text.definition());
		Built own = new Built(operation.sql(), index.oid(), index.version());
		Comparison known = this.compared.get(pair);
		if (known != null) {
			this.built.remove(own);
			return known;
		}
		Comparison impossible = this.impossible.get(pair);
		if (impossible == null) {
			return Comparison.UNKNOWN;
		}
		if (!this.built.remove(own)) {
			return changed(record, operation) ? impossible.withActual(text.definition()) : impossible;
		}
		// this text, and no later one: a renamed column changes it without touching the
		// index's own rows
		this.compared.put(pair, Comparison.EQUAL);
		return Comparison.EQUAL;
	}

	/**
	 * Whether an operation was completed with another text of this server than the one
	 * that stands there now.
	 */
	private boolean changed(@Nullable OperationRecord record, CreateIndex operation) {
		return record != null && record.state() == OperationState.COMPLETED && record.sql().equals(operation.sql())
				&& record.definition() != null && Integer.valueOf(this.majorVersion).equals(record.definitionVersion());
	}

	/**
	 * The indexes whose definitions must be read, as their catalog rows are new to us.
	 * @param anew whether to read the others, too, so that a change the catalog row does
	 * not show is seen; what was read before stays known until then
	 */
	synchronized Set<Long> unread(Collection<Seen> all, boolean anew) {
		Set<Long> oids = new HashSet<>();
		for (Seen seen : all) {
			for (CatalogRelation relation : indexes(seen)) {
				Text text = this.texts.get(relation.oid());
				if (anew || text == null || text.version() != relation.version()) {
					oids.add(relation.oid());
				}
			}
			addLeftovers(seen, oids);
		}
		return oids;
	}

	// an invalid index may have left them, too
	private void addLeftovers(Seen seen, Set<Long> oids) {
		List<CatalogRelation> all = new ArrayList<>(seen.leftovers());
		if (!all.isEmpty() && seen.index() != null) {
			all.add(seen.index());
		}
		all.stream().filter((index) -> definition(index) == null).forEach((index) -> oids.add(index.oid()));
	}

	synchronized void learn(Collection<Seen> all, Map<Long, String> definitions) {
		this.unreadable = null;
		for (Seen seen : all) {
			for (CatalogRelation relation : relations(seen)) {
				String definition = definitions.get(relation.oid());
				if (definition != null) {
					this.texts.put(relation.oid(), new Text(relation.version(), definition));
				}
			}
		}
	}

	private static List<CatalogRelation> relations(Seen seen) {
		List<CatalogRelation> relations = new ArrayList<>(seen.leftovers());
		CatalogRelation side = (seen.side() != null) ? seen.side().relation() : null;
		for (CatalogRelation relation : new CatalogRelation[] { seen.index(), seen.renamed(), side }) {
			if (relation != null) {
				relations.add(relation);
			}
		}
		return relations;
	}

	/**
	 * The indexes whose definitions matter. Of an invalid one it does only where it may
	 * be what a replacement of ours left.
	 */
	private static List<CatalogRelation> indexes(Seen seen) {
		CatalogRelation side = (seen.side() != null) ? seen.side().relation() : null;
		return relations(seen).stream()
			.filter((relation) -> relation.index() != null
					&& (relation.index().valid() || relation.kind() == 'I' || relation == side))
			.toList();
	}

	/**
	 * The definitions could not be read: those not known stay unknown.
	 */
	synchronized void unreadable(String reason) {
		this.unreadable = "definitions cannot be read now: " + reason;
	}

	synchronized void remembered(Map<String, OperationRecord> records, int majorVersion) {
		this.records = records;
		this.majorVersion = majorVersion;
		this.impossible.clear();
	}

	synchronized @Nullable String definition(CatalogRelation index) {
		Text text = this.texts.get(index.oid());
		return (text != null && text.version() == index.version()) ? text.definition() : null;
	}

	/**
	 * Whether an index that is called like the leftover of a rebuild has the rebuilt
	 * index's definition.
	 * @return whether it has, or {@code null} while unknown
	 */
	synchronized @Nullable Boolean isCopy(CatalogRelation leftover, @Nullable CatalogRelation index) {
		String copy = definition(leftover);
		String original = (index != null) ? definition(index) : null;
		return (copy != null && original != null) ? immediate(copy).equals(immediate(original)) : null;
	}

	// only the index that backs a deferrable constraint is deferrable itself
	private static String immediate(String definition) {
		return definition.endsWith(Definitions.DEFERRABLE)
				? definition.substring(0, definition.length() - Definitions.DEFERRABLE.length()) : definition;
	}

	/**
	 * The definition of an index that is known to be as declared, or {@code null}: that
	 * of any other must never be stored as verified.
	 */
	synchronized @Nullable String verified(CreateIndex operation, CatalogRelation index) {
		return (compare(operation, index).verdict() == Comparison.Verdict.EQUAL) ? definition(index) : null;
	}

	/**
	 * What PostgreSQL made of a declaration while it was validated.
	 */
	synchronized void declared(CreateIndex operation, String definition) {
		this.compared.put(new Pair(operation.sql(), definition), Comparison.EQUAL);
	}

	/**
	 * The index that bore the name right after we had built it. It counts as ours only
	 * where no comparison can be made: somebody who waited for our lock may have put
	 * another one in its place before we looked.
	 */
	synchronized void built(CreateIndex operation, CatalogRelation index) {
		this.built.add(new Built(operation.sql(), index.oid(), index.version()));
	}

	/**
	 * What PostgreSQL answered.
	 * @param actual the definition that it was asked about; another one may be known by
	 * now
	 */
	synchronized void answered(CreateIndex operation, String actual, Answer answer) {
		Pair pair = new Pair(operation.sql(), actual);
		if (answer instanceof Answer.Defined defined) {
			this.compared.put(pair,
					defined.equal() ? Comparison.EQUAL : Comparison.different(defined.definition(), actual));
		}
		else if (answer instanceof Answer.Refused refused) {
			this.compared.put(pair, Comparison.different("refused by the server: " + refused.failure(), actual));
		}
		else if (answer instanceof Answer.NotNow notNow) {
			this.impossible.put(pair, Comparison.impossible(notNow.reason()));
		}
	}

	private record Text(long version, String definition) {
	}

	private record Pair(String sql, String definition) {
	}

	private record Built(String sql, long oid, long version) {
	}

}
