package io.github.heavyindex.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.heavyindex.HeavyIndexes;
import org.awaitility.Awaitility;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * An application that uses nothing of what is optional. It is run by
 * {@link OptionalLibrariesTests} with a class path of its own.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class MinimalApplication {

	/**
	 * Runs the application until its operation is complete.
	 * @param arguments properties
	 * @return the names of our beans
	 */
	public static List<String> run(String... arguments) {
		try (var context = new SpringApplicationBuilder(MinimalApplication.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.datasource.type=" + SimpleDriverDataSource.class.getName())
			.run(arguments)) {
			HeavyIndexes heavyIndexes = context.getBean(HeavyIndexes.class);
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> heavyIndexes.status().summary().completed() == heavyIndexes.list().size());
			return List.of(context.getBeanDefinitionNames())
				.stream()
				.filter((name) -> name.startsWith("heavyIndex"))
				.toList();
		}
	}

}
