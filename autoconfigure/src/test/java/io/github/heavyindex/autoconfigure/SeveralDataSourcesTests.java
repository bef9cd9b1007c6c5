package io.github.heavyindex.autoconfigure;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Connections to further data sources, and what an application that names one wrongly is
 * told.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeveralDataSourcesTests {

	private static final AtomicInteger CREATED = new AtomicInteger();

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private TestDatabase second;

	@BeforeEach
	void tables() {
		CREATED.set(0);
		this.second = this.database.another();
		this.second.execute("create table logs (id bigint)");
	}

	private ApplicationContextRunner runner(Class<?>... configurations) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HeavyIndexAutoConfiguration.class))
			.withUserConfiguration(configurations)
			.withPropertyValues("test.url=" + this.database.jdbcUrl(), "test.second=" + this.second.jdbcUrl(),
					"test.username=" + this.database.username(), "test.password=" + this.database.password(),
					"heavy-index.poll-interval=100ms",
					"heavy-index.operations.create_x.sql=create index x on logs (id)",
					"heavy-index.operations.create_x.data-source=second");
	}

	@Test
	void connectionsAreDerivedFromTheBean() {
		runner(Own.class, Second.class).run(this::completes);
	}

	@Test
	void severalWithoutAPrimaryAreNoMatterWhereEachOperationNamesOne() {
		runner(Second.class, Third.class).run(this::completes);
	}

	@Test
	void aLazyBeanIsNotCreatedBeforeTheFirstConnection() {
		runner(Own.class, LazySecond.class).withPropertyValues("heavy-index.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(CREATED).hasValue(0);
		});
		runner(Own.class, LazySecond.class).run((context) -> {
			completes(context);
			assertThat(CREATED).hasValue(1);
		});
	}

	@Test
	void aBeanThatCannotBeCreatedIsAProblemOfThatDatabaseOnly() {
		this.database.execute("create table logs (id bigint)");
		runner(Own.class, Broken.class)
			.withPropertyValues("heavy-index.operations.create_y.sql=create index y on logs (id)")
			.run((context) -> {
				HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
				Awaitility.await().until(() -> heavyIndexes.isCompleted("create_y"));
				assertThat(heavyIndexes.status().dataSources()).extracting("problem").first().isNull();
				String problem = Awaitility.await()
					.until(() -> heavyIndexes.status().problem(), (text) -> text != null);
				assertThat(problem).isEqualTo("Data source 'second': The DataSource bean 'second' cannot be had:"
						+ " jdbc:postgresql://h/d?password=*** is no good");
			});
	}

	@Test
	void anAddressOfItsOwnComesFirstAndMustLeadToTheSameDatabase() {
		// as from the environment
		String[] address = { "heavy-index.datasources.SECOND.url=" + this.second.jdbcUrl() + "?ApplicationName=direct",
				"heavy-index.datasources.SECOND.username=" + this.second.username(),
				"heavy-index.datasources.SECOND.password=" + this.second.password() };
		runner(Own.class, Second.class).withPropertyValues(address).run((context) -> {
			completes(context);
			assertThat(context.getBean(HeavyIndexProperties.class).datasources()).containsOnlyKeys("SECOND");
		});
		runner(Own.class, Second.class)
			.withPropertyValues("heavy-index.datasources.second.url=" + this.database.jdbcUrl(),
					"heavy-index.datasources.second.username=" + this.second.username(),
					"heavy-index.datasources.second.password=" + this.second.password())
			.run((context) -> {
				HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
				String problem = Awaitility.await()
					.until(() -> heavyIndexes.status().problem(), (text) -> text != null);
				assertThat(problem).contains("would not work where the application does", this.database.name(),
						this.second.name());
				assertThat(heavyIndexes.status().dataSources()).extracting("name").containsExactly("second");
			});
	}

	@Test
	void eachDatabaseHasThreadsOfItsOwn() {
		runner(Own.class, Second.class).withPropertyValues("heavy-index.max-concurrent-operations=3")
			.run((context) -> assertThat(scheduler(context).getScheduledThreadPoolExecutor().getCorePoolSize())
				.isEqualTo(3 + 1 + 1));
		runner(Own.class, Second.class)
			.withPropertyValues("heavy-index.max-concurrent-operations=3",
					"heavy-index.operations.create_y.sql=create index y on logs (id)")
			.run((context) -> {
				assertThat(context.getBean(DeclaredOperations.class).byDataSource()).hasSize(2);
				assertThat(scheduler(context).getScheduledThreadPoolExecutor().getCorePoolSize())
					.isEqualTo(2 * (3 + 1) + 1);
			});
	}

	@Test
	void aWrongNameFailsTheStartAndSaysWhatIsMeant(CapturedOutput output) {
		fails("--heavy-index.operations.create_x.data-source=secnd");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(
					"property 'heavy-index.operations.create_x': The operation 'create_x' is for the data source 'secnd',"
							+ " and there is no bean of that name")
			.contains("Did you mean 'second'?");
		assertThat(CREATED).hasValue(0);
	}

	@Test
	void settingsForNoDataSourceFailTheStart(CapturedOutput output) {
		fails("--heavy-index.operations.create_x.data-source=second",
				"--heavy-index.datasources.secnd.url=jdbc:postgresql:x");
		assertThat(output)
			.contains("property 'heavy-index.datasources.secnd': It sets how to reach the data source 'secnd'")
			.contains("Did you mean 'second'?");
		fails("--heavy-index.datasources.second.ulr=jdbc:postgresql:x");
		assertThat(output).contains("Property: heavy-index.datasources.second.ulr");
		fails("--heavy-index.datasources.second.username=app", "--heavy-index.datasources.second.password=verysecret");
		assertThat(output).contains("heavy-index.datasources[second].password has no effect without")
			.contains("Reason: has no effect without heavy-index.datasources[second].url")
			.contains("is of no use without url")
			.doesNotContain("verysecret");
	}

	private static void fails(String... arguments) {
		SpringApplication application = new SpringApplication(Lazily.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("heavy-index.operations.create_x.sql", "create index x on logs (id)"));
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> application.run(arguments).close());
	}

	private static ThreadPoolTaskScheduler scheduler(ApplicationContext context) {
		return context.getBean("heavyIndexTaskScheduler", ThreadPoolTaskScheduler.class);
	}

	private void completes(ApplicationContext context) {
		HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
		Awaitility.await().until(() -> heavyIndexes.isCompleted("create_x"));
		assertThat(this.second.single("select to_regclass('x') is not null", Boolean.class)).isTrue();
		assertThat(heavyIndexes.status().problem()).isNull();
	}

	private static DataSource dataSource(Environment environment, String url) {
		return new DriverManagerDataSource(environment.getRequiredProperty(url),
				environment.getRequiredProperty("test.username"), environment.getRequiredProperty("test.password"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		@Primary
		DataSource own(Environment environment) {
			return dataSource(environment, "test.url");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Second {

		@Bean
		DataSource second(Environment environment) {
			return dataSource(environment, "test.second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Third {

		@Bean
		DataSource third() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost:1/nowhere");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazySecond {

		@Bean
		@Lazy
		DataSource second(Environment environment) {
			CREATED.incrementAndGet();
			return dataSource(environment, "test.second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Broken {

		@Bean
		@Lazy
		DataSource second() {
			throw new IllegalStateException("jdbc:postgresql://h/d?password=secret is no good");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(HeavyIndexAutoConfiguration.class)
	static class Lazily {

		@Bean
		@Primary
		@Lazy
		DataSource own() {
			CREATED.incrementAndGet();
			return new DriverManagerDataSource("jdbc:postgresql://localhost:1/nowhere");
		}

		@Bean
		@Lazy
		DataSource second() {
			CREATED.incrementAndGet();
			return new DriverManagerDataSource("jdbc:postgresql://localhost:1/nowhere");
		}

	}

}
