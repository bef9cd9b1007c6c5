package io.github.heavyindex.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.Compiled;
import org.springframework.core.test.tools.TestCompiler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is prepared ahead of time finds the same operations, and {@code enabled} is still
 * read at run time.
 */
class AheadOfTimeTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, a int)");
	}

	@Test
	@CompileWithForkedClassLoader
	void theSameOperationsAreFoundAndEnabledIsReadAtRunTime() {
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
		properties("true").applyTo(source);
		source.register(Application.class);
		var initializer = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			run(compiled, initializer.toString(), "false", AheadOfTimeTests::isSwitchedOff);
			run(compiled, initializer.toString(), "true", AheadOfTimeTests::carriesAllOut);
		});
	}

	@Test
	void whateverIsReadFromTheClassPathIsPreparedToo() throws IOException {
		RuntimeHints hints = new RuntimeHints();
		new ResourceHints().registerHints(hints, null);
		Path classes = Path.of("target/classes");
		try (Stream<Path> files = Files.walk(classes.resolve("io/github/heavyindex"))) {
			List<String> resources = files.filter(Files::isRegularFile)
				.map((file) -> classes.relativize(file).toString().replace('\\', '/'))
				.filter((file) -> !file.endsWith(".class"))
				.toList();
			assertThat(resources).contains("io/github/heavyindex/history/schema.sql")
				.allMatch((resource) -> RuntimeHintsPredicates.resource().forResource(resource).test(hints));
		}
	}

	private static void isSwitchedOff(HeavyIndexes heavyIndexes) {
		assertThat(heavyIndexes.status().problem()).contains("heavy-index.enabled");
		assertThat(heavyIndexes.list()).hasSize(3);
	}

	private static void carriesAllOut(HeavyIndexes heavyIndexes) {
		assertThat(heavyIndexes.list()).extracting(OperationStatus::name)
			.containsExactlyInAnyOrder("create_by_class", "create_by_method", "create_by_property");
		Awaitility.await().until(() -> heavyIndexes.status().summary().completed() == 3);
		assertThat(heavyIndexes.isCompleted(ByClass.class)).isTrue();
	}

	private void run(Compiled compiled, String initializer, String enabled, Consumer<HeavyIndexes> test) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			properties(enabled).applyTo(context);
			@SuppressWarnings("unchecked")
			ApplicationContextInitializer<GenericApplicationContext> prepared = compiled
				.getInstance(ApplicationContextInitializer.class, initializer);
			prepared.initialize(context);
			context.refresh();
			test.accept(context.getBean(HeavyIndexes.class));
		}
	}

	private TestPropertyValues properties(String enabled) {
		return TestPropertyValues.of(List.of("spring.aot.enabled=true", "heavy-index.enabled=" + enabled,
				"heavy-index.poll-interval=50ms", "spring.datasource.url=" + this.database.jdbcUrl(),
				"spring.datasource.username=" + this.database.username(),
				"spring.datasource.password=" + this.database.password(),
				"heavy-index.operations.create_by_property.sql=create index c on logs (a)"));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, HeavyIndexAutoConfiguration.class,
			HeavyIndexTaskAutoConfiguration.class })
	@Import(ByClass.class)
	static class Application {

		@Bean
		@HeavyIndexOperation(name = "create_by_method")
		IndexOperation byMethod() {
			return CreateIndex.named("b").on("logs").columns("id", "a").build();
		}

	}

	@HeavyIndexOperation(name = "create_by_class", value = "create index a on logs (id)")
	static class ByClass {

	}

}
