package io.github.heavyindex.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationStatus;
import org.jspecify.annotations.Nullable;

/**
 * How the suite talks to an application: one line in, lines out, the last of which is
 * {@link #END}. Not by HTTP, as an answer must come also where no port is free.
 */
final class Console {

	static final String MARK = "@@";

	static final String END = MARK + "end";

	private Console() {
	}

	static void run(HeavyIndexes heavyIndexes, InputStream in, PrintStream out) {
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null && !line.equals("close"); line = reader.readLine()) {
				String[] words = line.split(" ");
				String answer = switch (words[0]) {
					case "status" -> status(heavyIndexes);
					case "retry" -> act(() -> heavyIndexes.retry(words[1]));
					case "cancel" -> act(() -> heavyIndexes.cancel(words[1]));
					default -> throw new IllegalArgumentException(line);
				};
				// in one piece: log lines go the same way
				out.println(answer + END);
				out.flush();
			}
		}
		catch (IOException ex) {
			// whoever started this is gone
		}
	}

	private static String act(Runnable action) {
		try {
			action.run();
			return MARK + "done\n";
		}
		catch (ActionRefusedException ex) {
			return MARK + "refused\t" + line(ex.getMessage()) + "\n";
		}
	}

	private static String status(HeavyIndexes heavyIndexes) {
		HeavyIndexesStatus status = heavyIndexes.status();
		StringBuilder lines = new StringBuilder();
		lines.append(MARK + "problem\t").append(line(status.problem())).append('\n');
		for (OperationStatus operation : status.operations()) {
			Object pid = (operation.progress() != null) ? operation.progress().pid() : null;
			lines.append(MARK + "operation\t").append(operation.name());
			for (Object value : new Object[] { operation.state(), heavyIndexes.isCompleted(operation.name()),
					operation.adopted(), String.valueOf(operation.drift()), String.valueOf(pid),
					String.valueOf(operation.waitingFor()), String.valueOf(operation.lastError()) }) {
				lines.append('\t').append(line(value));
			}
			lines.append('\n');
		}
		return lines.toString();
	}

	private static String line(@Nullable Object value) {
		return String.valueOf(value).replaceAll("[\\t\\r\\n]+", " ");
	}

}
