package io.github.heavyindex.testsupport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration;
import io.github.heavyindex.autoconfigure.HeavyIndexTaskAutoConfiguration;
import org.awaitility.Awaitility;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
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
	 * How far an operation is that must be running.
	 */
	public OperationProgress progress(String name) {
		return Objects.requireNonNull(status(name).progress(), name + " shows no progress");
	}

	/**
	 * Waits until a build has done all but wait for the end of an old snapshot.
	 * @return the operation
	 */
	public OperationStatus awaitSnapshotWait(String name) {
		return await(name, (operation) -> operation.progress() != null
				&& "waiting for old snapshots".equals(operation.progress().phase()));
	}

	/**
	 * Waits until the build on a partition has done all but wait for the end of an old
	 * snapshot.
	 * @param partitions how many there are, as the phase says it
	 * @return the operation
	 */
	public OperationStatus awaitSnapshotWait(String name, String partitions) {
		return await(name,
				(operation) -> operation.progress() != null && operation.progress().phase() != null
						&& operation.progress().phase().contains("of " + partitions)
						&& operation.progress().phase().endsWith("waiting for old snapshots"));
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

	/**
	 * Waits until nothing is pending or running any more.
	 * @return the status then
	 */
	public HeavyIndexesStatus awaitAllDone() {
		try {
			return Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> heavyIndexes().status(), (status) -> status.lastObserved() != null
						&& status.summary().pending() + status.summary().running() == 0);
		}
		catch (RuntimeException ex) {
			throw new AssertionError("Not all is done: " + heavyIndexes().status(), ex);
		}
	}

	/**
	 * Waits until the loop has observed a few times more, so that what it might do wrong
	 * had its chance.
	 */
	public void awaitTurns() {
		for (int turn = 0; turn < 3; turn++) {
			Instant before = heavyIndexes().status().lastObserved();
			Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> heavyIndexes().status().lastObserved(), (observed) -> !Objects.equals(observed, before));
		}
	}

	/**
	 * Waits until a running operation is as expected.
	 * @return how far it is
	 */
	public OperationProgress awaitProgress(String name, Predicate<OperationProgress> expected) {
		OperationStatus operation = await(name, (status) -> status.state() == OperationState.RUNNING
				&& status.progress() != null && expected.test(status.progress()));
		return Objects.requireNonNull(operation.progress());
	}

	@Override
	public void close() {
		this.context.close();
	}

	static SpringApplicationBuilder application(List<Class<?>> sources) {
		return new SpringApplicationBuilder(sources.toArray(Class[]::new)).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.registerShutdownHook(false);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, HeavyIndexAutoConfiguration.class,
			HeavyIndexTaskAutoConfiguration.class })
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
		 * Declares an operation by a bean that bears the operation's name.
		 */
		public Builder operation(IndexOperation operation) {
			return customize((builder) -> builder
				.initializers((context) -> context.getBeanFactory().registerSingleton(operation.name(), operation)));
		}

		/**
		 * Adds a data source beside the application's own, which stays the default.
		 */
		public Builder dataSource(String name, DataSource dataSource) {
			return customize((builder) -> builder.initializers((context) -> {
				RootBeanDefinition definition = new RootBeanDefinition(DataSource.class, () -> dataSource);
				definition.setDefaultCandidate(false);
				((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition(name, definition);
			}));
		}

		/**
		 * Declares an operation on another data source.
		 */
		public Builder operationOn(String dataSource, String name, String sql, String... dependsOn) {
			return operation(name, sql, dependsOn).property("heavy-index.operations." + name + ".data-source",
					dataSource);
		}

		/**
		 * Logs in as another role.
		 */
		public Builder as(TestRole role) {
			return property("spring.datasource.username", role.name()).property("spring.datasource.password",
					role.password());
		}

		/**
		 * Starts an application with these properties in a process of its own.
		 * @return the process; its application may not be ready yet
		 */
		public ApplicationProcess startProcess() {
			return ApplicationProcess.start(this.properties);
		}

		/**
		 * Starts the application.
		 * @return the running application
		 */
		public TestApplication start() {
			SpringApplicationBuilder builder = application(this.sources);
			this.customizer.accept(builder);
			return new TestApplication(builder.run(this.properties.toArray(String[]::new)));
		}

	}

}
