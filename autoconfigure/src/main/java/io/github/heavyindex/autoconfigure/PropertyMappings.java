package io.github.heavyindex.autoconfigure;

import java.util.List;
import java.util.Map;

import io.github.heavyindex.HeavyIndexGuard;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.DriftAction;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.InitializeSchema;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.Mode;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.OnConflict;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.OnShutdown;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.OnUnknown;
import io.github.heavyindex.decision.Guards;
import io.github.heavyindex.decision.Policy;
import io.github.heavyindex.decision.RetryPolicy;
import io.github.heavyindex.decision.Upkeep;
import io.github.heavyindex.execution.BuildPolicy;
import io.github.heavyindex.execution.BuildPolicy.AnalyzePolicy;
import io.github.heavyindex.execution.JobRules;
import io.github.heavyindex.execution.Settings;
import io.github.heavyindex.operation.OperationDiscovery;
import io.github.heavyindex.postgres.BuildSettings;
import io.github.heavyindex.postgres.DirectAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Maps properties to the settings of other packages, which do not know Boot's.
 */
final class PropertyMappings {

	static final String SWITCHED_OFF = "Index operations are switched off by heavy-index.enabled=false";

	private PropertyMappings() {
	}

	static Settings settings(HeavyIndexProperties properties, Environment environment,
			List<HeavyIndexGuard> userGuards) {
		return new Settings(idle(properties), environment.getProperty("spring.application.name", "application"),
				executes(properties.mode()), properties.mode() != Mode.JOB, properties.pollInterval(),
				properties.drift().checkInterval(), policy(properties), userGuards,
				properties.onShutdown() == OnShutdown.CANCEL, properties.lockTimeout(),
				properties.history().initializeSchema() == InitializeSchema.ALWAYS, properties.history().schema(),
				properties.showQueries(), buildPolicy(properties.build()));
	}

	private static BuildPolicy buildPolicy(HeavyIndexProperties.Build build) {
		AnalyzePolicy analyze = switch (build.analyze()) {
			case EXPRESSION_ONLY -> AnalyzePolicy.EXPRESSION_ONLY;
			case ALWAYS -> AnalyzePolicy.ALWAYS;
			case NEVER -> AnalyzePolicy.NEVER;
		};
		return new BuildPolicy(analyze, build.concurrentlyFrom().toBytes());
	}

	private static boolean executes(Mode mode) {
		return mode == Mode.BACKGROUND || mode == Mode.JOB;
	}

	private static @Nullable String idle(HeavyIndexProperties properties) {
		if (!properties.enabled()) {
			return SWITCHED_OFF;
		}
		return (properties.mode() == Mode.CHECK)
				? "Index operations are only checked and not carried out, because of heavy-index.mode=check" : null;
	}

	static JobRules jobRules(HeavyIndexProperties properties) {
		return new JobRules(properties.job().timeout(), JobRules.FailOn.valueOf(properties.job().failOn().name()));
	}

	private static Policy policy(HeavyIndexProperties properties) {
		HeavyIndexProperties.Guard guard = properties.guard();
		HeavyIndexProperties.Retry retry = properties.retry();
		Guards guards = new Guards(WindowMapping.map(properties.window()), guard.maxActiveConnections(),
				guard.maxTransactionAge(), guard.maxReplicationLag(), guard.stopRunning(),
				guard.onUnknown() == OnUnknown.HOLD);
		return new Policy(properties.maxConcurrentOperations(), guards, properties.maxDuration(),
				(properties.build().onConflict() == OnConflict.YIELD) ? properties.lockTimeout() : null,
				new RetryPolicy(retry.maxAttempts(), retry.initialDelay(), retry.multiplier(), retry.maxDelay()),
				new Upkeep(properties.drift().action() == DriftAction.REPAIR, properties.rebuild().coolDown()),
				properties.onMismatch());
	}

	static BuildSettings buildSettings(HeavyIndexProperties properties) {
		DataSize memory = properties.build().maintenanceWorkMem();
		return new BuildSettings((memory != null) ? memory.toKilobytes() + "kB" : null,
				properties.build().parallelWorkers());
	}

	static @Nullable DirectAddress directAddress(HeavyIndexProperties properties) {
		return directAddress(properties.datasource());
	}

	/**
	 * The explicit address of a further data source, if any. From the environment its
	 * name comes in lower case, and without dashes.
	 */
	static @Nullable DirectAddress directAddress(HeavyIndexProperties properties, String dataSource) {
		Map<String, HeavyIndexProperties.DataSource> all = properties.datasources();
		HeavyIndexProperties.DataSource address = all.get(dataSource);
		if (address == null) {
			address = all.keySet()
				.stream()
				.filter((name) -> OperationDiscovery.isSameDataSource(dataSource, name))
				.findFirst()
				.map(all::get)
				.orElse(null);
		}
		return (address != null) ? directAddress(address) : null;
	}

	private static @Nullable DirectAddress directAddress(HeavyIndexProperties.DataSource address) {
		return StringUtils.hasText(address.url())
				? new DirectAddress(address.url(), address.username(), address.password()) : null;
	}

}
