package io.github.heavyindex.execution;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import org.jspecify.annotations.Nullable;

/**
 * The report of a check for people: a table of {@value Terminal#COLUMNS} columns.
 */
final class CheckText {

	private static final int WIDEST_NAME = 44;

	private static final int WIDEST_TABLE = 30;

	private static final int SHOWN_ALIKE = 3;

	private final CheckReport report;

	private CheckText(CheckReport report) {
		this.report = report;
	}

	static String of(CheckReport report) {
		CheckText text = new CheckText(report);
		StringBuilder all = new StringBuilder("\n").append(text.head()).append(text.operations());
		report.databases().forEach((database) -> all.append(text.oldTransactions(database)));
		report.databases().forEach((database) -> all.append(text.invalidIndexes(database)));
		return all.append(text.end()).toString();
	}

	private String head() {
		StringBuilder head = new StringBuilder("Index operations checked");
		CheckedDatabase only = this.report.several() ? null : this.report.databases().get(0);
		if (only != null && only.server() != null) {
			head.append(": ").append(only.server());
		}
		head.append(". Nothing was changed.\n\n");
		for (CheckedDatabase database : this.report.databases()) {
			if (only == null && database.server() != null) {
				append(head, where(database) + database.server());
			}
			database.notes().forEach((note) -> append(head, where(database) + note));
		}
		return head + ((only == null) ? "\n" : "");
	}

	private static void append(StringBuilder text, String line) {
		TextTable.wrap(line, Terminal.COLUMNS).forEach((part) -> text.append(part).append('\n'));
	}

	private String where(CheckedDatabase database) {
		return DataSourceText.prefix(this.report.several(), database.dataSource());
	}

	private String operations() {
		if (this.report.operations().isEmpty()) {
			return "";
		}
		TextTable table = new TextTable(WIDEST_NAME).row("OPERATION", "WOULD", "ON TABLE", "OF SIZE", "INDEX", "TAKES");
		for (CheckedOperation checked : this.report.operations()) {
			operation(checked, table, this.report.several());
		}
		return table + "\n";
	}

	private static void operation(CheckedOperation checked, TextTable table, boolean several) {
		Plan plan = checked.plan();
		boolean wrong = plan.verdict() == Verdict.WRONG;
		table.row(checked.operation().name(), wrong ? plan.action().toUpperCase(Locale.ROOT) : plan.action(),
				shorten(checked.table()), (checked.tableSize() != null) ? Figures.size(checked.tableSize()) : "",
				(checked.indexSize() != null) ? "~" + Figures.size(checked.indexSize()) : "",
				(checked.time() != null) ? checked.time().name().toLowerCase(Locale.ROOT) : "");
		String dataSource = checked.operation().options().dataSource();
		if (several && dataSource != null) {
			table.text("in", dataSource);
		}
		if (plan.verdict() != Verdict.NOTHING && checked.steps().isEmpty()) {
			table.text("sql", checked.sql());
		}
		table.text(wrong ? "WRONG" : "why", plan.reason());
		steps(checked.steps(), table);
		checked.notes().forEach((note) -> table.text("note", note));
	}

	private static void steps(List<StepGroup> groups, TextTable table) {
		int number = 0;
		for (StepGroup group : groups) {
			for (List<PlannedStep> member : group.members().stream().limit(SHOWN_ALIKE).toList()) {
				for (PlannedStep step : member) {
					table.text(++number + ".", step.statement());
					table.text(" ", step.lock() + ((step.note() != null) ? " (" + step.note() + ")" : ""));
				}
			}
			int more = group.members().size() - SHOWN_ALIKE;
			if (more > 0) {
				table.text("…", "and " + more + " more partitions " + group.like());
			}
		}
	}

	private static String shorten(@Nullable String table) {
		if (table == null || table.length() <= WIDEST_TABLE) {
			return (table != null) ? table : "";
		}
		return table.substring(0, WIDEST_TABLE - 2) + "..";
	}

	private String oldTransactions(CheckedDatabase database) {
		if (database.oldTransactions().isEmpty()) {
			return "";
		}
		TextTable table = new TextTable(WIDEST_NAME);
		for (DatabaseSession session : database.oldTransactions()) {
			table.text("", "pid " + session.pid() + ", " + session.user() + ", " + session.application() + ", "
					+ session.state() + ((session.since() != null) ? " for " + Figures.duration(session.since()) : "")
					+ ((session.query() != null) ? ": " + session.query() : ""));
		}
		return where(database) + "Transactions older than " + Figures.duration(Inspection.OLD)
				+ ", for whose end a build would wait:\n" + table + "\n";
	}

	private String invalidIndexes(CheckedDatabase database) {
		UndeclaredInvalidIndexes invalid = database.invalidIndexes();
		if (invalid == null || invalid.total() == 0) {
			return "";
		}
		TextTable table = new TextTable(WIDEST_NAME);
		for (UndeclaredInvalidIndexes.Index index : invalid.largest()) {
			table.text("", index.index() + " on " + index.table() + ", " + Figures.size(index.size())
					+ (index.maintained() ? ", slows every write" : "") + (index.workedOn() ? ", is worked on" : "")
					+ ((index.statement() != null) ? ": " + index.statement() : "")
					+ ((index.note() != null) ? " (" + index.note() + ")" : ""));
		}
		return where(database) + "Invalid indexes that no operation declares (" + invalid.total() + "):\n" + table
				+ "\n";
	}

	private String end() {
		String problem = this.report.problems()
			.stream()
			.map((each) -> "Problem: " + each + "\n")
			.collect(Collectors.joining());
		int code = this.report.exitCode();
		return problem + this.report.operations().size() + " operations: " + this.report.count(Verdict.TO_DO)
				+ " to do, " + this.report.count(Verdict.NOTHING) + " with nothing to do, "
				+ this.report.count(Verdict.WRONG) + " wrong\nExit code " + code + ": " + meaning(code) + "\n";
	}

	private static String meaning(int code) {
		return switch (code) {
			case HeavyIndexExit.DONE -> "there is nothing to do";
			case HeavyIndexExit.WRONG -> "something is wrong";
			default -> "there is something to do";
		};
	}

}
