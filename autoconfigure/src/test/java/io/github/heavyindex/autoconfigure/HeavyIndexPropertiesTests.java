package io.github.heavyindex.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.unit.DataSize;

import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.Mode;
import io.github.heavyindex.decision.Guards;
import io.github.heavyindex.decision.Policy;
import io.github.heavyindex.decision.RetryPolicy;
import io.github.heavyindex.decision.Upkeep;
import io.github.heavyindex.decision.Window;
import io.github.heavyindex.execution.BuildPolicy;
import io.github.heavyindex.execution.BuildPolicy.AnalyzePolicy;
import io.github.heavyindex.execution.Settings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexProperties}.
 */
class HeavyIndexPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Binding.class);

	@Test
	void theDefaultsAreThoseOfTheDocumentation() {
		this.runner.run(bound((properties) -> {
			assertThat(properties.enabled()).isTrue();
			assertThat(properties.mode()).isEqualTo(Mode.BACKGROUND);
			assertThat(properties.operations()).isEmpty();
			assertThat(properties.pollInterval()).isEqualTo(Duration.ofSeconds(5));
			assertThat(properties.maxConcurrentOperations()).isEqualTo(2);
			assertThat(properties.history().initializeSchema()).isEqualTo(HeavyIndexProperties.InitializeSchema.ALWAYS);
			assertThat(properties.history().schema()).isNull();
			assertThat(properties.retry())
				.isEqualTo(new HeavyIndexProperties.Retry(5, Duration.ofSeconds(30), 2, Duration.ofMinutes(10)));
			assertThat(properties.lockTimeout()).isEqualTo(Duration.ofSeconds(5));
			assertThat(properties.maxDuration()).isNull();
			assertThat(properties.onMismatch()).isEqualTo(OnMismatch.FAIL);
			assertThat(properties.onShutdown()).isEqualTo(HeavyIndexProperties.OnShutdown.LEAVE);
			assertThat(properties.window().zone()).isEqualTo("UTC");
			assertThat(properties.guard().onUnknown()).isEqualTo(HeavyIndexProperties.OnUnknown.HOLD);
			assertThat(properties.build().maintenanceWorkMem()).isNull();
			assertThat(properties.build().concurrentlyFrom()).isEqualTo(DataSize.ofBytes(0));
			assertThat(properties.drift().checkInterval()).isEqualTo(Duration.ofMinutes(5));
			assertThat(properties.job().failOn()).isEqualTo(HeavyIndexProperties.FailOn.CRITICAL);
			assertThat(properties.health().affectsStatus()).isTrue();
			assertThat(properties.showQueries()).isFalse();
			assertThat(properties.datasource().url()).isNull();
		}));
	}

	@Test
	void valuesAreBound() {
		this.runner
			.withPropertyValues("heavy-index.enabled=false", "heavy-index.mode=observe",
					"heavy-index.poll-interval=250ms", "heavy-index.retry.multiplier=1.5",
					"heavy-index.build.maintenance-work-mem=2GB", "heavy-index.build.parallel-workers=0",
					"heavy-index.history.initialize-schema=never", "heavy-index.history.schema=ops",
					"heavy-index.datasource.url=jdbc:postgresql:app", "heavy-index.datasource.password=secret",
					"heavy-index.show-queries=true")
			.run(bound((properties) -> {
				assertThat(properties.enabled()).isFalse();
				assertThat(properties.mode()).isEqualTo(Mode.OBSERVE);
				assertThat(properties.pollInterval()).isEqualTo(Duration.ofMillis(250));
				assertThat(properties.retry().multiplier()).isEqualTo(1.5);
				assertThat(properties.build().maintenanceWorkMem()).isEqualTo(DataSize.ofGigabytes(2));
				assertThat(properties.build().parallelWorkers()).isZero();
				assertThat(properties.history().schema()).isEqualTo("ops");
				assertThat(properties.showQueries()).isTrue();
				assertThat(properties.toString()).doesNotContain("secret");
			}));
	}

	@Test
	void operationsAreBoundFromYaml() {
		yaml("""
				heavy-index:
				  operations:
				    create_Logs-topic_idx:
				      sql: CREATE INDEX logs_topic_idx ON logs USING gin (topics)
				      depends-on: [a, b]
				      critical: true
				      description: Topic filter
				    "[a.b]":
				      table: App.Logs
				      index: logs_idx
				      columns: coalesce(a, b)
				      include: [ "c", "d" ]
				      where: a > 0
				      unique: true
				      using: btree
				      on-mismatch: fail
				""").run(bound((properties) -> {
			assertThat(properties.operations()).containsOnlyKeys("create_Logs-topic_idx", "a.b");
			assertThat(properties.declarations()).containsOnlyKeys("heavy-index.operations.create_Logs-topic_idx",
					"heavy-index.operations.a.b");
			OperationProperties first = Objects.requireNonNull(properties.operations().get("create_Logs-topic_idx"));
			assertThat(first.toDeclaration("x").options().dependsOn()).containsExactly("a", "b");
			assertThat(first.toDeclaration("x").toOperation().sql())
				.isEqualTo("CREATE INDEX CONCURRENTLY \"logs_topic_idx\" ON \"logs\" USING gin (topics)");
			OperationProperties second = Objects.requireNonNull(properties.operations().get("a.b"));
			assertThat(second.toDeclaration("a.b").toOperation().name()).isEqualTo("a.b");
			assertThat(second.toDeclaration("a.b").toOperation().sql())
				.isEqualTo("CREATE UNIQUE INDEX CONCURRENTLY \"logs_idx\" ON \"App\".\"Logs\" USING \"btree\""
						+ " (coalesce(a, b)) INCLUDE (c, d) WHERE a > 0");
		}));
	}

	@Test
	void operationsAreBoundFromEnvironmentVariables() {
		Map<String, Object> variables = Map.of("HEAVYINDEX_OPERATIONS_DROPX_SQL", "DROP INDEX x",
				"HEAVYINDEX_OPERATIONS_DROPX_DEPENDSON_0", "a", "HEAVYINDEX_POLLINTERVAL", "1s");
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								variables)))
			.run(bound((properties) -> {
				assertThat(properties.pollInterval()).isEqualTo(Duration.ofSeconds(1));
				assertThat(properties.operations()).containsOnlyKeys("dropx");
				assertThat(properties.declarations().values()).first()
					.satisfies((declaration) -> assertThat(declaration.options().dependsOn()).containsExactly("a"));
			}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "heavy-index.enabeld=true", "heavy-index.operations.x.columsn=a",
			"heavy-index.retry.max-atempts=3", "heavy-index.operations[a.b].sqll=DROP INDEX x" })
	void anUnknownKeyFailsAndIsNamed(String property) {
		this.runner.withPropertyValues("heavy-index.operations.x.sql=DROP INDEX x", property)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining(
						"The elements [" + property.substring(0, property.indexOf('=')) + "] were left unbound"));
	}

	@ParameterizedTest
	@CsvSource({ "poll-interval,0s", "poll-interval,-5s", "poll-interval,400d", "lock-timeout,0s", "lock-timeout,25d",
			"max-concurrent-operations,0", "max-concurrent-operations,-1", "retry.max-attempts,0",
			"retry.initial-delay,-1s", "retry.max-delay,1s", "retry.multiplier,0.5", "retry.multiplier,NaN",
			"build.maintenance-work-mem,256", "build.maintenance-work-mem,-1MB", "build.parallel-workers,-1",
			"build.parallel-workers,2000", "history.schema,''", "drift.check-interval,0s", "datasource.username,app" })
	void aValueThatMakesNoSenseFailsAndIsNamed(String property, String value) {
		this.runner.withPropertyValues("heavy-index." + property + "=" + value)
			.run(failed("Field error in object 'heavy-index' on field '" + property + "'"));
	}

	@Test
	void aPasswordWithoutUrlFailsAndIsNotShown() {
		this.runner.withPropertyValues("heavy-index.datasource.password=verysecret").run((context) -> {
			assertThat(context).hasFailed().getFailure().hasStackTraceContaining("datasource.password has no effect");
			assertThat(context).getFailure().rootCause().message().doesNotContain("verysecret");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					max-duration                  | -1h    | max-duration     | must be between 10ms and
					max-duration                  | 0s     | max-duration     | must be between 10ms and
					guard.max-active-connections  | 0      | max-active-connections | must be at least 1
					guard.max-active-connections  | -5     | max-active-connections | must be at least 1
					guard.max-transaction-age     | -1s    | max-transaction-age    | must be between 10ms and
					guard.max-replication-lag     | 0s     | max-replication-lag    | must be between 10ms and
					guard.on-unknown              | maybe  | heavy-index.guard.on-unknown   | OnUnknown.maybe
					on-shutdown                   | kill   | heavy-index.on-shutdown        | OnShutdown.kill
					build.on-conflict             | fight  | heavy-index.build.on-conflict  | OnConflict.fight
					window.start                  | 22:00  | window.end          | is missing while heavy-index.window.start is set
					window.end                    | 06:00  | window.start        | is missing while heavy-index.window.end is set
					window.days                   | mon    | window.days         | has no effect without heavy-index.window.start
					window.stop-running           | true   | window.stop-running | has no effect without heavy-index.window.start
					window.max-duration           | 1h     | window.max-duration | has no effect without heavy-index.window.start
					window.max-duration           | -1h    | window.max-duration | must be between 10ms and
					window.zone                   | Mars/X | window.zone         | is no time zone, write it as in UTC, Europe/Berlin
					""")
	void aLimitThatMakesNoSenseFailsAndSaysWhatIsAllowed(String property, String value, String named, String allowed) {
		this.runner.withPropertyValues("heavy-index." + property + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context).getFailure().hasStackTraceContaining(named);
			assertThat(context).getFailure().hasStackTraceContaining(allowed);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			heavy-index.window.start=22:00      | window.end   | must not be the same as heavy-index.window.start
			heavy-index.window.start=25:00      | window.start | '25:00' is no time of day, write it as in "22:00"
			heavy-index.window.start=22         | window.start | '22' is no time of day, write it as in "22:00"
			heavy-index.window.days=mon,someday | window.days  | 'someday' is no day, write it as in mon or MONDAY
			""", quoteCharacter = '`')
	void aWindowThatMakesNoSenseFailsAndSaysWhatIsAllowed(String property, String named, String allowed) {
		this.runner.withPropertyValues("heavy-index.window.start=21:00", "heavy-index.window.end=22:00", property)
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context).getFailure()
					.hasStackTraceContaining("Field error in object 'heavy-index' on field '" + named + "'");
				assertThat(context).getFailure().hasStackTraceContaining(allowed);
			});
	}

	@Test
	void guardsAreBound() {
		yaml("""
				heavy-index:
				  max-duration: 4h
				  on-mismatch: replace
				  on-shutdown: cancel
				  window:
				    start: 22:00
				    end: 6:30
				    days: [mon, FRIDAY]
				    zone: Europe/Berlin
				    stop-running: true
				    max-duration: 120m
				  guard:
				    max-active-connections: 50
				    max-transaction-age: 1m
				    max-replication-lag: 500ms
				    stop-running: true
				    on-unknown: ignore
				  build:
				    on-conflict: yield
				    analyze: never
				    concurrently-from: 10MB
				  drift:
				    action: repair
				  rebuild:
				    cool-down: 24h
				""").run(bound((properties) -> {
			Settings settings = PropertyMappings.settings(properties, new StandardEnvironment(), List.of());
			assertThat(settings.build()).isEqualTo(new BuildPolicy(AnalyzePolicy.NEVER, 10 * 1024 * 1024));
			assertThat(settings.cancelOnClose()).isTrue();
			Window window = new Window(LocalTime.of(22, 0), LocalTime.of(6, 30),
					Set.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY), ZoneId.of("Europe/Berlin"), true, Duration.ofHours(2));
			Guards guards = new Guards(window, 50, Duration.ofMinutes(1), Duration.ofMillis(500), true, false);
			assertThat(settings.policy()).isEqualTo(new Policy(2, guards, Duration.ofHours(4), Duration.ofSeconds(5),
					new RetryPolicy(5, Duration.ofSeconds(30), 2, Duration.ofMinutes(10)),
					new Upkeep(true, Duration.ofDays(1)), OnMismatch.REPLACE));
		}));
	}

	@Test
	void everyPropertyIsInTheMetadataWithADescriptionAndTheOthersWithADefault() throws Exception {
		Map<String, Object> metadata = JsonParserFactory.getJsonParser()
			.parseMap(new ClassPathResource("META-INF/spring-configuration-metadata.json")
				.getContentAsString(StandardCharsets.UTF_8));
		Map<String, Object> defaults = new HashMap<>();
		for (Object element : (Iterable<?>) Objects.requireNonNull(metadata.get("properties"))) {
			Map<?, ?> property = (Map<?, ?>) element;
			String name = String.valueOf(property.get("name"));
			if (name.startsWith("heavy-index.")) {
				assertThat(property.get("description")).as(name).isInstanceOf(String.class).asString().endsWith(".");
				defaults.put(name, property.get("defaultValue"));
			}
		}
		assertThat(defaults).hasSize(43).containsEntry("heavy-index.poll-interval", "5s");
		defaults.values().removeIf((value) -> value != null);
		assertThat(defaults).containsOnlyKeys("heavy-index.operations", "heavy-index.max-duration",
				"heavy-index.history.schema", "heavy-index.window.start", "heavy-index.window.end",
				"heavy-index.window.days", "heavy-index.window.max-duration",
				"heavy-index.guard.max-active-connections", "heavy-index.guard.max-transaction-age",
				"heavy-index.guard.max-replication-lag", "heavy-index.build.maintenance-work-mem",
				"heavy-index.build.parallel-workers", "heavy-index.job.timeout", "heavy-index.check.json",
				"heavy-index.datasource.url", "heavy-index.datasource.username", "heavy-index.datasource.password",
				"heavy-index.datasources");
	}

	private ApplicationContextRunner yaml(String text) {
		return this.runner.withInitializer((context) -> {
			try {
				new YamlPropertySourceLoader()
					.load("test", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
					.forEach(context.getEnvironment().getPropertySources()::addFirst);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	private static ContextConsumer<AssertableApplicationContext> bound(Consumer<HeavyIndexProperties> assertions) {
		return (context) -> assertions.accept(context.getBean(HeavyIndexProperties.class));
	}

	private static ContextConsumer<AssertableApplicationContext> failed(String message) {
		return (context) -> assertThat(context).hasFailed().getFailure().hasStackTraceContaining(message);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(HeavyIndexProperties.class)
	static class Binding {

		@Bean
		static ConfigurationPropertiesBindHandlerAdvisor operations() {
			return OperationsBindHandler::new;
		}

	}

}
