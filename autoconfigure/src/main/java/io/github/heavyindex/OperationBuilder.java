package io.github.heavyindex;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The part of the fluent factories that all operations share. Not thread-safe.
 *
 * @param <T> what is built
 * @param <B> the factory itself
 * @since 0.1.0
 */
public abstract sealed class OperationBuilder<T extends IndexOperation, B extends OperationBuilder<T, B>> permits
		CreateIndex.Builder, DropIndex.Builder, RenameIndex.Builder, RebuildIndex.Builder, AddConstraint.Builder {

	private final Set<String> dependsOn = new LinkedHashSet<>();

	private @Nullable String name;

	private boolean critical;

	private @Nullable String description;

	private @Nullable OnMismatch onMismatch;

	private boolean requiresApproval;

	private @Nullable Duration maxDuration;

	private @Nullable String dataSource;

	OperationBuilder() {
	}

	abstract B self();

	/**
	 * Names the operation.
	 * @param name the name, {@code [A-Za-z0-9_.$-]{1,200}}
	 * @return this
	 */
	public B name(String name) {
		this.name = name;
		return self();
	}

	/**
	 * Adds dependencies.
	 * @param names names of operations or prerequisites
	 * @return this
	 */
	public B dependsOn(String... names) {
		this.dependsOn.addAll(List.of(names));
		return self();
	}

	/**
	 * Makes the application's health depend on the operation.
	 * @return this
	 */
	public B critical() {
		this.critical = true;
		return self();
	}

	/**
	 * Says what the operation is for.
	 * @param description a text for people
	 * @return this
	 */
	public B description(String description) {
		this.description = description;
		return self();
	}

	/**
	 * Says what to do when the index exists with another definition.
	 * @param onMismatch what to do
	 * @return this
	 */
	public B onMismatch(OnMismatch onMismatch) {
		this.onMismatch = onMismatch;
		return self();
	}

	/**
	 * Makes the operation wait until a person approves it.
	 * @return this
	 */
	public B requiresApproval() {
		this.requiresApproval = true;
		return self();
	}

	/**
	 * Limits the time an attempt may take.
	 * @param maxDuration a positive duration
	 * @return this
	 */
	public B maxDuration(Duration maxDuration) {
		this.maxDuration = maxDuration;
		return self();
	}

	/**
	 * Names the data source that the operation is for.
	 * @param beanName the bean name of a {@code DataSource}
	 * @return this
	 */
	public B dataSource(String beanName) {
		this.dataSource = beanName;
		return self();
	}

	@Nullable Integer rebuildWhenBloat() {
		return null;
	}

	OperationOptions options() {
		return new OperationOptions(this.name, this.dependsOn, this.critical, this.description, this.onMismatch,
				this.requiresApproval, this.maxDuration, this.dataSource, rebuildWhenBloat());
	}

	/**
	 * Builds the operation.
	 * @return the operation
	 * @throws InvalidIndexOperationException if something is missing or cannot be
	 */
	public abstract T build();

}
