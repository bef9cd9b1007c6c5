package io.github.heavyindex.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OperationsBindHandler}.
 */
class OperationsBindHandlerTests {

	private static final String YAML = """
			heavy-index:
			  poll-interval: 7s
			  operations:
			    create_Logs-topic_idx:
			      sql: CREATE INDEX logs_topic_idx ON logs USING gin (topics)
			      depends-on: [ a, b, c ]
			      critical: true
			      max-duration: 2h
			    "[a.b]":
			      table: ${demo.table}
			      index: logs_idx
			      columns: coalesce(a, b)
			      include: [ "c", "d" ]
			      where: ""
			      unique: true
			      onMismatch: FAIL
			      requires_approval: on
			    tags:
			      sql: DROP INDEX x
			      dependsOn: a,b
			      description: a, b
			    none:
			      sql: DROP INDEX y
			      depends-on: []
			""";

	@Test
	void theResultIsThatOfTheBinderItself() throws Exception {
		StandardEnvironment environment = environment(YAML);
		environment.getPropertySources()
			.addFirst(new MapPropertySource("override",
					Map.of("heavy-index.operations.create_Logs-topic_idx.depends-on[0]", "z",
							"heavy-index.operations.tags.description", "another", "demo.table", "App.Logs")));
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					Map.of("HEAVYINDEX_OPERATIONS_NONE_DEPENDSON_0", "q", "HEAVYINDEX_OPERATIONS_DROPX_SQL",
							"DROP INDEX z", "HEAVYINDEX_OPERATIONS_DROPX_DEPENDSON_0", "a")));
		HeavyIndexProperties properties = bind(environment, new OperationsBindHandler(BindHandler.DEFAULT));
		assertThat(properties).isEqualTo(bind(environment, BindHandler.DEFAULT));
		assertThat(properties.operations()).hasSize(5);
		assertThat(properties.operations().get("create_Logs-topic_idx")).extracting(OperationProperties::dependsOn)
			.isEqualTo(List.of("z"));
		assertThat(properties.operations().get("a.b")).extracting(OperationProperties::table).isEqualTo("App.Logs");
	}

	@Test
	void operationsMayBeAllThatIsSet() throws Exception {
		HeavyIndexProperties properties = bind(environment("heavy-index.operations.x.sql: DROP INDEX x"),
				new OperationsBindHandler(BindHandler.DEFAULT));
		assertThat(properties.operations()).containsOnlyKeys("x");
		assertThat(properties.enabled()).isTrue();
	}

	@Test
	void aSourceThatDoesNotTellItsKeysIsLeftToTheBinder() throws Exception {
		StandardEnvironment environment = environment("heavy-index.operations.x.critical: true");
		environment.getPropertySources().addFirst(new PropertySource<>("remote", new Object()) {

			@Override
			public @Nullable Object getProperty(String name) {
				return name.equals("heavy-index.operations.x.sql") ? "DROP INDEX x" : null;
			}

		});
		HeavyIndexProperties properties = bind(environment, new OperationsBindHandler(BindHandler.DEFAULT));
		assertThat(properties.operations().get("x")).extracting(OperationProperties::sql).isEqualTo("DROP INDEX x");
	}

	@ParameterizedTest
	@CsvSource({ "operations.x.max-duration,4 parsecs", "operations.x.unique,perhaps",
			"operations.x.on-mismatch,ignore" })
	void aValueOfTheWrongKindIsNamed(String key, String value) throws Exception {
		StandardEnvironment environment = environment("heavy-index." + key + ": " + value);
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(environment, new OperationsBindHandler(BindHandler.DEFAULT)))
			.satisfies((failure) -> assertThat(failure.getName()).hasToString("heavy-index." + key));
	}

	@ParameterizedTest
	@CsvSource({ "operations.x.sqll,DROP INDEX x", "operations.x,DROP INDEX x", "operations.x.sql.y,DROP INDEX x",
			"operations.x.depends-on[1],a" })
	void anUnknownKeyStaysUnbound(String key, String value) throws Exception {
		StandardEnvironment environment = environment("");
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of("heavy-index." + key, value)));
		BindHandler handler = new OperationsBindHandler(new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(environment, handler))
			.havingCause()
			.isInstanceOf(UnboundConfigurationPropertiesException.class)
			.withMessageContaining("heavy-index." + key);
	}

	private static HeavyIndexProperties bind(StandardEnvironment environment, BindHandler handler) {
		return Binder.get(environment).bindOrCreate("heavy-index", Bindable.of(HeavyIndexProperties.class), handler);
	}

	private static StandardEnvironment environment(String yaml) throws IOException {
		StandardEnvironment environment = new StandardEnvironment();
		MutablePropertySources sources = environment.getPropertySources();
		sources.remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		new YamlPropertySourceLoader().load("test", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
			.forEach(sources::addLast);
		return environment;
	}

}
