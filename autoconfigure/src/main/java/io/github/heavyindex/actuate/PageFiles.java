package io.github.heavyindex.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.MimeType;

/**
 * The stylesheet, the scripts and the icon of the page, read once. Only what is listed
 * here is ever served, so that no name leads anywhere else. Immutable.
 */
final class PageFiles {

	private static final MimeType CSS = new MimeType("text", "css", StandardCharsets.UTF_8);

	private static final MimeType JAVASCRIPT = new MimeType("text", "javascript", StandardCharsets.UTF_8);

	private static final MimeType SVG = new MimeType("image", "svg+xml", StandardCharsets.UTF_8);

	private static final Map<String, MimeType> TYPES = Map.ofEntries(Map.entry("page.css", CSS),
			Map.entry("icon.svg", SVG), Map.entry("page.js", JAVASCRIPT), Map.entry("dom.js", JAVASCRIPT),
			Map.entry("format.js", JAVASCRIPT), Map.entry("poll.js", JAVASCRIPT), Map.entry("headline.js", JAVASCRIPT),
			Map.entry("operations.js", JAVASCRIPT), Map.entry("progress.js", JAVASCRIPT),
			Map.entry("timeline.js", JAVASCRIPT), Map.entry("graph.js", JAVASCRIPT),
			Map.entry("actions.js", JAVASCRIPT));

	private final Map<String, WebEndpointResponse<String>> files = TYPES.entrySet()
		.stream()
		.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey,
				(file) -> new WebEndpointResponse<>(read(file.getKey()), file.getValue())));

	/**
	 * A file of the page.
	 * @param folder must be {@code page}: the path has two selectors, for with one it
	 * would be the name of an operation
	 * @param name the file's name
	 * @return the file, or 404
	 */
	WebEndpointResponse<String> get(String folder, String name) {
		WebEndpointResponse<String> file = folder.equals("page") ? this.files.get(name) : null;
		return (file != null) ? file : new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

	/**
	 * Reads a file without indentation, comment lines and the spaces of a stylesheet, a
	 * fifth of it. The lines keep their numbers.
	 */
	static String read(String name) {
		try {
			String text = new ClassPathResource("page/" + name, PageFiles.class)
				.getContentAsString(StandardCharsets.UTF_8);
			return text.lines()
				.map((line) -> line.strip().replaceFirst("^//.*", ""))
				.map((line) -> name.endsWith(".css") ? line.replaceAll(" ?([{:;,]) ", "$1") : line)
				.collect(Collectors.joining("\n", "", "\n"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The jar of Heavy Index lacks its file " + name, ex);
		}
	}

	/**
	 * Keeps the files in a native image.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			Stream.concat(TYPES.keySet().stream(), Stream.of(Page.TEMPLATE))
				.forEach((name) -> hints.resources()
					.registerResource(new ClassPathResource("page/" + name, PageFiles.class)));
		}

	}

}
