package io.github.heavyindex.testsupport;

import java.util.List;

/**
 * What the catalog says of the indexes of a database, asked anew each time.
 *
 * @param database the database
 */
public record Indexes(TestDatabase database) {

	/**
	 * Whether queries may use an index.
	 * @param index a name as SQL
	 * @return whether it exists, is valid and ready
	 */
	public boolean isValid(String index) {
		return this.database
			.query("select indisvalid and indisready from pg_index where indexrelid = to_regclass(?)", Boolean.class,
					index)
			.contains(true);
	}

	public boolean exists(String index) {
		return Boolean.TRUE.equals(this.database.single("select to_regclass(?) is not null", Boolean.class, index));
	}

	public long oid(String index) {
		return this.database.single("select ?::regclass::oid::bigint", Long.class, index);
	}

	/**
	 * The definition as PostgreSQL prints it.
	 * @param index a name as SQL
	 * @return one statement
	 */
	public String definition(String index) {
		return this.database.single("select pg_get_indexdef(?::regclass)", String.class, index);
	}

	/**
	 * All indexes that are not valid.
	 * @return their names
	 */
	public List<String> invalid() {
		return this.database.query(
				"select indexrelid::regclass::text from pg_index where not (indisvalid and indisready and indislive)",
				String.class);
	}

	/**
	 * Makes a valid index look like what a failed concurrent build left behind.
	 * @param index a name as SQL
	 */
	public void invalidate(String index) {
		this.database.execute("update pg_index set indisvalid = false where indexrelid = '" + index + "'::regclass");
	}

}
