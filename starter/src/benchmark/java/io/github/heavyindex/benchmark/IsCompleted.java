package io.github.heavyindex.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.HeavyIndexes;
import org.awaitility.Awaitility;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Asks in a real application, of operations that are all completed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(IsCompleted.FORKS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = IsCompleted.ITERATIONS, time = 1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class IsCompleted {

	static final int FORKS = 2;

	static final int ITERATIONS = 5;

	static final String PORT = "benchmark.port";

	static final List<String> COUNTS = List.of("1", "1000");

	/**
	 * How many operations are declared.
	 */
	@Param({ "1", "1000" })
	public String operations;

	private ConfigurableApplicationContext context;

	private HeavyIndexes heavyIndexes;

	private String name;

	static String database(String count) {
		return "calls_" + count;
	}

	/**
	 * Starts the application.
	 */
	@Setup
	public void start() {
		SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class, FirstIndex.class)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties("spring.application.name=calls", "spring.flyway.enabled=false",
					"spring.liquibase.enabled=false", "logging.level.root=warn",
					"spring.datasource.url=jdbc:postgresql://127.0.0.1:" + System.getProperty(PORT) + "/"
							+ database(this.operations),
					"spring.datasource.username=" + Server.OWNER, "spring.datasource.password=" + Server.OWNER)
			.properties(CallsBenchmark.properties(this.operations).toArray(String[]::new));
		this.context = application.run();
		this.heavyIndexes = this.context.getBean(HeavyIndexes.class);
		this.name = "create_small_idx_0";
		Awaitility.await()
			.atMost(Duration.ofMinutes(5))
			.until(() -> this.heavyIndexes.status().summary().completed() == Integer.parseInt(this.operations));
	}

	/**
	 * Asks by name.
	 * @return what it says
	 */
	@Benchmark
	public boolean byName() {
		return this.heavyIndexes.isCompleted(this.name);
	}

	/**
	 * Asks by class.
	 * @return what it says
	 */
	@Benchmark
	public boolean byClass() {
		return this.heavyIndexes.isCompleted(FirstIndex.class);
	}

	/**
	 * Stops the application.
	 */
	@TearDown
	public void stop() {
		this.context.close();
	}

	/**
	 * The first index.
	 */
	@HeavyIndexOperation("create index small_idx_0 on small_0 (a, (a + 0))")
	static class FirstIndex {

	}

}
