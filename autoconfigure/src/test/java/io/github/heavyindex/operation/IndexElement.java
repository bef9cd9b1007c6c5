package io.github.heavyindex.operation;

import org.jspecify.annotations.Nullable;

/**
 * A key column of an index, taken apart.
 *
 * @param column a column's name or an expression
 * @param collation the collation, or {@code null}
 * @param operatorClass the operator class, or {@code null}
 * @param parameters what stands in parentheses behind the operator class, or {@code null}
 * @param descending whether it says {@code DESC}
 * @param nullsFirst what it says of nulls, or {@code null}
 */
public record IndexElement(String column, @Nullable String collation, @Nullable String operatorClass,
		@Nullable String parameters, boolean descending, @Nullable Boolean nullsFirst) {

	static IndexElement of(String sql) {
		SqlScan scan = new SqlScan(sql);
		int start = scan.position();
		if (scan.atSymbol('(')) {
			scan.skipGroup();
		}
		else {
			scan.skipName();
			if (scan.atSymbol('(')) {
				scan.skipGroup();
			}
		}
		String column = scan.textFrom(start);
		String collation = scan.accept("collate") ? scan.name() : null;
		String operatorClass = (scan.atEnd() || scan.atWord("asc") || scan.atWord("desc") || scan.atWord("nulls"))
				? null : scan.name();
		String parameters = scan.atSymbol('(') ? String.join(", ", scan.group()) : null;
		scan.accept("asc");
		boolean descending = scan.accept("desc");
		Boolean nullsFirst = scan.accept("nulls") ? Boolean.valueOf(scan.name().equalsIgnoreCase("first")) : null;
		if (!scan.atEnd()) {
			throw new IllegalArgumentException("Not understood: " + sql);
		}
		return new IndexElement(column, collation, operatorClass, parameters, descending, nullsFirst);
	}

	/**
	 * Whether nulls come first, said or not.
	 */
	public boolean startsWithNulls() {
		return (this.nullsFirst != null) ? this.nullsFirst : this.descending;
	}

	public IndexElement withColumn(String column) {
		return new IndexElement(column, this.collation, this.operatorClass, this.parameters, this.descending,
				this.nullsFirst);
	}

	public IndexElement withCollation(String collation) {
		return new IndexElement(this.column, collation, this.operatorClass, this.parameters, this.descending,
				this.nullsFirst);
	}

	public IndexElement withOperatorClass(String operatorClass, @Nullable String parameters) {
		return new IndexElement(this.column, this.collation, operatorClass, parameters, this.descending,
				this.nullsFirst);
	}

	public IndexElement withOrder(boolean descending, boolean nullsFirst) {
		return new IndexElement(this.column, this.collation, this.operatorClass, this.parameters, descending,
				nullsFirst);
	}

	/**
	 * The element as SQL.
	 */
	public String sql() {
		return this.column + ((this.collation != null) ? " COLLATE " + this.collation : "")
				+ ((this.operatorClass != null) ? " " + this.operatorClass : "")
				+ ((this.parameters != null) ? " (" + this.parameters + ")" : "") + (this.descending ? " DESC" : "")
				+ ((this.nullsFirst != null) ? " NULLS " + (this.nullsFirst ? "FIRST" : "LAST") : "");
	}

}
