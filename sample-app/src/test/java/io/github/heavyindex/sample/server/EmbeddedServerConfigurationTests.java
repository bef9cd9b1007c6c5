package io.github.heavyindex.sample.server;

import java.nio.file.Path;

import io.github.heavyindex.sample.DemoProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedServerConfiguration}.
 */
class EmbeddedServerConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(Properties.class, EmbeddedServerConfiguration.class)
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class));

	@Test
	void withoutAnyUrlTheDataSourceLeadsToTheEmbeddedServer(@TempDir Path temp) {
		Path directory = temp.resolve("postgres");
		this.runner.withPropertyValues("demo.port=0", "demo.data-directory=" + directory).run((context) -> {
			Postmaster postmaster = context.getBean(EmbeddedServer.class).postmaster();
			assertThat(postmaster.serves(directory)).isTrue();
			assertThat(context.getBean(JdbcConnectionDetails.class).getJdbcUrl()).isEqualTo(postmaster.url());
		});
		assertThat(Postmaster.of(directory)).as("stopped with the application").isEmpty();
	}

	@Test
	void withAUrlOnesOwnServerIsUsedAndNoneIsStarted(@TempDir Path temp) {
		String url = "jdbc:postgresql://db.example.com/mail";
		this.runner.withPropertyValues("spring.datasource.url=" + url, "demo.data-directory=" + temp).run((context) -> {
			assertThat(context).doesNotHaveBean(EmbeddedServer.class);
			assertThat(context.getBean(JdbcConnectionDetails.class).getJdbcUrl()).isEqualTo(url);
			assertThat(temp).isEmptyDirectory();
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(DemoProperties.class)
	static class Properties {

	}

}
