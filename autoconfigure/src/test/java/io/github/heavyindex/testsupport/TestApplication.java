package io.github.heavyindex.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.zaxxer.hikari.HikariDataSource;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration;
import org.awaitility.Awaitility;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A real application with the starter, on a database of the fixture, with short
 * intervals. Close it to stop it gracefully.
 */
public final class TestApplication implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private final ConfigurableApplicationContext context;

	private TestApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Prepares an application on a database.
	 * @param database the database
	 * @return a builder
	 */
	public static Builder on(TestDatabase database) {
		return new Builder(database);
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	public HeavyIndexes heavyIndexes() {
		return this.context.getBean(HeavyIndexes.class);
	}

	public OperationStatus status(String name) {
		return heavyIndexes().find(name).orElseThrow();
	}

	/**
	 * Waits until an operation is in a state.
	 * @return the operation
	 */
	public OperationStatus await(String name, OperationState state) {
		return await(name, (operation) -> operation.state() == state);
	}

	/**
	 * Waits until an operation is as expected.
	 * @return the operation
	 */
	public OperationStatus await(String name, Predicate<OperationStatus> expected) {
		try {
			return Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> status(name), expected);
		}
		catch (RuntimeException ex) {
			throw new AssertionError(name + " is not as expected: " + heavyIndexes().status(), ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, HeavyIndexAutoConfiguration.class })
	static class Base {

	}

	/**
	 * Prepares an application.
	 */
	public static final class Builder {

		private final List<String> properties = new ArrayList<>();

		private final List<Class<?>> sources = new ArrayList<>(List.of(Base.class));

		private Consumer<SpringApplicationBuilder> customizer = (builder) -> {
		};

		Builder(TestDatabase database) {
			property("spring.datasource.type", HikariDataSource.class.getName());
			property("spring.datasource.url", database.jdbcUrl());
			property("spring.datasource.username", database.username());
			property("spring.datasource.password", database.password());
			property("heavy-index.poll-interval", "100ms");
			property("heavy-index.retry.initial-delay", "200ms");
			property("heavy-index.drift.check-interval", "300ms");
			property("heavy-index.lock-timeout", "300ms");
		}

		/**
		 * Sets a property; a later value wins.
		 */
		public Builder property(String name, String value) {
			this.properties.removeIf((property) -> property.startsWith("--" + name + "="));
			this.properties.add("--" + name + "=" + value);
			return this;
		}

		/**
		 * Declares an operation in the application's properties.
		 */
		public Builder operation(String name, String sql, String... dependsOn) {
			property("heavy-index.operations." + name + ".sql", sql);
			for (int i = 0; i < dependsOn.length; i++) {
				property("heavy-index.operations." + name + ".depends-on[" + i + "]", dependsOn[i]);
			}
			return this;
		}

		/**
		 * Adds configuration classes.
		 */
		public Builder with(Class<?>... sources) {
			this.sources.addAll(List.of(sources));
			return this;
		}

		/**
		 * Customizes the application.
		 */
		public Builder customize(Consumer<SpringApplicationBuilder> customizer) {
			this.customizer = this.customizer.andThen(customizer);
			return this;
		}

		/**
		 * Starts the application.
		 * @return the running application
		 */
		public TestApplication start() {
			SpringApplicationBuilder builder = new SpringApplicationBuilder(this.sources.toArray(Class[]::new))
				.web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.logStartupInfo(false)
				.registerShutdownHook(false);
			this.customizer.accept(builder);
			return new TestApplication(builder.run(this.properties.toArray(String[]::new)));
		}

	}

}
