package io.github.heavyindex.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose class path really lacks what is optional: a filter that only hides
 * classes from conditions would not notice a class of ours that needs them.
 */
class OptionalLibrariesTests {

	private static final String ALL = "HikariCP|actuator|micrometer|spring-boot-health|jackson";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint)");
	}

	@Test
	void withoutAnyOfThem() {
		assertThat(runWithout(ALL)).contains("heavyIndexes", "heavyIndexLoop")
			.doesNotContain("heavyIndexesEndpoint", "heavyIndexesHealthIndicator", "heavyIndexMetrics");
		assertThat(this.database.single("select indisvalid from pg_index where indexrelid = to_regclass('x')",
				Boolean.class))
			.isTrue();
	}

	private List<String> runWithout(String without) {
		Pattern pattern = Pattern.compile(without);
		URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(File::new)
			.filter((file) -> !pattern.matcher(file.getName()).find())
			.map(OptionalLibrariesTests::url)
			.toArray(URL[]::new);
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(loader);
			Object names = loader.loadClass(MinimalApplication.class.getName())
				.getMethod("run", String[].class)
				.invoke(null, (Object) arguments());
			return ((List<?>) names).stream().map(String::valueOf).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (ReflectiveOperationException ex) {
			throw new AssertionError("The application did not run without " + without, ex);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private String[] arguments() {
		return new String[] { "--spring.datasource.url=" + this.database.jdbcUrl(),
				"--spring.datasource.username=" + this.database.username(),
				"--spring.datasource.password=" + this.database.password(), "--heavy-index.poll-interval=50ms",
				"--spring.main.banner-mode=off", "--spring.main.log-startup-info=false", "--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=heavyindexes",
				"--heavy-index.operations.create_x.sql=create index x on logs (id)" };
	}

	private static URL url(File file) {
		try {
			return file.toURI().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
