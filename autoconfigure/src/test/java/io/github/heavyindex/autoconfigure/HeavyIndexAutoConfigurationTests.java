package io.github.heavyindex.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.actuate.HeavyIndexesHealthIndicator;
import io.github.heavyindex.actuate.InMemoryHeavyIndexes;
import io.github.heavyindex.execution.HeavyIndexLoop;
import io.github.heavyindex.execution.Reconcilers;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.CountingConnectionSource;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HeavyIndexAutoConfiguration}.
 */
class HeavyIndexAutoConfigurationTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, address text)");
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, HeavyIndexAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.jdbcUrl(),
					"spring.datasource.username=" + this.database.username(),
					"spring.datasource.password=" + this.database.password(), "heavy-index.poll-interval=100ms")
			.withUserConfiguration(Declared.class, Counting.class);
	}

	@Test
	void configured() {
		runner().run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(HeavyIndexes.class)
				.hasSingleBean(HeavyIndexLoop.class)
				.hasSingleBean(Reconcilers.class)
				.hasSingleBean(ConnectionSource.class)
				.hasSingleBean(DeclaredOperations.class)
				.hasBean("heavyIndexTaskScheduler");
			awaitCompleted(context);
			assertThat(context.getBean(HeavyIndexes.class).isCompleted(CreateLogsAddressIndex.class)).isTrue();
		});
	}

	@Test
	void disabledIsThereAndDoesNothing() {
		runner().withPropertyValues("heavy-index.enabled=false").run((context) -> {
			HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
			assertThat(heavyIndexes.isCompleted("create_logs_address_idx")).isFalse();
			assertThat(heavyIndexes.isCompleted(CreateLogsAddressIndex.class)).isFalse();
			assertThat(heavyIndexes.status().problem()).contains("switched off", "heavy-index.enabled");
			assertThat(heavyIndexes.list()).hasSize(1)
				.allMatch((operation) -> operation.state() == OperationState.PENDING);
			assertThat(heavyIndexes.history("create_logs_address_idx")).isEmpty();
			assertThat(heavyIndexes.whenCompleted("create_logs_address_idx")).isNotDone();
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> heavyIndexes.cancel("create_logs_address_idx"))
				.withMessageContaining("heavy-index.enabled");
			// not even who starts all beans of a context starts this one
			context.stop();
			context.start();
			Awaitility.await().during(Duration.ofMillis(500)).until(() -> source(context).opened(), List::isEmpty);
			assertThat(tables()).containsExactly("logs");
		});
	}

	@Test
	void disabledIsHealthy() {
		runner()
			.withConfiguration(AutoConfigurations.of(HeavyIndexHealthAutoConfiguration.class,
					HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class))
			.withPropertyValues("heavy-index.enabled=false",
					"heavy-index.operations.create_critical.sql=create index critical_idx on logs (id)",
					"heavy-index.operations.create_critical.critical=true")
			.run((context) -> {
				var health = context.getBean(HeavyIndexesHealthIndicator.class).health();
				assertThat(health).isNotNull();
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails()).containsKey("problem");
			});
	}

	@Test
	void backsOffForTheUsersHeavyIndexes() {
		HeavyIndexes own = new InMemoryHeavyIndexes();
		runner().withBean("own", HeavyIndexes.class, () -> own)
			.run((context) -> assertThat(context).getBean(HeavyIndexes.class).isSameAs(own));
	}

	@Test
	void backsOffForTheUsersConnectionSource() {
		AtomicBoolean asked = new AtomicBoolean();
		runner().withBean("own", ConnectionSource.class, () -> new RefusingSource(asked)).run((context) -> {
			assertThat(context).hasSingleBean(ConnectionSource.class).doesNotHaveBean("heavyIndexConnectionSource");
			Awaitility.await().untilTrue(asked);
			Awaitility.await()
				.until(() -> context.getBean(HeavyIndexes.class).status().problem(), "refused by the user"::equals);
		});
	}

	@Test
	void backsOffForTheUsersDeclaredOperations() {
		DeclaredOperations own = DeclaredOperations.of(List.of(), List.of());
		runner().withBean("own", DeclaredOperations.class, () -> own).run((context) -> {
			assertThat(context).getBean(DeclaredOperations.class).isSameAs(own);
			assertThat(context.getBean(HeavyIndexes.class).list()).isEmpty();
		});
	}

	@Test
	void withoutOperationsNothingIsEverSent() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, HeavyIndexAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.jdbcUrl(),
					"heavy-index.drift.check-interval=100ms")
			.withUserConfiguration(Counting.class)
			.run((context) -> Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> source(context).opened(), List::isEmpty));
	}

	@Test
	void absentWithoutTheDriver() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(HeavyIndexAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.postgresql"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HeavyIndexes.class));
	}

	@Test
	void absentWithoutSpringJdbc() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(HeavyIndexAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HeavyIndexes.class));
	}

	@Test
	void stopsAndStartsAgain() {
		runner().withPropertyValues("heavy-index.drift.check-interval=100ms").run((context) -> {
			HeavyIndexLoop loop = context.getBean(HeavyIndexLoop.class);
			awaitCompleted(context);
			for (int i = 0; i < 3; i++) {
				context.stop();
				assertThat(loop.isRunning()).isFalse();
				this.database.execute("drop index logs_address_idx");
				context.start();
				assertThat(loop.isRunning()).isTrue();
				Awaitility.await()
					.until(() -> context.getBean(HeavyIndexes.class).isCompleted("create_logs_address_idx"),
							(completed) -> !completed);
				context.getBean(HeavyIndexes.class).retry("create_logs_address_idx");
				awaitCompleted(context);
			}
		});
	}

	@Test
	void aStoppedContextSendsNothing() {
		runner().withPropertyValues("heavy-index.drift.check-interval=50ms").run((context) -> {
			awaitCompleted(context);
			context.stop();
			Awaitility.await().during(Duration.ofMillis(300)).until(() -> {
				// a turn that was under way may end
				source(context).clear();
				return true;
			});
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> source(context).statements(ConnectionPurpose.OBSERVER), List::isEmpty);
		});
	}

	@Test
	void withoutSpringApplicationItStartsByItself() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("test",
						Map.of("spring.datasource.url", this.database.jdbcUrl(), "spring.datasource.username",
								this.database.username(), "spring.datasource.password", this.database.password())));
			context.register(Declared.class, Plain.class);
			context.refresh();
			Awaitility.await()
				.until(() -> context.getBean(HeavyIndexes.class).isCompleted(CreateLogsAddressIndex.class));
		}
	}

	private static void awaitCompleted(AssertableApplicationContext context) {
		HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> heavyIndexes.isCompleted("create_logs_address_idx"));
	}

	private static CountingConnectionSource source(AssertableApplicationContext context) {
		return context.getBean(CountingConnectionSource.class);
	}

	private List<String> tables() {
		return this.database.query("select tablename::text from pg_tables where schemaname = 'public'", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(CreateLogsAddressIndex.class)
	static class Declared {

	}

	@HeavyIndexOperation("CREATE INDEX logs_address_idx ON logs (address)")
	static class CreateLogsAddressIndex {

	}

	@Configuration(proxyBeanMethods = false)
	static class Counting {

		@Bean
		static BeanPostProcessor counting() {
			return CountingConnectionSource.decorator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, HeavyIndexAutoConfiguration.class })
	static class Plain {

	}

}
