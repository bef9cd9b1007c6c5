package io.github.heavyindex.faults;

import java.util.stream.IntStream;

import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The application that things happen to. It ends when whoever started it does.
 */
public final class FaultApplication {

	/**
	 * How many {@link Gate gates} there are; the operations of one depend on
	 * {@code gate_<number>}.
	 */
	static final String GATES_PROPERTY = "faults.gates";

	private FaultApplication() {
	}

	/**
	 * Starts the application.
	 * @param arguments Spring Boot's
	 */
	public static void main(String[] arguments) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Base.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.initializers(new Gates())
			.run(arguments);
		Console.run(context.getBean(HeavyIndexes.class), System.in, System.out);
		System.exit(SpringApplication.exit(context));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			HeavyIndexAutoConfiguration.class })
	static class Base {

	}

	/**
	 * Declares the gates.
	 */
	private static final class Gates implements ApplicationContextInitializer<GenericApplicationContext> {

		@Override
		public void initialize(GenericApplicationContext context) {
			int gates = context.getEnvironment().getProperty(GATES_PROPERTY, Integer.class, 0);
			IntStream.rangeClosed(1, gates)
				.forEach((number) -> context.registerBean("gate_" + number, HeavyIndexPrerequisite.class,
						() -> new Gate(number, context)));
		}

	}

	/**
	 * What must be done before the operations of one round may begin.
	 */
	private record Gate(int number, GenericApplicationContext context) implements HeavyIndexPrerequisite {

		@Override
		public String name() {
			return "gate_" + this.number;
		}

		@Override
		public boolean isComplete() {
			@Nullable Integer open = this.context.getBean(JdbcTemplate.class)
				.queryForObject("select max(number) from gate", Integer.class);
			return open != null && this.number <= open;
		}

	}

}
