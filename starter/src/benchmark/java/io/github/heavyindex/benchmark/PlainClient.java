package io.github.heavyindex.benchmark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A person who sends the same statements by hand: {@code psql}, or where there is none a
 * small program in a process of its own.
 */
public final class PlainClient {

	private static final boolean PSQL = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
		.anyMatch((directory) -> Files.isExecutable(Path.of(directory, "psql")));

	private PlainClient() {
	}

	static String label() {
		return PSQL ? "`psql`" : "a plain JDBC program";
	}

	/**
	 * Sends statements.
	 * @return the seconds from the start of the process to its end; of the program, whose
	 * JVM has to start, only those of its statements
	 */
	static double run(Database database, List<String> statements) throws IOException, InterruptedException {
		return PSQL ? psql(database, statements) : program(database, statements);
	}

	private static double psql(Database database, List<String> statements) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
				"-p", String.valueOf(database.server().port()), "-U", Server.OWNER, "-d", database.name()));
		for (String statement : statements) {
			command.add("-c");
			command.add(statement);
		}
		long begin = System.nanoTime();
		await(new ProcessBuilder(command).inheritIO().start());
		return (System.nanoTime() - begin) / 1e9;
	}

	private static double program(Database database, List<String> statements) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), PlainClient.class.getName(),
						database.server().url(database.name())));
		command.addAll(statements);
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		String seconds = process.inputReader().readLine();
		await(process);
		return Double.parseDouble(seconds);
	}

	private static void await(Process process) throws InterruptedException {
		if (process.waitFor() != 0) {
			throw new IllegalStateException("The client failed");
		}
	}

	/**
	 * The program.
	 * @param arguments the address of the database, and the statements
	 * @throws SQLException if one of them fails
	 */
	@SuppressWarnings("SystemOut")
	public static void main(String[] arguments) throws SQLException {
		try (Connection connection = DriverManager.getConnection(arguments[0], Server.OWNER, Server.OWNER);
				Statement statement = connection.createStatement()) {
			long begin = System.nanoTime();
			for (String sql : List.of(arguments).subList(1, arguments.length)) {
				statement.execute(sql);
			}
			System.out.println((System.nanoTime() - begin) / 1e9);
		}
	}

}
