package io.github.heavyindex;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Declares one index operation that is carried out in the background after start-up.
 * <p>
 * On a class it is a stereotype, and the operation is either {@link #sql() SQL} or, for
 * {@code CREATE INDEX} only, the attributes {@link #table()}, {@link #index()},
 * {@link #columns()} and so on. On a {@code @Bean} method that returns an
 * {@link IndexOperation} it is a marker that may set only {@link #name()},
 * {@link #dependsOn()}, {@link #dependsOnClass()}, {@link #critical()},
 * {@link #description()}, {@link #requiresApproval()}, {@link #onMismatch()},
 * {@link #maxDuration()}, {@link #rebuildWhenBloat()} and {@link #dataSource()}; what it
 * sets wins over the bean. A declaration that cannot be read fails the start of the
 * application and names the bean.
 *
 * <pre>
 * &#64;HeavyIndexOperation("CREATE INDEX logs_address_idx ON logs (address_hash, block_number DESC)")
 * class CreateLogsAddressIndex {
 * }
 * </pre>
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
public @interface HeavyIndexOperation {

	/**
	 * Alias for {@link #sql()}.
	 * @return one index statement in PostgreSQL's own language
	 */
	@AliasFor("sql")
	String value() default "";

	/**
	 * One {@code CREATE [UNIQUE] INDEX}, {@code DROP INDEX},
	 * {@code ALTER INDEX … RENAME TO}, {@code REINDEX INDEX} or
	 * {@code ALTER TABLE … ADD CONSTRAINT … UNIQUE | PRIMARY KEY USING INDEX} statement,
	 * with or without {@code CONCURRENTLY} and {@code IF [NOT] EXISTS}: an index is built
	 * and dropped concurrently, and whether that is needed is asked of the catalog.
	 * @return one index statement in PostgreSQL's own language
	 */
	@AliasFor("value")
	String sql() default "";

	/**
	 * The operation's name, {@code [A-Za-z0-9_.$-]{1,200}}.
	 * @return the name; by default {@code <type>_<index name, lower case>}
	 */
	String name() default "";

	/**
	 * The table, taken literally (case kept), optionally as {@code schema.table}.
	 * @return the table of a {@code CREATE INDEX} in attribute form
	 */
	String table() default "";

	/**
	 * The index, taken literally (case kept).
	 * @return the index of a {@code CREATE INDEX} in attribute form
	 */
	String index() default "";

	/**
	 * The index columns as SQL, as in {@code "block_number DESC"} or
	 * {@code "lower(name)"}.
	 * @return the columns of a {@code CREATE INDEX} in attribute form
	 */
	String[] columns() default {};

	/**
	 * The predicate of a partial index as SQL, without {@code WHERE}.
	 * @return the predicate, empty for none
	 */
	String where() default "";

	/**
	 * Whether the index is unique.
	 * @return whether the index is unique
	 */
	boolean unique() default false;

	/**
	 * The access method, as in {@code gin}.
	 * @return the access method, empty for PostgreSQL's default
	 */
	String using() default "";

	/**
	 * The columns that the index carries but does not order by.
	 * @return the columns of the {@code INCLUDE} clause as SQL
	 */
	String[] include() default {};

	/**
	 * Names of operations or {@link HeavyIndexPrerequisite prerequisites} that must be
	 * complete before this one starts.
	 * @return names of operations or prerequisites
	 */
	String[] dependsOn() default {};

	/**
	 * Annotated classes whose operations must be complete before this one starts.
	 * @return classes that are annotated with {@code @HeavyIndexOperation}
	 */
	Class<?>[] dependsOnClass() default {};

	/**
	 * Whether the application's health depends on this operation.
	 * @return whether the operation is critical
	 */
	boolean critical() default false;

	/**
	 * What the operation is for, shown to people.
	 * @return a text, empty for none
	 */
	String description() default "";

	/**
	 * What to do when an index of that name exists with another definition.
	 * @return at most one value; none means {@code heavy-index.on-mismatch}
	 */
	OnMismatch[] onMismatch() default {};

	/**
	 * Whether a person must approve the operation before it starts. Once the statement is
	 * changed, it must be approved again.
	 * @return whether approval is required
	 */
	boolean requiresApproval() default false;

	/**
	 * The longest time an attempt may take, as in {@code 4h} or {@code PT4H}.
	 * @return a duration, empty for {@code heavy-index.max-duration}
	 */
	String maxDuration() default "";

	/**
	 * For a {@code REINDEX INDEX}: the estimated bloat of the index in percent of its
	 * size, 1 to 99, from which it is rebuilt, again and again.
	 * @return a percentage, 0 to rebuild the index once
	 * @see RebuildIndex
	 */
	int rebuildWhenBloat() default 0;

	/**
	 * The bean name of the {@code DataSource} that the operation is for. The operations
	 * of each database have tables, locks and
	 * {@code heavy-index.max-concurrent-operations} slots of their own there;
	 * dependencies may go from one database to another. Connections are derived from the
	 * bean, or made as {@code heavy-index.datasources.<bean name>.url} says.
	 * @return a bean name, empty for the application's data source
	 */
	String dataSource() default "";

}
