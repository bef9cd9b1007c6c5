package io.github.heavyindex.execution;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The standard output, where whoever started a job or a check looks.
 */
final class Terminal {

	/**
	 * The width that texts are made for.
	 */
	static final int COLUMNS = 120;

	private static final String ERASE_TO_END_OF_LINE = "\u001b[K";

	private final PrintStream out;

	private final boolean interactive;

	private Terminal(PrintStream out, boolean interactive) {
		this.out = out;
		this.interactive = interactive;
	}

	static Terminal standard() {
		return new Terminal(System.out, isTerminal());
	}

	/**
	 * Whether a person watches, and a line may be written over.
	 */
	boolean interactive() {
		return this.interactive;
	}

	void print(String text) {
		this.out.print(text);
		this.out.flush();
	}

	/**
	 * Prints in the encoding that a format prescribes, whatever the terminal's is.
	 */
	void printUtf8(String text) {
		this.out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
		this.out.flush();
	}

	/**
	 * Writes over the last line. The cursor stays at its beginning, so that a line of the
	 * log takes its place.
	 */
	void overwrite(String line) {
		print("\r" + line + ERASE_TO_END_OF_LINE + "\r");
	}

	/**
	 * From Java 22 on there may be a console that is no terminal.
	 */
	@SuppressWarnings("SystemConsoleNull")
	private static boolean isTerminal() {
		Console console = System.console();
		if (console == null || "dumb".equals(System.getenv("TERM"))) {
			return false;
		}
		Method isTerminal = ClassUtils.getMethodIfAvailable(Console.class, "isTerminal");
		return isTerminal == null || Boolean.TRUE.equals(ReflectionUtils.invokeMethod(isTerminal, console));
	}

}
