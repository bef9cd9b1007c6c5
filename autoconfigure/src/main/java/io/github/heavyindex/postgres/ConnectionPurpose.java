package io.github.heavyindex.postgres;

/**
 * What a connection is opened for; it decides the session's time limits and search path.
 *
 * @since 0.1.0
 */
public enum ConnectionPurpose {

	/**
	 * Runs one operation, for hours if need be: no time limits, the application's search
	 * path, and an idle session ends after a minute so that an orphan frees its locks.
	 */
	DDL,

	/**
	 * Looks at the catalog: {@code lock_timeout} 1 s, {@code statement_timeout} 5 s,
	 * {@code search_path = pg_catalog} so that definitions are printed with their
	 * schemas.
	 */
	OBSERVER,

	/**
	 * Reads and writes the starter's own tables: {@code lock_timeout} 1 s,
	 * {@code statement_timeout} 5 s, the application's search path.
	 */
	CONTROL

}
