package io.github.heavyindex.autoconfigure;

import java.util.Objects;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.actuate.HeavyIndexesHealthIndicator;
import io.github.heavyindex.actuate.InMemoryHeavyIndexes;
import io.github.heavyindex.actuate.TestOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexHealthAutoConfiguration}.
 */
class HeavyIndexHealthAutoConfigurationTests {

	private final AutoConfigurations autoConfigurations = AutoConfigurations.of(HeavyIndexHealthAutoConfiguration.class,
			HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(this.autoConfigurations)
		.withBean(HeavyIndexes.class,
				() -> new InMemoryHeavyIndexes(TestOperation.of("create_x", OperationState.FAILED).critical().build()));

	@Test
	void contributesHeavyIndexes() {
		this.contextRunner.run((context) -> {
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("heavyIndexes"))
				.isSameAs(context.getBean(HeavyIndexesHealthIndicator.class));
			assertThat(status(context.getBean(HeavyIndexesHealthIndicator.class))).isEqualTo(Status.DOWN);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "heavy-index.health.affects-status=false", "heavy-index.health.affectsStatus=false" })
	void theStatusMayBeLeftAlone(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(status(context.getBean(HeavyIndexesHealthIndicator.class)))
				.isEqualTo(Status.UP));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "management.health.heavyindexes.enabled=false", "management.health.defaults.enabled=false" })
	void disabled(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).doesNotHaveBean(HeavyIndexesHealthIndicator.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "heavyIndexesHealthIndicator", "heavyIndexesHealthContributor" })
	void backsOffForTheUsersBeanOfThatName(String name) {
		HealthIndicator own = () -> Health.up().build();
		this.contextRunner.withBean(name, HealthIndicator.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(HeavyIndexesHealthIndicator.class)
				.getBean(name)
				.isSameAs(own));
	}

	@Test
	void backsOffForTheUsersBeanOfThatType() {
		this.contextRunner
			.withBean("own", HeavyIndexesHealthIndicator.class,
					() -> new HeavyIndexesHealthIndicator(new InMemoryHeavyIndexes(), false))
			.run((context) -> assertThat(context).hasSingleBean(HeavyIndexesHealthIndicator.class).hasBean("own"));
	}

	@Test
	void absentWithoutHeavyIndexes() {
		new ApplicationContextRunner().withConfiguration(this.autoConfigurations)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HeavyIndexesHealthIndicator.class));
	}

	@Test
	void absentWithoutHealth() {
		new ApplicationContextRunner().withUserConfiguration(Imported.class)
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("heavyIndexesHealthIndicator"));
	}

	private static Status status(HealthIndicator indicator) {
		return Objects.requireNonNull(indicator.health()).getStatus();
	}

	/**
	 * Imports as an application does: by the byte code, so that annotations whose class
	 * is absent do no harm.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(HeavyIndexHealthAutoConfiguration.class)
	static class Imported {

	}

}
