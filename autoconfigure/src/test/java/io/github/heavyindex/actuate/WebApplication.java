package io.github.heavyindex.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import io.github.heavyindex.HeavyIndexes;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A web application on a port of its own, as an application that uses the starter is, but
 * for its {@link HeavyIndexes}.
 */
class WebApplication implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	WebApplication(HeavyIndexes heavyIndexes, String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--management.endpoints.web.exposure.include=heavyindexes,health"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		this.context = new SpringApplicationBuilder(Application.class)
			.initializers((context) -> context.getBeanFactory().registerSingleton("testHeavyIndexes", heavyIndexes))
			.run(arguments.toArray(String[]::new));
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

	HttpResponse<String> post(String path, String body) {
		return send(request("local.server.port", path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
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
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class,
			excludeName = "io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration")
	static class Application {

	}

}
