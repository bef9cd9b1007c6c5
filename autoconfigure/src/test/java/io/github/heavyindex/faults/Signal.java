package io.github.heavyindex.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A signal to one process.
 */
enum Signal {

	/**
	 * PostgreSQL: fast shutdown.
	 */
	INT,

	/**
	 * PostgreSQL: immediate shutdown, recovery at the next start.
	 */
	QUIT,

	/**
	 * A deploy stops an application this way.
	 */
	TERM,

	/**
	 * Nothing is left to the process.
	 */
	KILL,

	/**
	 * The process stands still.
	 */
	STOP,

	/**
	 * The process goes on.
	 */
	CONT;

	void sendTo(long pid) {
		try {
			new ProcessBuilder("kill", "-" + name(), Long.toString(pid)).inheritIO().start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
