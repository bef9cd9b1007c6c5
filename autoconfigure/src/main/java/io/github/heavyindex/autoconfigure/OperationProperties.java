package io.github.heavyindex.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.Delimiter;

import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.operation.IndexDeclaration;

/**
 * One entry of {@code heavy-index.operations}: the same that
 * {@link io.github.heavyindex.HeavyIndexOperation @HeavyIndexOperation} can say. A single
 * text for {@code columns} or {@code include} is one SQL text and not split at commas,
 * which may belong to an expression.
 *
 * @param sql One index statement. Either this, or table, index, columns and so on.
 * @param table Table of a CREATE INDEX, taken literally, optionally with its schema.
 * @param index Index of a CREATE INDEX, taken literally.
 * @param columns Columns of a CREATE INDEX as SQL.
 * @param where Predicate of a partial index as SQL, without WHERE.
 * @param unique Whether the index is unique.
 * @param using Access method, as in gin. PostgreSQL's default by default.
 * @param include Columns of the INCLUDE clause as SQL.
 * @param dependsOn Names of operations or prerequisites that must be complete first.
 * @param critical Whether the health of the application depends on the operation.
 * @param description What the operation is for.
 * @param onMismatch What to do when the index exists with another definition. By default
 * heavy-index.on-mismatch.
 * @param requiresApproval Whether a person must approve the operation first.
 * @param maxDuration Longest time that one attempt may take. By default
 * heavy-index.max-duration.
 * @param dataSource Bean name of the DataSource that the operation is for. The
 * application's by default.
 * @param rebuildWhenBloat For a REINDEX INDEX, the estimated bloat in percent of the
 * index's size, 1 to 99, from which the index is rebuilt, again and again. It is rebuilt
 * once by default.
 * @since 0.1.0
 */
public record OperationProperties(@Nullable String sql, @Nullable String table, @Nullable String index,
		@Delimiter(Delimiter.NONE) @Nullable List<String> columns, @Nullable String where, boolean unique,
		@Nullable String using, @Delimiter(Delimiter.NONE) @Nullable List<String> include,
		@Nullable List<String> dependsOn, boolean critical, @Nullable String description,
		@Nullable OnMismatch onMismatch, boolean requiresApproval, @Nullable Duration maxDuration,
		@Nullable String dataSource, @Nullable Integer rebuildWhenBloat) {

	// no default values here: binding converts each of them anew, for each operation
	IndexDeclaration toDeclaration(String name) {
		OperationOptions options = new OperationOptions(name, new LinkedHashSet<>(orEmpty(this.dependsOn)),
				this.critical, this.description, this.onMismatch, this.requiresApproval, this.maxDuration,
				this.dataSource, this.rebuildWhenBloat);
		return new IndexDeclaration(orEmpty(this.sql), orEmpty(this.table), orEmpty(this.index), orEmpty(this.columns),
				orEmpty(this.where), this.unique, orEmpty(this.using), orEmpty(this.include), options);
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

	private static List<String> orEmpty(@Nullable List<String> texts) {
		return (texts != null) ? texts : List.of();
	}

}
