package io.github.heavyindex.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application that is started again and again. Which tool it uses is a question of
 * its class path; it says when it is ready, and answers questions on its standard input
 * until that ends.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Application {

	static final String MARK = "benchmark:";

	/**
	 * How many applications run in the process.
	 */
	static final String REPLICAS = "benchmark.contexts";

	/**
	 * Starts it.
	 * @param arguments the application's
	 * @throws IOException if the standard input cannot be read
	 */
	public static void main(String[] arguments) throws IOException {
		List<ConfigurableApplicationContext> contexts = new ArrayList<>();
		for (int replica = 0; replica < Integer.getInteger(REPLICAS, 1); replica++) {
			contexts.add(new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.registerShutdownHook(false)
				.run(arguments));
		}
		say("ready " + System.currentTimeMillis());
		BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String question = questions.readLine(); question != null; question = questions.readLine()) {
			say("heap " + heap());
		}
		// whoever started it is gone
		contexts.forEach(ConfigurableApplicationContext::close);
		System.exit(0);
	}

	private static long heap() {
		for (int collection = 0; collection < 3; collection++) {
			System.gc();
		}
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	@SuppressWarnings("SystemOut") // that is how it speaks with who started it
	private static void say(String answer) {
		System.out.println(MARK + answer);
	}

}
