package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.operation.IndexClauses;
import io.github.heavyindex.operation.IndexElement;

/**
 * Single changes of an index, each with several ways to make it: which of them PostgreSQL
 * accepts, and which of those make another index, only the server can tell.
 */
final class IndexMutations {

	private static final Map<String, List<String>> VALUES = Map.ofEntries(Map.entry("fillfactor", List.of("73", "74")),
			Map.entry("deduplicate_items", List.of("off", "on")), Map.entry("fastupdate", List.of("off", "on")),
			Map.entry("gin_pending_list_limit", List.of("64", "65")), Map.entry("buffering", List.of("on", "off")),
			Map.entry("pages_per_range", List.of("9", "10")), Map.entry("autosummarize", List.of("on", "off")),
			Map.entry("length", List.of("96", "112")), Map.entry("col1", List.of("3", "5")),
			Map.entry("col2", List.of("3", "5")), Map.entry("siglen", List.of("64", "68")),
			Map.entry("numranges", List.of("60", "70")), Map.entry("values_per_range", List.of("20", "21")),
			Map.entry("n_distinct_per_range", List.of("200", "201")),
			Map.entry("false_positive_rate", List.of("0.02", "0.03")));

	private static final Map<String, String> PARAMETERS = Map.of("gin", "fastupdate", "brin", "pages_per_range",
			"bloom", "length");

	private final IndexClauses index;

	private final IndexFacts facts;

	private final List<Mutation> mutations = new ArrayList<>();

	private IndexMutations(IndexClauses index, IndexFacts facts) {
		this.index = index;
		this.facts = facts;
	}

	static List<Mutation> of(CreateIndex create, IndexFacts facts) {
		IndexMutations all = new IndexMutations(IndexClauses.of(create), facts);
		all.columns();
		IntStream.of(0, all.index.elements().size() - 1)
			.distinct()
			.forEach((place) -> all.element(place, all.index.elements().get(place), facts.keys().get(place)));
		all.predicate();
		all.uniqueness();
		all.includedColumns();
		all.parameters();
		all.place();
		return all.mutations;
	}

	/**
	 * Other ways to write the same index.
	 */
	static List<CreateIndex> spellings(CreateIndex create, IndexFacts facts) {
		IndexClauses index = IndexClauses.of(create);
		List<CreateIndex> spellings = new ArrayList<>();
		List<IndexElement> ordered = new ArrayList<>();
		for (int place = 0; place < index.elements().size(); place++) {
			IndexElement element = index.elements().get(place);
			ordered.add(facts.keys().get(place).orderable()
					? element.withOrder(element.descending(), element.startsWithNulls()) : element);
		}
		spellings.add(index.withElements(ordered).toOperation());
		if (index.where() != null) {
			spellings.add(index.withWhere("((" + index.where() + "))").toOperation());
		}
		return spellings;
	}

	private void columns() {
		List<IndexElement> elements = this.index.elements();
		add(Kind.COLUMN, columns((column) -> this.index.withElement(0, elements.get(0).withColumn(column))));
		add(Kind.COLUMN, columns((column) -> this.index.withElement(elements.size(),
				new IndexElement(column, null, null, null, false, null))));
		if (elements.size() > 1) {
			add(Kind.COLUMN, Stream.of(this.index.withElements(elements.subList(0, elements.size() - 1))));
			List<IndexElement> swapped = new ArrayList<>(elements);
			swapped.set(0, elements.get(1));
			swapped.set(1, elements.get(0));
			add(Kind.COLUMN, Stream.of(this.index.withElements(swapped)));
		}
	}

	private Stream<IndexClauses> columns(Function<String, IndexClauses> change) {
		return this.facts.columns().stream().map(change);
	}

	private void element(int place, IndexElement element, IndexFacts.Key key) {
		if (key.orderable()) {
			add(Kind.ORDER, Stream.of(this.index.withElement(place,
					element.withOrder(!element.descending(), element.startsWithNulls()))));
			add(Kind.ORDER, Stream.of(this.index.withElement(place,
					element.withOrder(element.descending(), !element.startsWithNulls()))));
		}
		if (key.collatable()) {
			add(Kind.COLLATION, Stream.of("\"C\"", "\"POSIX\"")
				.map((collation) -> this.index.withElement(place, element.withCollation(collation))));
		}
		add(Kind.OPERATOR_CLASS,
				key.otherClasses()
					.stream()
					.map((other) -> this.index.withElement(place, element.withOperatorClass(other, null))));
		if (element.operatorClass() != null && element.parameters() != null) {
			List<String> parameters = List.of(element.parameters().split(","));
			for (int i = 0; i < parameters.size(); i++) {
				add(Kind.OPERATOR_CLASS, changed(parameters, i).map((changed) -> this.index.withElement(place,
						element.withOperatorClass(element.operatorClass(), String.join(", ", changed)))));
			}
			add(Kind.OPERATOR_CLASS,
					Stream.of(this.index.withElement(place, element.withOperatorClass(element.operatorClass(), null))));
		}
	}

	private void predicate() {
		String where = this.index.where();
		if (where == null) {
			add(Kind.PREDICATE, columns((column) -> this.index.withWhere(column + " IS NOT NULL")));
		}
		else {
			add(Kind.PREDICATE, Stream.of(this.index.withWhere(null)));
			add(Kind.PREDICATE, Stream.of(this.index.withWhere("NOT (" + where + ")")));
			add(Kind.PREDICATE,
					columns((column) -> this.index.withWhere("(" + where + ") AND " + column + " IS NULL")));
		}
	}

	private void uniqueness() {
		if (this.facts.canBeUnique()) {
			boolean unique = this.index.create().unique();
			add(Kind.UNIQUENESS, Stream.of(this.index.withUnique(!unique)));
			if (unique && this.facts.canTreatNullsAsEqual()) {
				add(Kind.UNIQUENESS,
						Stream.of(this.index.withNulls(this.index.nullsNotDistinct() ? null : "NOT DISTINCT")));
			}
		}
	}

	private void includedColumns() {
		List<String> include = this.index.include();
		if (this.facts.canInclude()) {
			add(Kind.INCLUDED_COLUMN, columns((column) -> {
				List<String> more = new ArrayList<>(include);
				more.add(column);
				return this.index.withInclude(more);
			}));
		}
		if (!include.isEmpty()) {
			add(Kind.INCLUDED_COLUMN, Stream.of(this.index.withInclude(include.subList(0, include.size() - 1))));
			add(Kind.INCLUDED_COLUMN, columns((column) -> {
				List<String> other = new ArrayList<>(include);
				other.set(0, column);
				return this.index.withInclude(other);
			}));
		}
	}

	private void parameters() {
		List<String> with = this.index.with();
		for (int i = 0; i < with.size(); i++) {
			add(Kind.STORAGE_PARAMETER, changed(with, i).map(this.index::withParameters));
			List<String> fewer = new ArrayList<>(with);
			fewer.remove(i);
			add(Kind.STORAGE_PARAMETER, Stream.of(this.index.withParameters(fewer)));
		}
		String added = PARAMETERS.getOrDefault(this.index.using(), "fillfactor");
		if (with.stream().noneMatch((parameter) -> name(parameter).equals(added))) {
			add(Kind.STORAGE_PARAMETER, values(added).stream().map((value) -> {
				List<String> more = new ArrayList<>(with);
				more.add(added + " = " + value);
				return this.index.withParameters(more);
			}));
		}
	}

	private static Stream<List<String>> changed(List<String> parameters, int place) {
		String name = name(parameters.get(place));
		return values(name).stream().map((value) -> {
			List<String> changed = new ArrayList<>(parameters);
			changed.set(place, name + " = " + value);
			return changed;
		});
	}

	private static List<String> values(String parameter) {
		return Objects.requireNonNull(VALUES.get(parameter), parameter);
	}

	private static String name(String parameter) {
		return parameter.split("=")[0].strip().toLowerCase(Locale.ROOT);
	}

	private void place() {
		add(Kind.TABLESPACE,
				Stream.of("corpus_one", "\"Corpus Two\"").map((tablespace) -> this.index.withTablespace(tablespace)));
		add(Kind.ACCESS_METHOD, Stream.of("btree", "hash", "gist", "spgist", "brin", "gin")
			.map((method) -> this.index.withUsing(method)));
	}

	private void add(Kind kind, Stream<IndexClauses> ways) {
		this.mutations.add(new Mutation(kind, ways.map(IndexClauses::toOperation).toList()));
	}

	/**
	 * What is changed.
	 */
	enum Kind {

		COLUMN, ORDER, PREDICATE, OPERATOR_CLASS, COLLATION, UNIQUENESS, INCLUDED_COLUMN, STORAGE_PARAMETER, TABLESPACE,
		ACCESS_METHOD

	}

	/**
	 * A single change.
	 *
	 * @param kind what is changed
	 * @param ways declarations with this one change, of which some may be refused by the
	 * server or be no change at all
	 */
	record Mutation(Kind kind, List<CreateIndex> ways) {

	}

}
