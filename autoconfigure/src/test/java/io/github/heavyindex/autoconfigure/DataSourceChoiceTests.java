package io.github.heavyindex.autoconfigure;

import javax.sql.DataSource;

import io.github.heavyindex.HeavyIndexDataSource;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which data source index operations follow.
 */
class DataSourceChoiceTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint)");
	}

	private ApplicationContextRunner runner(Class<?>... configurations) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HeavyIndexAutoConfiguration.class))
			.withUserConfiguration(configurations)
			.withPropertyValues("test.url=" + this.database.jdbcUrl(), "test.username=" + this.database.username(),
					"test.password=" + this.database.password(), "heavy-index.poll-interval=100ms",
					"heavy-index.operations.create_x.sql=create index x on logs (id)");
	}

	@Test
	void theOnlyOne() {
		runner(First.class).run(this::completes);
	}

	@Test
	void thePrimaryOfTwo() {
		runner(First.class, AnotherPrimary.class).run(this::completes);
	}

	@Test
	void theOneThatIsMeantForUs() {
		runner(First.class, Elsewhere.class, Own.class).run(this::completes);
	}

	@Test
	void theOneThatIsMeantForUsIsNotTakenForTheApplications() {
		runner(First.class, Own.class).run((context) -> {
			completes(context);
			assertThat(context).getBeans(DataSource.class).hasSize(2);
		});
	}

	@Test
	void theAddressComesFirst() {
		runner(Elsewhere.class, Second.class)
			.withPropertyValues("heavy-index.datasource.url=" + this.database.jdbcUrl(),
					"heavy-index.datasource.username=" + this.database.username(),
					"heavy-index.datasource.password=" + this.database.password())
			.run(this::completes);
	}

	@Test
	void twoWithoutPrimary() {
		runner(First.class, Second.class).run((context) -> assertThat(problem(context)).contains("[first, second]",
				"none is primary", "@HeavyIndexDataSource", "heavy-index.datasource.url"));
	}

	@Test
	void twoThatAreMeantForUs() {
		runner(First.class, Own.class, AnotherOwn.class)
			.run((context) -> assertThat(problem(context)).contains("[own, anotherOwn]", "@HeavyIndexDataSource"));
	}

	@Test
	void none() {
		runner().run((context) -> assertThat(problem(context)).contains("no DataSource", "spring.datasource.url",
				"heavy-index.datasource.url"));
	}

	@Test
	void ownsOtherDatabaseIsNoticed() {
		TestDatabase another = this.database.another();
		runner(First.class)
			.withPropertyValues("heavy-index.datasource.url=" + another.jdbcUrl(),
					"heavy-index.datasource.username=" + another.username(),
					"heavy-index.datasource.password=" + another.password())
			.run((context) -> assertThat(problem(context)).contains(another.name(), this.database.name()));
	}

	private String problem(ApplicationContext context) {
		HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
		String problem = Awaitility.await().until(() -> heavyIndexes.status().problem(), (text) -> text != null);
		assertThat(heavyIndexes.isCompleted("create_x")).isFalse();
		assertThat(
				this.database.query("select indexname::text from pg_indexes where schemaname = 'public'", String.class))
			.isEmpty();
		return String.valueOf(problem);
	}

	private void completes(ApplicationContext context) {
		HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
		Awaitility.await().until(() -> heavyIndexes.isCompleted("create_x"));
		assertThat(this.database.single("select to_regclass('x') is not null", Boolean.class)).isTrue();
	}

	static DataSource dataSource(Environment environment) {
		return new DriverManagerDataSource(environment.getRequiredProperty("test.url"),
				environment.getRequiredProperty("test.username"), environment.getRequiredProperty("test.password"));
	}

	static DataSource nowhere() {
		return new DriverManagerDataSource("jdbc:postgresql://localhost:1/nowhere");
	}

	@Configuration(proxyBeanMethods = false)
	static class First {

		@Bean
		DataSource first(Environment environment) {
			return dataSource(environment);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Second {

		@Bean
		DataSource second() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Elsewhere {

		@Bean
		DataSource elsewhere() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnotherPrimary {

		@Bean
		@Primary
		DataSource main(Environment environment) {
			return dataSource(environment);
		}

		@Bean
		DataSource reporting() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		@HeavyIndexDataSource
		DataSource own(Environment environment) {
			return dataSource(environment);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnotherOwn {

		@Bean
		@HeavyIndexDataSource
		DataSource anotherOwn() {
			return nowhere();
		}

	}

}
