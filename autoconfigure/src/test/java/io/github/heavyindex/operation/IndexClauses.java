package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.heavyindex.CreateIndex;
import org.jspecify.annotations.Nullable;

/**
 * A {@code CREATE INDEX} taken apart, so that a single part of it can be changed.
 *
 * @param create the statement; of it only the names and {@code UNIQUE} count
 * @param using the access method
 * @param elements the key columns
 * @param include the included columns
 * @param nulls what it says of nulls, as in {@code NOT DISTINCT}, or {@code null}
 * @param with the storage parameters
 * @param tablespace the tablespace, or {@code null}
 * @param where the predicate, or {@code null}
 */
public record IndexClauses(CreateIndex create, String using, List<IndexElement> elements, List<String> include,
		@Nullable String nulls, List<String> with, @Nullable String tablespace, @Nullable String where) {

	/**
	 * Takes a statement apart.
	 * @param create a statement that PostgreSQL accepts
	 * @return its clauses
	 */
	public static IndexClauses of(CreateIndex create) {
		SqlScan scan = new SqlScan(create.definition());
		String using = scan.accept("using") ? scan.name() : "btree";
		List<IndexElement> elements = scan.group().stream().map(IndexElement::of).toList();
		List<String> include = scan.accept("include") ? scan.group() : List.of();
		String nulls = scan.accept("nulls") ? (scan.accept("not") ? "NOT " : "") + scan.name() : null;
		List<String> with = scan.accept("with") ? scan.group() : List.of();
		String tablespace = scan.accept("tablespace") ? scan.name() : null;
		String where = scan.accept("where") ? scan.rest() : null;
		if (!scan.atEnd()) {
			throw new IllegalArgumentException("Not understood: " + create.sql());
		}
		return new IndexClauses(create, using, elements, include, nulls, with, tablespace, where);
	}

	/**
	 * Puts the statement together again.
	 * @return the statement
	 */
	public CreateIndex toOperation() {
		StringBuilder definition = new StringBuilder("USING ").append(this.using)
			.append(" (")
			.append(String.join(", ", this.elements.stream().map(IndexElement::sql).toList()))
			.append(')');
		append(definition, " INCLUDE (", String.join(", ", this.include), ")");
		append(definition, " NULLS ", this.nulls, "");
		append(definition, " WITH (", String.join(", ", this.with), ")");
		append(definition, " TABLESPACE ", this.tablespace, "");
		append(definition, " WHERE ", this.where, "");
		return new CreateIndex(this.create.table(), this.create.indexName(), this.create.unique(), this.create.only(),
				definition.toString(), this.create.options());
	}

	private static void append(StringBuilder definition, String before, @Nullable String clause, String after) {
		if (clause != null && !clause.isEmpty()) {
			definition.append(before).append(clause).append(after);
		}
	}

	public boolean nullsNotDistinct() {
		return this.nulls != null && this.nulls.toLowerCase(Locale.ROOT).startsWith("not");
	}

	public IndexClauses withUnique(boolean unique) {
		CreateIndex changed = new CreateIndex(this.create.table(), this.create.indexName(), unique, this.create.only(),
				this.create.definition(), this.create.options());
		return new IndexClauses(changed, this.using, this.elements, this.include, this.nulls, this.with,
				this.tablespace, this.where);
	}

	public IndexClauses withUsing(String using) {
		return new IndexClauses(this.create, using, this.elements, this.include, this.nulls, this.with, this.tablespace,
				this.where);
	}

	/**
	 * With another key column at a place, or one more at the end.
	 */
	public IndexClauses withElement(int place, IndexElement element) {
		List<IndexElement> changed = new ArrayList<>(this.elements);
		if (place == changed.size()) {
			changed.add(element);
		}
		else {
			changed.set(place, element);
		}
		return withElements(changed);
	}

	public IndexClauses withElements(List<IndexElement> elements) {
		return new IndexClauses(this.create, this.using, elements, this.include, this.nulls, this.with, this.tablespace,
				this.where);
	}

	public IndexClauses withInclude(List<String> include) {
		return new IndexClauses(this.create, this.using, this.elements, include, this.nulls, this.with, this.tablespace,
				this.where);
	}

	public IndexClauses withNulls(@Nullable String nulls) {
		return new IndexClauses(this.create, this.using, this.elements, this.include, nulls, this.with, this.tablespace,
				this.where);
	}

	public IndexClauses withParameters(List<String> with) {
		return new IndexClauses(this.create, this.using, this.elements, this.include, this.nulls, with, this.tablespace,
				this.where);
	}

	public IndexClauses withTablespace(@Nullable String tablespace) {
		return new IndexClauses(this.create, this.using, this.elements, this.include, this.nulls, this.with, tablespace,
				this.where);
	}

	public IndexClauses withWhere(@Nullable String where) {
		return new IndexClauses(this.create, this.using, this.elements, this.include, this.nulls, this.with,
				this.tablespace, where);
	}

}
