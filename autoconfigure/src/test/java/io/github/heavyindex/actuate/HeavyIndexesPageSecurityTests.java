package io.github.heavyindex.actuate;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.heavyindex.OperationState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page under Spring Security with the defaults of Spring Boot, on both web stacks.
 */
class HeavyIndexesPageSecurityTests {

	private static final String USER = "Basic "
			+ Base64.getEncoder().encodeToString("operator:secret".getBytes(StandardCharsets.UTF_8));

	private static final Pattern TOKEN = Pattern
		.compile("<meta name=\"csrf\" data-header=\"([^\"]+)\" content=\"([^\"]+)\">");

	private final InMemoryHeavyIndexes heavyIndexes = AbstractHeavyIndexesPageTests.operations(1);

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void whoMayNotReadTheJsonReadsNothing(String stack) {
		try (WebApplication application = secured(stack, "read-only")) {
			assertThat(application.get("/heavyindexes", "Accept", "application/json").statusCode()).isEqualTo(401);
			for (String file : new String[] { "", "/page/page.js", "/page/page.css", "/page/nothing.js" }) {
				assertThat(application.get("/heavyindexes" + file, AbstractHeavyIndexesPageTests.BROWSER).statusCode())
					.isIn(302, 401);
			}
			assertThat(AbstractHeavyIndexesPageTests.load(application,
					application.uri("local.server.port", "/actuator/heavyindexes"), "Authorization", USER))
				.hasSizeGreaterThan(5);
			HttpResponse<String> page = page(application);
			assertThat(page.body()).as("no orders, no token").contains("data-header=\"\" content=\"\"");
			assertThat(page.headers().allValues("Set-Cookie")).as("no token, no session").isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void thePageCarriesTheTokenThatAnOrderNeeds(String stack) {
		try (WebApplication application = secured(stack, "unrestricted")) {
			HttpResponse<String> page = page(application);
			Matcher token = TOKEN.matcher(page.body());
			assertThat(token.find()).as(page.body()).isTrue();
			String session = page.headers()
				.allValues("Set-Cookie")
				.stream()
				.map((cookie) -> cookie.substring(0, cookie.indexOf(';')))
				.collect(Collectors.joining("; "));
			String order = "{\"action\":\"retry\"}";
			assertThat(application.post("/heavyindexes/create_0", order, "Authorization", USER, "Cookie", session)
				.statusCode()).isIn(401, 403);
			assertThat(state()).isEqualTo(OperationState.FAILED);
			assertThat(application
				.post("/heavyindexes/create_0", order, "Authorization", USER, "Cookie", session, token.group(1),
						token.group(2))
				.statusCode()).isEqualTo(200);
			assertThat(state()).isEqualTo(OperationState.PENDING);
		}
	}

	private HttpResponse<String> page(WebApplication application) {
		return application.get("/heavyindexes", "Accept", AbstractHeavyIndexesPageTests.BROWSER[1], "Authorization",
				USER);
	}

	private OperationState state() {
		return this.heavyIndexes.find("create_0").orElseThrow().state();
	}

	private WebApplication secured(String stack, String access) {
		return WebApplication.secured(this.heavyIndexes, "spring.main.web-application-type=" + stack,
				"spring.security.user.name=operator", "spring.security.user.password=secret",
				"management.endpoint.heavyindexes.access=" + access);
	}

}
