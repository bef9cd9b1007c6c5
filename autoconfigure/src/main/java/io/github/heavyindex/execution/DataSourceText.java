package io.github.heavyindex.execution;

import org.jspecify.annotations.Nullable;

/**
 * Data sources in words.
 */
final class DataSourceText {

	private DataSourceText() {
	}

	static String of(@Nullable String name) {
		return (name != null) ? "data source '" + name + "'" : "the application's data source";
	}

	/**
	 * Says where something holds, where that is not clear.
	 * @param several whether there are several data sources
	 */
	static String prefix(boolean several, @Nullable String name) {
		return several ? ((name != null) ? "Data source '" + name + "': " : "The application's data source: ") : "";
	}

}
