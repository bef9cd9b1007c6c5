package io.github.heavyindex.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.testsupport.TestDatabase;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * A web application on a port of its own, as an application that uses the starter is, but
 * for its {@link HeavyIndexes}.
 */
class WebApplication implements AutoCloseable {

	private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

	static final List<String> WITHOUT_SECURITY = Stream
		.of("ReactiveUserDetailsServiceAutoConfiguration", "SecurityAutoConfiguration",
				"UserDetailsServiceAutoConfiguration",
				"actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
				"actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
				"web.reactive.ReactiveWebSecurityAutoConfiguration", "web.servlet.SecurityFilterAutoConfiguration",
				"web.servlet.ServletWebSecurityAutoConfiguration")
		.map((name) -> "--spring.autoconfigure.exclude=" + SECURITY + name)
		.toList();

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	WebApplication(HeavyIndexes heavyIndexes, String... properties) {
		this(start(Application.class, heavyIndexes), WITHOUT_SECURITY, properties);
	}

	private WebApplication(SpringApplicationBuilder builder, List<String> defaults, String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--management.endpoints.web.exposure.include=heavyindexes,health"));
		arguments.addAll(defaults);
		for (String property : properties) {
			arguments.add("--" + property);
		}
		this.context = builder.run(arguments.toArray(String[]::new));
	}

	/**
	 * The whole thing, on a database, open to orders.
	 */
	static WebApplication on(TestDatabase database, Duration pollInterval, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.datasource.url=" + database.jdbcUrl(),
				"spring.datasource.username=" + database.username(),
				"spring.datasource.password=" + database.password(), "heavy-index.poll-interval=" + pollInterval,
				"management.endpoint.heavyindexes.access=unrestricted"));
		all.addAll(List.of(properties));
		return new WebApplication(new SpringApplicationBuilder(Live.class), WITHOUT_SECURITY,
				all.toArray(String[]::new));
	}

	/**
	 * Starts an application with Spring Security and its defaults.
	 */
	static WebApplication secured(HeavyIndexes heavyIndexes, String... properties) {
		return new WebApplication(start(SecuredApplication.class, heavyIndexes), List.of(), properties);
	}

	private static SpringApplicationBuilder start(Class<?> application, HeavyIndexes heavyIndexes) {
		return new SpringApplicationBuilder(application)
			.initializers((context) -> context.getBeanFactory().registerSingleton("testHeavyIndexes", heavyIndexes));
	}

	int port(String property) {
		return this.context.getEnvironment().getRequiredProperty(property, Integer.class);
	}

	HttpResponse<String> get(String path, String... headers) {
		return get(uri("local.server.port", "/actuator" + path), headers);
	}

	HttpResponse<String> getFromManagementPort(String path) {
		return get(uri("local.management.port", "/actuator" + path));
	}

	HttpResponse<String> get(URI uri, String... headers) {
		return send(request(uri, headers));
	}

	HttpResponse<String> post(String path, String body, String... headers) {
		return send(request(uri("local.server.port", "/actuator" + path), headers)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	URI uri(String portProperty, String path) {
		return URI.create("http://localhost:" + port(portProperty) + path);
	}

	private static HttpRequest.Builder request(URI uri, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri);
		return (headers.length > 0) ? request.headers(headers) : request;
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
	@Import({ Application.Authentication.class, OwnResources.class })
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

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class,
			excludeName = "io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration")
	@Import(OwnResources.class)
	static class SecuredApplication {

	}

	/**
	 * Otherwise the end of one reactive application disposes of the threads of all.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class OwnResources {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			return resources;
		}

	}

}
