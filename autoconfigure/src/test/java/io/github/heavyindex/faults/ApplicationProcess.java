package io.github.heavyindex.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.awaitility.Awaitility;

/**
 * An application in a process of its own, with a network of its own to the server.
 */
final class ApplicationProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final AtomicInteger NUMBERS = new AtomicInteger();

	private final Process process;

	private final TcpProxy network;

	private final Path log;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private boolean frozen;

	private ApplicationProcess(Process process, TcpProxy network, Path log) {
		this.process = process;
		this.network = network;
		this.log = log;
		Thread reader = new Thread(this::read, "output of application " + process.pid());
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts an application; it takes some seconds until it is {@link #awaitReady()
	 * ready}.
	 * @param server the server
	 * @param database the database
	 * @param user the role
	 * @param properties the application's properties
	 * @param jvmArguments for its JVM
	 * @return the process
	 */
	static ApplicationProcess start(FaultServer server, String database, String user, Map<String, String> properties,
			String... jvmArguments) {
		TcpProxy network = new TcpProxy(server.port());
		// tests run in several processes
		String name = "application-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
		try {
			Path directory = Files.createDirectories(Path.of("target", "faults"));
			Path configuration = directory.resolve(name + ".properties");
			Properties all = new Properties();
			all.putAll(defaults(server.url(network.port(), database), user));
			all.putAll(properties);
			try (OutputStream out = Files.newOutputStream(configuration)) {
				all.store(out, null);
			}
			Path log = directory.resolve(name + ".log");
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
							"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
			command.addAll(List.of(jvmArguments));
			command.addAll(List.of("-cp", classPath(), FaultApplication.class.getName(),
					"--spring.config.location=file:" + configuration.toAbsolutePath()));
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			return new ApplicationProcess(process, network, log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, String> defaults(String url, String user) {
		return Map.ofEntries(Map.entry("spring.application.name", "faults"), Map.entry("spring.datasource.url", url),
				Map.entry("spring.datasource.username", user), Map.entry("spring.datasource.password", user),
				Map.entry("spring.datasource.hikari.maximum-pool-size", "2"),
				Map.entry("spring.datasource.hikari.minimum-idle", "1"),
				Map.entry("spring.datasource.hikari.connection-timeout", "2000"),
				Map.entry("spring.datasource.hikari.initialization-fail-timeout", "-1"),
				Map.entry("heavy-index.poll-interval", "200ms"), Map.entry("heavy-index.drift.check-interval", "500ms"),
				// the expressions are slow on purpose, and ANALYZE would evaluate those
				// of all indexes
				Map.entry("heavy-index.build.analyze", "never"), Map.entry("heavy-index.lock-timeout", "1s"),
				Map.entry("heavy-index.retry.initial-delay", "200ms"), Map.entry("heavy-index.retry.max-delay", "1s"),
				Map.entry("heavy-index.retry.max-attempts", "30"));
	}

	// surefire's own property first: it may hide the class path in a manifest
	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8);
				PrintWriter out = new PrintWriter(Files.newBufferedWriter(this.log), true)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith(Console.MARK)) {
					this.answers.add(line);
				}
				else {
					out.println(line);
				}
			}
		}
		catch (IOException ex) {
			// the process has ended
		}
	}

	Path log() {
		return this.log;
	}

	TcpProxy network() {
		return this.network;
	}

	boolean isAlive() {
		return this.process.isAlive() && !this.frozen;
	}

	void send(Signal signal) {
		signal.sendTo(this.process.pid());
		this.frozen = signal == Signal.STOP;
	}

	/**
	 * Kills it, as the kernel does when memory is short.
	 */
	void kill() {
		send(Signal.KILL);
		awaitExit(PATIENCE);
	}

	/**
	 * Asks it to stop, as a deploy does.
	 * @param within how long it may take
	 */
	void terminate(Duration within) {
		send(Signal.TERM);
		awaitExit(within);
	}

	private void awaitExit(Duration within) {
		try {
			if (!this.process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new AssertionError("The application did not end within " + within + ", see " + this.log);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	ApplicationProcess awaitReady() {
		status();
		return this;
	}

	/**
	 * Asks for all operations; {@code null} in letters is nothing.
	 */
	List<Reported> status() {
		return ask("status").stream()
			.filter((line) -> line.startsWith(Console.MARK + "operation\t"))
			.map(Reported::of)
			.toList();
	}

	Reported status(String operation) {
		return status().stream().filter((reported) -> reported.name().equals(operation)).findFirst().orElseThrow();
	}

	Reported await(String operation, Predicate<Reported> expected) {
		try {
			return Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(50))
				.until(() -> status(operation), expected);
		}
		catch (RuntimeException ex) {
			throw new AssertionError(operation + " is not as expected: " + status(operation) + ", see " + this.log, ex);
		}
	}

	Reported awaitState(String operation, String state) {
		return await(operation, (reported) -> reported.state().equals(state));
	}

	/**
	 * Orders something.
	 * @return whether it was done
	 */
	boolean order(String order) {
		return ask(order).contains(Console.MARK + "done");
	}

	private synchronized List<String> ask(String question) {
		List<String> answer = new ArrayList<>();
		this.answers.clear();
		try {
			this.process.outputWriter().write(question + "\n");
			this.process.outputWriter().flush();
			long deadline = System.nanoTime() + PATIENCE.toNanos();
			while (answer.isEmpty() || !answer.get(answer.size() - 1).equals(Console.END)) {
				String line = this.answers.poll(100, TimeUnit.MILLISECONDS);
				if (line != null) {
					answer.add(line);
				}
				else if (!this.process.isAlive() || System.nanoTime() > deadline) {
					throw new IllegalStateException("No answer to '" + question + "', see " + this.log);
				}
			}
			return answer;
		}
		catch (IOException ex) {
			throw new IllegalStateException("The application is gone, see " + this.log, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		if (this.process.isAlive()) {
			// whatever state it is in
			kill();
		}
		this.network.close();
	}

}
