package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.history.HistoryTables;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * What is read from the class path at run time: the script of our tables, and the
 * endpoint's page. What the endpoint's JSON needs, it registers itself.
 */
final class ResourceHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		String history = ClassUtils.classPackageAsResourcePath(HistoryTables.class);
		String root = history.substring(0, history.lastIndexOf('/'));
		hints.resources()
			.registerPattern((pattern) -> pattern.includes(history + "/*.sql", root + "/actuate/*.html",
					root + "/actuate/*.css", root + "/actuate/*.js", root + "/actuate/page/*"));
	}

}
