package io.github.heavyindex.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page over HTTP, on either web stack.
 */
abstract class AbstractHeavyIndexesPageTests {

	static final String[] BROWSER = { "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

	private static final Pattern LINKS = Pattern
		.compile("(?:href|src)=\"(\\.[^\"]+)\"|from '([^']+)'|import\\('([^']+)'\\)");

	// what is below the fold
	private static final Pattern LOADED_LATER = Pattern.compile(".*/(graph|timeline)\\.js");

	private static final String FOLDER = "io/github/heavyindex/actuate/page/";

	private static final Map<String, WebApplication> APPLICATIONS = new HashMap<>();

	// Tomcat and Netty are both on the class path here, which no application has
	private static final String BOTH_SERVERS = "org.springframework.boot.tomcat.autoconfigure.actuate.web.server."
			+ "TomcatReactiveManagementContextAutoConfiguration";

	private final String stack;

	private final WebApplication application;

	AbstractHeavyIndexesPageTests(String stack) {
		this.stack = "spring.main.web-application-type=" + stack;
		this.application = APPLICATIONS.computeIfAbsent(stack, (key) -> new WebApplication(operations(13), this.stack));
	}

	@AfterAll
	static void stop() {
		APPLICATIONS.values().forEach(WebApplication::close);
		APPLICATIONS.clear();
	}

	@Test
	void aBrowserGetsThePageAndToolsGetJson() {
		HttpResponse<String> page = this.application.get("/heavyindexes", BROWSER);
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(page.body()).startsWith("<!DOCTYPE html>").contains("data-orders=\"false\"").doesNotContain("{{");
		assertThat(this.application.get("/heavyindexes").body()).startsWith("{\"summary\"");
		assertThat(this.application.get("/heavyindexes", "Accept", "*/*").body()).startsWith("{\"summary\"");
		assertThat(this.application.get("/heavyindexes", "Accept", "application/json").body())
			.startsWith("{\"summary\"");
	}

	@Test
	void nothingIsInlineAndNothingComesFromElsewhere() {
		Map<URI, HttpResponse<String>> files = load(this.application,
				this.application.uri("local.server.port", "/actuator/heavyindexes"));
		assertThat(files.values()).allSatisfy((file) -> {
			assertThat(file.body()).doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=\"|<script(?![^>]*src=)");
			assertThat(file.body().replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:",
					"//cdn");
			assertThat(file.body()).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
					"eval(");
		});
	}

	@Test
	void everyFileIsServedAndUsed() throws IOException {
		Map<URI, HttpResponse<String>> files = load(this.application,
				this.application.uri("local.server.port", "/actuator/heavyindexes"));
		assertThat(files.keySet()).extracting((uri) -> uri.getPath().replaceFirst(".*/", ""))
			.containsExactlyInAnyOrder(
					Arrays.stream(new PathMatchingResourcePatternResolver().getResources("classpath:" + FOLDER + "*"))
						.map(Resource::getFilename)
						.map((name) -> name.equals("page.html") ? "heavyindexes" : name)
						.toArray(String[]::new));
		files.forEach((uri, file) -> assertThat(file.headers().firstValue("Content-Type")).get()
			.asString()
			.isEqualTo(type(uri.getPath()) + ";charset=UTF-8"));
	}

	@Test
	void isSmallTogetherWithItsFirstData() {
		URI uri = this.application.uri("local.server.port", "/actuator/heavyindexes");
		int size = load(this.application, uri).entrySet()
			.stream()
			.filter((file) -> !LOADED_LATER.matcher(file.getKey().getPath()).matches())
			.mapToInt((file) -> size(file.getValue()))
			.sum();
		assertThat(size + size(this.application.get(uri))).isLessThan(60_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "page/nothing.js", "page/page.html", "page/PAGE.JS", "page/..%2Fpage.js", "page/%2e%2e",
			"page/..%5Cpage.js", "page/%00", "page/HeavyIndexesEndpoint.class", "other/page.js", "page/page.js/",
			"page/a/b" })
	void nothingElseIsServed(String path) {
		assertThat(this.application.get("/heavyindexes/" + path).statusCode()).isIn(400, 404);
	}

	@Test
	void worksUnderAnyPath() {
		try (WebApplication moved = new WebApplication(operations(1), this.stack, "server.servlet.context-path=/shop",
				"spring.webflux.base-path=/shop", "management.endpoints.web.base-path=/ops/inside",
				"management.endpoints.web.path-mapping.heavyindexes=work on indexes")) {
			assertThat(load(moved, moved.uri("local.server.port", "/shop/ops/inside/work%20on%20indexes")))
				.hasSizeGreaterThan(5);
		}
	}

	@Test
	void worksOnAManagementPortOfItsOwn() {
		try (WebApplication managed = new WebApplication(operations(1), this.stack, "management.server.port=0",
				"spring.autoconfigure.exclude=" + BOTH_SERVERS,
				"management.endpoint.heavyindexes.access=unrestricted")) {
			URI uri = managed.uri("local.management.port", "/actuator/heavyindexes");
			assertThat(load(managed, uri)).hasSizeGreaterThan(5);
			assertThat(managed.get(uri, BROWSER).body()).contains("data-orders=\"true\"");
			assertThat(
					managed.get(managed.uri("local.server.port", "/actuator/heavyindexes/page/page.js")).statusCode())
				.isEqualTo(404);
		}
	}

	@Test
	void offersOrdersOnlyWhenTheyAreTaken() {
		assertThat(this.application.post("/heavyindexes", "{}").statusCode()).isEqualTo(405);
		try (WebApplication limited = new WebApplication(operations(1), this.stack,
				"management.endpoint.heavyindexes.access=unrestricted",
				"management.endpoints.access.max-permitted=read-only")) {
			assertThat(limited.get("/heavyindexes", BROWSER).body()).contains("data-orders=\"false\"");
			assertThat(limited.post("/heavyindexes", "{}").statusCode()).isEqualTo(405);
		}
	}

	@Test
	void aNativeImageKeepsTheFiles() {
		RuntimeHints hints = new RuntimeHints();
		new PageFiles.Hints().registerHints(hints, null);
		assertThat(RuntimeHintsPredicates.resource().forResource(FOLDER + "page.html")).accepts(hints);
		assertThat(RuntimeHintsPredicates.resource().forResource(FOLDER + "graph.js")).accepts(hints);
	}

	/**
	 * Loads a page as a browser does: it, what it links, and what that imports.
	 */
	static Map<URI, HttpResponse<String>> load(WebApplication application, URI page, String... headers) {
		Map<URI, HttpResponse<String>> loaded = new LinkedHashMap<>();
		Deque<URI> todo = new ArrayDeque<>();
		todo.add(page);
		while (!todo.isEmpty()) {
			URI uri = todo.remove();
			if (loaded.containsKey(uri)) {
				continue;
			}
			String[] accept = uri.equals(page) ? BROWSER : new String[] { "Accept", "text/css,*/*;q=0.1" };
			HttpResponse<String> response = application.get(uri,
					IntStream.range(0, headers.length + 2)
						.mapToObj((i) -> (i < 2) ? accept[i] : headers[i - 2])
						.toArray(String[]::new));
			assertThat(response.statusCode()).as(uri.toString()).isEqualTo(200);
			loaded.put(uri, response);
			Matcher link = LINKS.matcher(response.body());
			while (link.find()) {
				todo.add(uri
					.resolve(Stream.of(1, 2, 3).map(link::group).filter(Objects::nonNull).findFirst().orElseThrow()));
			}
		}
		return loaded;
	}

	static InMemoryHeavyIndexes operations(int number) {
		return new InMemoryHeavyIndexes(IntStream.range(0, number)
			.mapToObj((i) -> TestOperation.of("create_" + i, OperationState.FAILED).build())
			.toArray(OperationStatus[]::new));
	}

	private static String type(String path) {
		return switch (path.substring(path.lastIndexOf('.') + 1)) {
			case "css" -> "text/css";
			case "js" -> "text/javascript";
			case "svg" -> "image/svg+xml";
			default -> "text/html";
		};
	}

	private static int size(HttpResponse<String> response) {
		return response.body().getBytes(StandardCharsets.UTF_8).length;
	}

}
