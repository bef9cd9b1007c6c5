package io.github.heavyindex.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Which data source connections are for, and what helps where they cannot be had.
 *
 * @param dataSource the bean name, or {@code null} for the application's own
 * @since 0.1.0
 */
public record ConnectionTarget(@Nullable String dataSource) {

	/**
	 * The application's own data source.
	 */
	public static final ConnectionTarget OWN = new ConnectionTarget(null);

	/**
	 * The property of an explicit address.
	 */
	String urlProperty() {
		return (this.dataSource != null) ? "heavy-index.datasources." + this.dataSource + ".url"
				: "heavy-index.datasource.url";
	}

	/**
	 * What helps whenever connections cannot be derived.
	 */
	String mend() {
		return "Set " + urlProperty() + " (and .username, .password) to the database itself"
				+ ((this.dataSource != null) ? "." : ", or declare a DataSource bean with @HeavyIndexDataSource.");
	}

}
