package io.github.heavyindex;

/**
 * What an {@link IndexOperation} does.
 *
 * @since 0.1.0
 */
public enum OperationType {

	/**
	 * {@code CREATE INDEX}.
	 */
	CREATE,

	/**
	 * {@code DROP INDEX}.
	 */
	DROP,

	/**
	 * {@code ALTER INDEX … RENAME TO}.
	 */
	RENAME,

	/**
	 * {@code REINDEX INDEX}.
	 */
	REBUILD,

	/**
	 * {@code ALTER TABLE … ADD CONSTRAINT … USING INDEX}.
	 */
	CONSTRAINT

}
