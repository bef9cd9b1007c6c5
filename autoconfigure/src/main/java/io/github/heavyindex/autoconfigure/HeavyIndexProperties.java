package io.github.heavyindex.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.operation.IndexDeclaration;

/**
 * The properties of Heavy Index. Values that make no sense, and values whose feature does
 * not exist yet, fail the start of the application; so does an unknown key, because a
 * slip must never make an operation vanish. Immutable.
 *
 * @param enabled Whether index operations are carried out at all.
 * @param mode What this instance does with the declared operations.
 * @param operations Declared operations by their name.
 * @param pollInterval Time between two looks at the database while an operation is
 * unfinished.
 * @param maxConcurrentOperations Number of operations that may run at once, across all
 * instances. There is never more than one per table.
 * @param lockTimeout How long a short exclusive step, such as a rename, may wait for its
 * lock.
 * @param maxDuration Longest time that one attempt may take before it is cancelled and
 * cleaned up. No limit by default.
 * @param onMismatch What to do when an index of the declared name exists with another
 * definition, for operations that do not say.
 * @param onShutdown What happens to a running build when the application stops.
 * @param showQueries Whether the SQL text of sessions that block a build is shown.
 * @param history The tables that keep what was done.
 * @param retry When a failed attempt is made again.
 * @param window The hours in which operations may start.
 * @param guard What holds operations back while the database is busy.
 * @param build How indexes are built.
 * @param drift What happens when a completed index is no longer as declared.
 * @param rebuild When an index is rebuilt for its bloat.
 * @param job How an application in job mode ends.
 * @param check Where an application in check mode writes its report.
 * @param health The health indicator.
 * @param datasource Direct access to the database, past any pooler.
 * @param datasources Direct access to the databases of further data sources, by the bean
 * name of the DataSource.
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "heavy-index", ignoreUnknownFields = false)
public record HeavyIndexProperties(@DefaultValue("true") boolean enabled, @DefaultValue("background") Mode mode,
		@DefaultValue Map<String, OperationProperties> operations, @DefaultValue("5s") Duration pollInterval,
		@DefaultValue("2") int maxConcurrentOperations, @DefaultValue("5s") Duration lockTimeout,
		@Nullable Duration maxDuration, @DefaultValue("fail") OnMismatch onMismatch,
		@DefaultValue("leave") OnShutdown onShutdown, @DefaultValue("false") boolean showQueries,
		@DefaultValue History history, @DefaultValue Retry retry, @DefaultValue Window window,
		@DefaultValue Guard guard, @DefaultValue Build build, @DefaultValue Drift drift, @DefaultValue Rebuild rebuild,
		@DefaultValue Job job, @DefaultValue Check check, @DefaultValue Health health,
		@DefaultValue DataSource datasource, @DefaultValue Map<String, DataSource> datasources) implements Validator {

	/**
	 * The declared operations in the form that discovery takes.
	 * @return the declarations by the property they were read from
	 */
	public Map<String, IndexDeclaration> declarations() {
		Map<String, IndexDeclaration> declarations = new LinkedHashMap<>();
		this.operations.forEach(
				(name, operation) -> declarations.put("heavy-index.operations." + name, operation.toDeclaration(name)));
		return declarations;
	}

	/**
	 * The data sources with settings of their own in the form that discovery takes.
	 * @return the bean names by the property they were read from
	 */
	public Map<String, String> dataSourceNames() {
		Map<String, String> names = new LinkedHashMap<>();
		this.datasources.keySet().forEach((name) -> names.put("heavy-index.datasources." + name, name));
		return names;
	}

	HeavyIndexProperties withOperations(Map<String, OperationProperties> operations) {
		return new HeavyIndexProperties(this.enabled, this.mode, operations, this.pollInterval,
				this.maxConcurrentOperations, this.lockTimeout, this.maxDuration, this.onMismatch, this.onShutdown,
				this.showQueries, this.history, this.retry, this.window, this.guard, this.build, this.drift,
				this.rebuild, this.job, this.check, this.health, this.datasource, this.datasources);
	}

	@Override
	public boolean supports(Class<?> type) {
		return HeavyIndexProperties.class.isAssignableFrom(type);
	}

	@Override
	public void validate(Object target, Errors errors) {
		HeavyIndexProperties properties = (HeavyIndexProperties) target;
		PropertyLimits.check(properties, errors);
	}

	/**
	 * The tables that keep what was done.
	 *
	 * @param initializeSchema Whether the tables heavy_index_operation and
	 * heavy_index_attempt are created when they are missing.
	 * @param schema Schema of these tables. By default the first one on the search path.
	 */
	public record History(@DefaultValue("always") InitializeSchema initializeSchema, @Nullable String schema) {

	}

	/**
	 * When a failed attempt is made again.
	 *
	 * @param maxAttempts Number of attempts before an operation fails.
	 * @param initialDelay Time before the second attempt.
	 * @param multiplier Factor by which each delay is longer than the one before.
	 * @param maxDelay Longest time between two attempts.
	 */
	public record Retry(@DefaultValue("5") int maxAttempts, @DefaultValue("30s") Duration initialDelay,
			@DefaultValue("2") double multiplier, @DefaultValue("10m") Duration maxDelay) {

	}

	/**
	 * The hours in which operations may start.
	 *
	 * @param start Time of day at which the window opens, as in 22:00. Always open by
	 * default.
	 * @param end Time of day at which the window closes. It may lie after midnight.
	 * @param days Days on which the window opens, as in mon or MONDAY. Every day by
	 * default.
	 * @param zone Time zone of the window, as in Europe/Berlin or +02:00.
	 * @param stopRunning Whether a build that runs when the window closes is cancelled.
	 * @param maxDuration Longest time that operations may run in one window. No limit by
	 * default.
	 */
	public record Window(@Nullable String start, @Nullable String end, @DefaultValue List<String> days,
			@DefaultValue("UTC") String zone, @DefaultValue("false") boolean stopRunning,
			@Nullable Duration maxDuration) {

	}

	/**
	 * What holds operations back while the database is busy.
	 *
	 * @param maxActiveConnections Number of active connections above which no operation
	 * starts. No limit by default.
	 * @param maxTransactionAge Age of the oldest transaction above which no operation
	 * starts. No limit by default.
	 * @param maxReplicationLag Replication lag above which no operation starts. No limit
	 * by default.
	 * @param stopRunning Whether a guard also cancels a running build.
	 * @param onUnknown What to do when a guard cannot tell.
	 */
	public record Guard(@Nullable Integer maxActiveConnections, @Nullable Duration maxTransactionAge,
			@Nullable Duration maxReplicationLag, @DefaultValue("false") boolean stopRunning,
			@DefaultValue("hold") OnUnknown onUnknown) {

	}

	/**
	 * How indexes are built.
	 *
	 * @param maintenanceWorkMem Memory that one build may use (maintenance_work_mem). The
	 * server's setting by default.
	 * @param parallelWorkers Number of parallel workers that one build may use
	 * (max_parallel_maintenance_workers). The server's setting by default.
	 * @param analyze After which builds the table is analyzed. A table that is locked, or
	 * held up by it, is left to autovacuum.
	 * @param onConflict What a build does when reads or writes queue behind a statement
	 * that waits for it.
	 * @param concurrentlyFrom Table size (with TOAST) from which an index is always built
	 * with CONCURRENTLY. On a smaller table it is tried without first, which blocks
	 * writes, but for no longer than lock-timeout; then it is built concurrently after
	 * all. Meant for development and fresh installs. Zero means always.
	 */
	public record Build(@Nullable DataSize maintenanceWorkMem, @Nullable Integer parallelWorkers,
			@DefaultValue("expression-only") Analyze analyze, @DefaultValue("report") OnConflict onConflict,
			@DefaultValue("0B") DataSize concurrentlyFrom) {

	}

	/**
	 * What happens when a completed index is no longer as declared.
	 *
	 * @param action What to do about it.
	 * @param checkInterval Time between two checks while no operation is unfinished.
	 */
	public record Drift(@DefaultValue("report") DriftAction action, @DefaultValue("5m") Duration checkInterval) {

	}

	/**
	 * When an index is rebuilt for its bloat.
	 *
	 * @param coolDown Shortest time between two rebuilds of an index for its bloat.
	 */
	public record Rebuild(@DefaultValue("7d") Duration coolDown) {

	}

	/**
	 * How an application in job mode ends.
	 *
	 * @param timeout Longest time that the job may take, waits for windows, guards and
	 * approvals included. No limit by default, and no wait for approvals.
	 * @param failOn Which operations count for the exit code: 1 if one failed, was
	 * cancelled or has drifted, 2 if one is left to do, else 0.
	 */
	public record Job(@Nullable Duration timeout, @DefaultValue("critical") FailOn failOn) {

	}

	/**
	 * Where an application in check mode writes its report.
	 *
	 * @param json File that the report is written to as JSON; with - it is printed on the
	 * standard output in place of the table. None by default.
	 */
	public record Check(@Nullable String json) {

	}

	/**
	 * The health indicator.
	 *
	 * @param affectsStatus Whether critical operations make the status of the
	 * application's health.
	 */
	public record Health(@DefaultValue("true") boolean affectsStatus) {

	}

	/**
	 * Direct access to the database, past any pooler.
	 *
	 * @param url JDBC URL. By default derived from the application's data source.
	 * @param username User name for the URL.
	 * @param password Password for the URL.
	 */
	public record DataSource(@Nullable String url, @Nullable String username, @Nullable String password) {

		/**
		 * Without the password, so that no log line shows it.
		 */
		@Override
		public String toString() {
			return "DataSource[username=" + this.username + "]";
		}

	}

	/**
	 * What an instance does with the declared operations: carries them out while the
	 * application serves; only shows and answers; carries them out and ends the
	 * application with an exit code; says what would be done and ends it.
	 */
	public enum Mode {

		BACKGROUND, OBSERVE, JOB, CHECK

	}

	/**
	 * What happens to a running build when the application stops: PostgreSQL finishes it,
	 * or it is cancelled and cleaned up.
	 */
	public enum OnShutdown {

		LEAVE, CANCEL

	}

	/**
	 * Whether missing tables are created.
	 */
	public enum InitializeSchema {

		ALWAYS, NEVER

	}

	/**
	 * What to do when a guard cannot tell: start nothing, or start all the same.
	 */
	public enum OnUnknown {

		HOLD, IGNORE

	}

	/**
	 * After which builds a table is analyzed: that of an index with expressions, which
	 * have no statistics before; each one; none.
	 */
	public enum Analyze {

		EXPRESSION_ONLY, ALWAYS, NEVER

	}

	/**
	 * What a build does when traffic queues behind a statement that waits for it: it is
	 * shown and logged, or the build is cancelled and tried again later.
	 */
	public enum OnConflict {

		REPORT, YIELD

	}

	/**
	 * What to do about drift: show and log it, or also build or rebuild the index of an
	 * operation that creates one, under all guards. An index of another definition is
	 * replaced only where on-mismatch says so. What undoes a drop or a rename is only
	 * shown. After retry.max-attempts repairs of one operation no more are made.
	 */
	public enum DriftAction {

		REPORT, REPAIR

	}

	/**
	 * Which failed operations make a job fail.
	 */
	public enum FailOn {

		CRITICAL, ANY, NEVER

	}

}
