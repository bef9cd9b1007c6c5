package io.github.heavyindex.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An application in a process of its own, so that it can die like one.
 */
public final class ApplicationProcess implements AutoCloseable {

	private final Process process;

	private ApplicationProcess(Process process) {
		this.process = process;
	}

	static ApplicationProcess start(List<String> properties) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				ApplicationProcess.class.getName()));
		command.addAll(properties);
		try {
			return new ApplicationProcess(new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/application-process.log")))
				.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The application's process.
	 * @param arguments the application's properties
	 */
	public static void main(String[] arguments) throws InterruptedException {
		TestApplication.application(List.of(TestApplication.Base.class)).run(arguments);
		Thread.currentThread().join();
	}

	/**
	 * Ends the process as {@code kill -9} does.
	 */
	public void kill() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

	@Override
	public void close() {
		kill();
	}

}
