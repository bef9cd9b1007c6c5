package io.github.heavyindex.sample.server;

import java.io.File;
import java.nio.file.Path;

import io.github.heavyindex.sample.DemoProperties;
import io.github.heavyindex.sample.SampleApplication;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Finds or starts the embedded server, unless {@code spring.datasource.url} names one's
 * own.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(EmbeddedServerConfiguration.OnMissingUrl.class)
class EmbeddedServerConfiguration {

	@Bean
	EmbeddedServer embeddedServer(DemoProperties properties) {
		Path directory = properties.dataDirectory();
		return EmbeddedServer.findOrStart((directory != null) ? directory : besideTheApplication(), properties.port());
	}

	@Bean
	JdbcConnectionDetails embeddedServerConnectionDetails(EmbeddedServer server) {
		return new EmbeddedServerConnectionDetails(server);
	}

	/**
	 * The module's target directory, whether the application runs from its classes or
	 * from its jar and whatever the working directory is.
	 */
	private static Path besideTheApplication() {
		File application = new ApplicationHome(SampleApplication.class).getSource();
		File target = (application != null) ? application.getAbsoluteFile().getParentFile() : new File("target");
		return target.toPath().resolve("postgres");
	}

	static class OnMissingUrl extends NoneNestedConditions {

		OnMissingUrl() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnProperty("spring.datasource.url")
		static class Url {

		}

	}

}
