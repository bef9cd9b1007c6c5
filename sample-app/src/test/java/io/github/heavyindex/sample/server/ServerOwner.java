package io.github.heavyindex.sample.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An application in a process of its own, to be killed.
 */
final class ServerOwner {

	private ServerOwner() {
	}

	public static void main(String[] args) throws IOException {
		EmbeddedServer.findOrStart(Path.of(args[0]), 0);
		System.in.read();
	}

	/**
	 * Starts the server from another process.
	 * @param dataDirectory the data directory
	 * @return the process that has started the server, which still lives
	 */
	static Process start(Path dataDirectory) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), ServerOwner.class.getName(), dataDirectory.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	/**
	 * Kills an application as {@code kill -9} does.
	 * @param owner the process
	 */
	static void kill(Process owner) throws InterruptedException {
		owner.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
	}

}
