package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.actuate.HeavyIndexesEndpoint;
import io.github.heavyindex.actuate.InMemoryHeavyIndexes;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexEndpointAutoConfiguration}.
 */
class HeavyIndexEndpointAutoConfigurationTests {

	private final AutoConfigurations autoConfigurations = AutoConfigurations
		.of(HeavyIndexEndpointAutoConfiguration.class);

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(this.autoConfigurations)
		.withPropertyValues("management.endpoints.web.exposure.include=heavyindexes")
		.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new);

	@Test
	void configuredWhenExposed() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(HeavyIndexesEndpoint.class)
			.hasBean("heavyIndexesEndpoint"));
	}

	@Test
	void absentUnlessExposed() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(HeavyIndexesEndpoint.class));
	}

	@Test
	void absentWhenAccessIsNone() {
		this.contextRunner.withPropertyValues("management.endpoint.heavyindexes.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(HeavyIndexesEndpoint.class));
	}

	@Test
	void backsOffForTheUsersBean() {
		HeavyIndexesEndpoint own = new HeavyIndexesEndpoint(new InMemoryHeavyIndexes());
		this.contextRunner.withBean("own", HeavyIndexesEndpoint.class, () -> own)
			.run((context) -> assertThat(context).getBean(HeavyIndexesEndpoint.class).isSameAs(own));
	}

	@Test
	void absentWithoutHeavyIndexes() {
		new WebApplicationContextRunner().withConfiguration(this.autoConfigurations)
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HeavyIndexesEndpoint.class));
	}

	@Test
	void absentWithoutActuator() {
		new WebApplicationContextRunner().withUserConfiguration(Imported.class)
			.withPropertyValues("management.endpoints.web.exposure.include=heavyindexes")
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("heavyIndexesEndpoint"));
	}

	@Test
	void configuredForJmxWithoutAWebApplication() {
		new ApplicationContextRunner().withConfiguration(this.autoConfigurations)
			.withBean(HeavyIndexes.class, InMemoryHeavyIndexes::new)
			.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=heavyindexes")
			.run((context) -> assertThat(context).hasSingleBean(HeavyIndexesEndpoint.class));
	}

	/**
	 * Imports as an application does: by the byte code, so that annotations whose class
	 * is absent do no harm.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(HeavyIndexEndpointAutoConfiguration.class)
	static class Imported {

	}

}
