package io.github.heavyindex.autoconfigure;

import java.time.Duration;

import io.github.heavyindex.HeavyIndexOperationEvent;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.actuate.HeavyIndexMetrics;
import io.github.heavyindex.actuate.InMemoryHeavyIndexes;
import io.github.heavyindex.actuate.TestOperation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexMetricsAutoConfiguration}.
 */
class HeavyIndexMetricsAutoConfigurationTests {

	private final AutoConfigurations autoConfigurations = AutoConfigurations.of(
			HeavyIndexMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
			CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(this.autoConfigurations)
		.withBean(HeavyIndexes.class,
				() -> new InMemoryHeavyIndexes(TestOperation.of("create_x", OperationState.COMPLETED).build()));

	@Test
	void bindsTheGauges() {
		this.contextRunner.run((context) -> assertThat(context.getBean(MeterRegistry.class)
			.get("heavy.index.progress")
			.tag("name", "create_x")
			.gauge()
			.value()).isEqualTo(1));
	}

	@Test
	void recordsAnAttemptWhenTheEventIsPublished() {
		this.contextRunner.run((context) -> {
			context.publishEvent(
					new HeavyIndexOperationEvent.Completed(TestOperation.of("create_x", OperationState.COMPLETED)
						.attempt("2026-01-01T00:00:00Z", null, Duration.ofMinutes(1))
						.build()));
			assertThat(context.getBean(MeterRegistry.class)
				.get("heavy.index.attempts")
				.tag("name", "create_x")
				.tag("outcome", "completed")
				.timer()
				.count()).isEqualTo(1);
		});
	}

	@Test
	void severalRegistriesRecordAnAttemptOnceEach() {
		this.contextRunner.withBean("first", MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("second", MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				context.publishEvent(
						new HeavyIndexOperationEvent.Failed(TestOperation.of("create_x", OperationState.FAILED)
							.attempt("2026-01-01T00:00:00Z", null, Duration.ofMinutes(1))
							.build()));
				for (String registry : new String[] { "first", "second" }) {
					assertThat(
							context.getBean(registry, MeterRegistry.class).get("heavy.index.attempts").timer().count())
						.isEqualTo(1);
				}
			});
	}

	@Test
	void backsOffForTheUsersBean() {
		HeavyIndexMetrics own = new HeavyIndexMetrics(new InMemoryHeavyIndexes());
		this.contextRunner.withBean("own", HeavyIndexMetrics.class, () -> own)
			.run((context) -> assertThat(context).getBean(HeavyIndexMetrics.class).isSameAs(own));
	}

	@Test
	void absentWithoutHeavyIndexes() {
		new ApplicationContextRunner().withConfiguration(this.autoConfigurations)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HeavyIndexMetrics.class));
	}

	@Test
	void absentWithoutARegistry() {
		new ApplicationContextRunner().withUserConfiguration(Imported.class)
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HeavyIndexMetrics.class));
	}

	@Test
	void absentWithoutMicrometer() {
		new ApplicationContextRunner().withUserConfiguration(Imported.class)
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("heavyIndexMetrics"));
	}

	@Test
	void absentWithoutBootsMetrics() {
		new ApplicationContextRunner().withUserConfiguration(Imported.class)
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("heavyIndexMetrics"));
	}

	/**
	 * Imports as an application does: by the byte code, so that annotations whose class
	 * is absent do no harm.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(HeavyIndexMetricsAutoConfiguration.class)
	static class Imported {

	}

}
