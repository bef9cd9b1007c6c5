package io.github.heavyindex;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What every {@link IndexOperation} may say beside its statement.
 *
 * @param name the operation's name, or {@code null} for the default name
 * @param dependsOn names of operations and prerequisites that must be complete first
 * @param critical whether the application's health depends on the operation
 * @param description what the operation is for, or {@code null}
 * @param onMismatch what to do when the index exists with another definition, or
 * {@code null} for {@code heavy-index.on-mismatch}
 * @param requiresApproval whether a person must approve the operation first
 * @param maxDuration the longest time an attempt may take, or {@code null} for
 * {@code heavy-index.max-duration}
 * @param dataSource the bean name of a {@code DataSource}, or {@code null} for the
 * application's
 * @param rebuildWhenBloat for a rebuild, the estimated bloat in percent of the index's
 * size from which it is carried out, again and again; {@code null} for once
 * @since 0.1.0
 */
public record OperationOptions(@Nullable String name, Set<String> dependsOn, boolean critical,
		@Nullable String description, @Nullable OnMismatch onMismatch, boolean requiresApproval,
		@Nullable Duration maxDuration, @Nullable String dataSource, @Nullable Integer rebuildWhenBloat) {

	/**
	 * No option set.
	 */
	public static final OperationOptions NONE = new OperationOptions(null, Set.of(), false, null, null, false, null,
			null, null);

	public OperationOptions {
		// in the order of the declaration, so that two instances show the same
		dependsOn = Collections.unmodifiableSet(new LinkedHashSet<>(dependsOn));
	}

	/**
	 * These options, with what the other ones set taking precedence.
	 * @param other the options that win
	 * @return merged options; dependencies are united
	 */
	public OperationOptions overriddenBy(OperationOptions other) {
		Set<String> all = new LinkedHashSet<>(this.dependsOn);
		all.addAll(other.dependsOn);
		return new OperationOptions(first(other.name, this.name), all, this.critical || other.critical,
				first(other.description, this.description), first(other.onMismatch, this.onMismatch),
				this.requiresApproval || other.requiresApproval, first(other.maxDuration, this.maxDuration),
				first(other.dataSource, this.dataSource), first(other.rebuildWhenBloat, this.rebuildWhenBloat));
	}

	private static <T> @Nullable T first(@Nullable T preferred, @Nullable T fallback) {
		return (preferred != null) ? preferred : fallback;
	}

}
