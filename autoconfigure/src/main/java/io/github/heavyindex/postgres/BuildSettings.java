package io.github.heavyindex.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Server settings of sessions that build indexes (manual, "Resource Consumption").
 *
 * @param maintenanceWorkMem {@code maintenance_work_mem} with its unit, such as
 * {@code 1GB}; {@code null} leaves the server's
 * @param parallelWorkers {@code max_parallel_maintenance_workers}; {@code null} leaves
 * the server's
 * @since 0.1.0
 */
public record BuildSettings(@Nullable String maintenanceWorkMem, @Nullable Integer parallelWorkers) {

	/**
	 * The server's own settings.
	 */
	public static final BuildSettings SERVER_DEFAULTS = new BuildSettings(null, null);

}
