package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.actuate.HeavyIndexesPageExtension;
import io.github.heavyindex.actuate.InMemoryHeavyIndexes;
import io.github.heavyindex.actuate.ReactiveHeavyIndexesPageExtension;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexPageAutoConfiguration}.
 */
class HeavyIndexPageAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=heavyindexes";

	private final AutoConfigurations autoConfigurations = AutoConfigurations
		.of(HeavyIndexEndpointAutoConfiguration.class, HeavyIndexPageAutoConfiguration.class);

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(this.autoConfigurations)
		.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new);

	@Test
	void configuredForEachWebStack() {
		this.contextRunner.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).hasSingleBean(HeavyIndexesPageExtension.class)
				.doesNotHaveBean(ReactiveHeavyIndexesPageExtension.class));
		new ReactiveWebApplicationContextRunner().withConfiguration(this.autoConfigurations)
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).hasSingleBean(ReactiveHeavyIndexesPageExtension.class)
				.doesNotHaveBean(HeavyIndexesPageExtension.class));
	}

	@Test
	void absentUnlessExposedToTheWeb() {
		this.contextRunner
			.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=heavyindexes")
			.run((context) -> assertThat(context).hasBean("heavyIndexesEndpoint")
				.doesNotHaveBean(HeavyIndexesPageExtension.class));
		new ApplicationContextRunner().withConfiguration(this.autoConfigurations)
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).doesNotHaveBean(HeavyIndexesPageExtension.class));
	}

	@Test
	void backsOffForTheUsersBean() {
		this.contextRunner.withPropertyValues(EXPOSED)
			.withBean("own", HeavyIndexesPageExtension.class,
					() -> new HeavyIndexesPageExtension(
							new StaticListableBeanFactory().getBeanProvider(WebEndpointsSupplier.class)))
			.run((context) -> assertThat(context).hasSingleBean(HeavyIndexesPageExtension.class).hasBean("own"));
	}

}
