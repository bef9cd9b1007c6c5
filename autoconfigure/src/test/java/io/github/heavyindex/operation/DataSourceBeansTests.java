package io.github.heavyindex.operation;

import java.util.Map;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.HeavyIndexDataSource;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.IndexOperation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The names of data sources that operations bear.
 */
class DataSourceBeansTests {

	@Test
	void eachWayToDeclareNamesABeanWhichIsNotCreatedForThat() {
		discover((operations) -> {
			assertThat(operations.find("on_class").orElseThrow().options().dataSource()).isEqualTo("reporting");
			assertThat(operations.find("on_method").orElseThrow().options().dataSource()).isEqualTo("reporting");
			assertThat(operations.find("in_builder").orElseThrow().options().dataSource()).as("an alias")
				.isEqualTo("reporting");
			assertThat(operations.byDataSource()).hasSize(1);
		}, Reporting.class, OwnPrimary.class, OnClass.class, OnMethod.class);
	}

	@Test
	void aNameThatNoBeanHasIsRefusedWithTheNearest() {
		refuses("no bean of that name", "Did you mean 'reporting'?", "reprting", Reporting.class, Other.class);
		refuses("The operation 'create_i' is for the data source 'warehouse', and there is no bean of that name",
				"Name one of the DataSource beans [reporting, other], or none for the application's own.", "warehouse",
				Reporting.class, Other.class);
		refuses("no bean of that name", "Declare a DataSource bean of that name.", "warehouse");
	}

	@Test
	void aBeanThatIsNoDataSourceIsRefused() {
		refuses("the bean of that name is no DataSource: java.lang.String", "Name one of", "text", Reporting.class,
				Text.class);
	}

	@Test
	void aFactoryThatDoesNotSayWhatItMakesIsNotAsked() {
		discover((operations) -> assertThat(operations.byDataSource().get(0).dataSource()).isEqualTo("made"),
				Made.class, operation("made"));
	}

	@Test
	void theApplicationsOwnDataSourceMayBeNamed() {
		for (Class<?> own : new Class<?>[] { OwnPrimary.class, OwnOnly.class, OwnQualified.class }) {
			discover((operations) -> assertThat(operations.byDataSource().get(0).dataSource()).as(own.getSimpleName())
				.isNull(), own, operation("own"));
		}
		discover((operations) -> assertThat(operations.byDataSource().get(0).dataSource()).as("which one is not clear")
			.isEqualTo("other"), Other.class, Reporting.class, operation("other"));
	}

	@Test
	void settingsMustBeThoseOfADataSource() {
		assertThat(problem("reporting")).isEmpty();
		assertThat(problem("REPORTING")).as("from the environment").isEmpty();
		assertThat(problem("reprting")).contains(
				"property 'heavy-index.datasources.reprting': It sets how to reach the data source 'reprting'",
				"there is no bean of that name", "Did you mean 'reporting'?");
		assertThat(problem("own")).contains("is the application's own", "Set heavy-index.datasource.* instead.");
		assertThat(problem("alias")).contains("is an alias of the data source 'reporting'",
				"Set heavy-index.datasources.reporting instead.");
	}

	private static String problem(String name) {
		try (var context = new AnnotationConfigApplicationContext(Reporting.class, OwnPrimary.class)) {
			new OperationDiscovery(context).discover(Map.of(), Map.of("heavy-index.datasources." + name, name));
			return "";
		}
		catch (OperationDeclarationException ex) {
			return ex.getMessage() + " " + ex.getAction();
		}
	}

	private static void refuses(String message, String action, String name, Class<?>... configurations) {
		try (var context = new AnnotationConfigApplicationContext()) {
			context.registerBean("operation", IndexOperation.class, () -> create(name));
			if (configurations.length > 0) {
				context.register(configurations);
			}
			context.refresh();
			assertThatExceptionOfType(OperationDeclarationException.class)
				.isThrownBy(() -> new OperationDiscovery(context).discover(Map.of()))
				.withMessageContaining("bean 'operation': ")
				.withMessageContaining(message)
				.satisfies((ex) -> assertThat(ex.getAction()).contains(action));
		}
	}

	private static void discover(Consumer<DeclaredOperations> assertions, Class<?>... configurations) {
		try (var context = new AnnotationConfigApplicationContext(configurations)) {
			assertions.accept(new OperationDiscovery(context).discover(Map.of()));
			assertThat(context.getBeanFactory().containsSingleton("reporting")).as("created").isFalse();
		}
	}

	private static Class<?> operation(String dataSource) {
		return switch (dataSource) {
			case "own" -> OnOwn.class;
			case "made" -> OnMade.class;
			default -> OnOther.class;
		};
	}

	private static CreateIndex create(String dataSource) {
		return CreateIndex.named("i").on("t").columns("a").dataSource(dataSource).build();
	}

	private static DataSource nowhere() {
		return new DriverManagerDataSource("jdbc:postgresql://localhost:1/nowhere");
	}

	@HeavyIndexOperation(sql = "create index on_class_idx on t (a)", name = "on_class", dataSource = "reporting")
	static class OnClass {

	}

	@HeavyIndexOperation(sql = "create index i on t (a)", dataSource = "own")
	static class OnOwn {

	}

	@HeavyIndexOperation(sql = "create index i on t (a)", dataSource = "made")
	static class OnMade {

	}

	@HeavyIndexOperation(sql = "create index i on t (a)", dataSource = "other")
	static class OnOther {

	}

	@Configuration(proxyBeanMethods = false)
	static class OnMethod {

		@Bean
		@HeavyIndexOperation(name = "on_method", dataSource = "reporting")
		IndexOperation annotated() {
			return CreateIndex.named("on_method_idx").on("t").columns("a").build();
		}

		@Bean
		IndexOperation built() {
			return CreateIndex.named("in_builder_idx")
				.on("t")
				.columns("a")
				.name("in_builder")
				.dataSource("alias")
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reporting {

		@Bean({ "reporting", "alias" })
		@Lazy
		DataSource reporting() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Other {

		@Bean
		DataSource other() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Text {

		@Bean
		String text() {
			return "text";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPrimary {

		@Bean
		@Primary
		DataSource own() {
			return nowhere();
		}

		@Bean
		DataSource second() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnOnly {

		@Bean
		DataSource own() {
			return nowhere();
		}

		@Bean(defaultCandidate = false)
		DataSource second() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnQualified {

		@Bean
		@HeavyIndexDataSource
		DataSource own() {
			return nowhere();
		}

		@Bean
		DataSource applications() {
			return nowhere();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Made {

		@Bean
		@Lazy
		FactoryBean<?> made() {
			throw new IllegalStateException("asked");
		}

	}

}
