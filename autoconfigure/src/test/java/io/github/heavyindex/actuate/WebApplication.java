package io.github.heavyindex.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.testsupport.TestDatabase;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * A web application on a port of its own, as an application that uses the starter is, but
 * for its {@link HeavyIndexes}.
 */
class WebApplication implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	WebApplication(HeavyIndexes heavyIndexes, String... properties) {
		this(new SpringApplicationBuilder(Application.class).initializers(
				(context) -> context.getBeanFactory().registerSingleton("testHeavyIndexes", heavyIndexes)), properties);
	}

	private WebApplication(SpringApplicationBuilder builder, String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--management.endpoints.web.exposure.include=heavyindexes,health"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		this.context = builder.run(arguments.toArray(String[]::new));
	}

	/**
	 * The whole thing, on a database, with short intervals and open to orders.
	 */
	static WebApplication on(TestDatabase database, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.datasource.url=" + database.jdbcUrl(),
				"spring.datasource.username=" + database.username(),
				"spring.datasource.password=" + database.password(), "heavy-index.poll-interval=100ms",
				"management.endpoint.heavyindexes.access=unrestricted"));
		all.addAll(List.of(properties));
		return new WebApplication(new SpringApplicationBuilder(Live.class), all.toArray(String[]::new));
	}

	int port(String property) {
		return this.context.getEnvironment().getRequiredProperty(property, Integer.class);
	}

	HttpResponse<String> get(String path, String... headers) {
		HttpRequest.Builder request = request("local.server.port", path);
		return send((headers.length > 0) ? request.headers(headers) : request);
	}

	HttpResponse<String> getFromManagementPort(String path) {
		return send(request("local.management.port", path));
	}

	HttpResponse<String> post(String path, String body, String... headers) {
		HttpRequest.Builder request = request("local.server.port", path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body));
		return send((headers.length > 0) ? request.headers(headers) : request);
	}

	private HttpRequest.Builder request(String portProperty, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port(portProperty) + "/actuator" + path));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Application.Authentication.class)
	static class Live {

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class,
			excludeName = "io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration")
	@Import(Application.Authentication.class)
	static class Application {

		/**
		 * Stands for whatever authenticates people.
		 */
		@Configuration(proxyBeanMethods = false)
		static class Authentication {

			@Bean
			Filter principal() {
				return (request, response, chain) -> chain.doFilter(new Authenticated((HttpServletRequest) request),
						response);
			}

		}

	}

	private static final class Authenticated extends HttpServletRequestWrapper {

		Authenticated(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable Principal getUserPrincipal() {
			String user = getHeader("X-User");
			return (user != null) ? () -> user : null;
		}

	}

}
