package io.github.heavyindex.execution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Says what would be done, without doing it: prints a table for people and, if told to,
 * writes the same as JSON for machines.
 *
 * @since 0.1.0
 */
public final class CheckTask implements ExitingTask {

	/**
	 * Where the JSON goes to take the table's place on the standard output.
	 */
	private static final String STANDARD_OUTPUT = "-";

	private static final Log logger = LogFactory.getLog(CheckTask.class);

	private final List<IndexOperation> operations;

	private final Reconcilers reconcilers;

	private final @Nullable String json;

	/**
	 * Creates a check.
	 * @param declared the operations
	 * @param reconcilers who observe and decide
	 * @param json the file for the JSON, {@code -} for the standard output, or
	 * {@code null} for none
	 */
	public CheckTask(DeclaredOperations declared, Reconcilers reconcilers, @Nullable String json) {
		this.operations = declared.operations();
		this.reconcilers = reconcilers;
		this.json = json;
	}

	@Override
	public int run() {
		CheckReport report = check();
		Terminal terminal = Terminal.standard();
		if (STANDARD_OUTPUT.equals(this.json)) {
			terminal.printUtf8(CheckJson.of(report));
			return report.exitCode();
		}
		terminal.print(CheckText.of(report));
		return (this.json == null || write(this.json, CheckJson.of(report))) ? report.exitCode() : HeavyIndexExit.WRONG;
	}

	private CheckReport check() {
		this.reconcilers.preview();
		return CheckReport.of(this.operations, this.reconcilers.all().stream().map(CheckTask::check).toList());
	}

	private static CheckedDatabase check(Reconciler reconciler) {
		String dataSource = reconciler.board().dataSource();
		try {
			Inspection inspection = new Inspection(reconciler.engine(), reconciler.operations());
			return CheckReports.of(dataSource, reconciler.operations(), inspection.make(), reconciler.settings());
		}
		catch (SQLException | DataAccessException ex) {
			logger.debug("The database cannot be checked", ex);
			return CheckedDatabase.failed(dataSource, SqlFailure.of(ex).message());
		}
	}

	private static boolean write(String file, String json) {
		try {
			Files.writeString(Path.of(file), json, StandardCharsets.UTF_8);
			return true;
		}
		catch (IOException | RuntimeException ex) {
			logger.error("The report cannot be written to heavy-index.check.json=" + file + ": " + ex);
			return false;
		}
	}

}
