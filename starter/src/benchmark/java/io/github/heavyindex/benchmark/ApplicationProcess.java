package io.github.heavyindex.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * An application in a process of its own.
 */
final class ApplicationProcess implements AutoCloseable {

	private static final String ENDED = "ended";

	private final Process process;

	private final long startedAt;

	private final Path log;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private double readyAt;

	private ApplicationProcess(Process process, long startedAt, Path log) {
		this.process = process;
		this.startedAt = startedAt;
		this.log = log;
		Thread reader = new Thread(this::read, "output of application " + process.pid());
		reader.setDaemon(true);
		reader.start();
	}

	static ApplicationProcess start(Declaration declaration, String... jvmArguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add("-Xmx512m");
		command.addAll(List.of(jvmArguments));
		command.add("-cp");
		command.add(declaration.directory() + File.pathSeparator + declaration.tool().classPath());
		command.add(Application.class.getName());
		long startedAt = System.currentTimeMillis();
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		return new ApplicationProcess(process, startedAt, declaration.directory().resolve("application.log"));
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8);
				PrintWriter out = new PrintWriter(Files.newBufferedWriter(this.log), true)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith(Application.MARK)) {
					this.answers.add(line.substring(Application.MARK.length()));
				}
				else {
					out.println(line);
				}
			}
		}
		catch (IOException ex) {
			// it has ended
		}
		this.answers.add(ENDED);
	}

	/**
	 * Waits until it is ready.
	 * @return whether it became ready in time, and did not end instead
	 */
	boolean awaitReady(Duration atMost) throws InterruptedException {
		String answer = this.answers.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
		if (answer == null || answer.equals(ENDED)) {
			return false;
		}
		this.readyAt = answer(answer) / 1000;
		return true;
	}

	ApplicationProcess ready() throws InterruptedException {
		if (!awaitReady(Duration.ofMinutes(10))) {
			throw new IllegalStateException("The application did not become ready, see " + this.log);
		}
		return this;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * When it was ready, in seconds since 1970.
	 */
	double readyAt() {
		return this.readyAt;
	}

	/**
	 * From the start of the process until it was ready.
	 */
	double secondsUntilReady() {
		return this.readyAt - this.startedAt / 1000.0;
	}

	/**
	 * What lives on the heap, in MB.
	 */
	double heap() throws IOException, InterruptedException {
		this.process.outputWriter().write("heap\n");
		this.process.outputWriter().flush();
		@Nullable String answer = this.answers.poll(60, TimeUnit.SECONDS);
		if (answer == null) {
			throw new IllegalStateException("The application does not answer, see " + this.log);
		}
		return answer(answer) / 1e6;
	}

	private double answer(String answer) {
		if (answer.equals(ENDED)) {
			throw new IllegalStateException("The application has ended, see " + this.log);
		}
		return Double.parseDouble(answer.substring(answer.indexOf(' ')));
	}

	/**
	 * Kills it, as the kernel does when memory is short.
	 */
	@Override
	public void close() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

}
