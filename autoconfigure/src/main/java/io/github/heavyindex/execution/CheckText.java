package io.github.heavyindex.execution;

import java.util.List;
import java.util.Locale;

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
		return "\n" + text.head() + text.operations() + text.oldTransactions() + text.invalidIndexes() + text.end();
	}

	private String head() {
		StringBuilder head = new StringBuilder("Index operations checked");
		if (this.report.server() != null) {
			head.append(": ").append(this.report.server());
		}
		head.append(". Nothing was changed.\n\n");
		this.report.notes()
			.forEach(
					(note) -> TextTable.wrap(note, Terminal.COLUMNS).forEach((line) -> head.append(line).append('\n')));
		return head.toString();
	}

	private String operations() {
		if (this.report.operations().isEmpty()) {
			return "";
		}
		TextTable table = new TextTable(WIDEST_NAME).row("OPERATION", "WOULD", "ON TABLE", "OF SIZE", "INDEX", "TAKES");
		for (CheckedOperation checked : this.report.operations()) {
			operation(checked, table);
		}
		return table + "\n";
	}

	private static void operation(CheckedOperation checked, TextTable table) {
		Plan plan = checked.plan();
		boolean wrong = plan.verdict() == Verdict.WRONG;
		table.row(checked.operation().name(), wrong ? plan.action().toUpperCase(Locale.ROOT) : plan.action(),
				shorten(checked.table()), (checked.tableSize() != null) ? Figures.size(checked.tableSize()) : "",
				(checked.indexSize() != null) ? "~" + Figures.size(checked.indexSize()) : "",
				(checked.time() != null) ? checked.time().name().toLowerCase(Locale.ROOT) : "");
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

	private String oldTransactions() {
		if (this.report.oldTransactions().isEmpty()) {
			return "";
		}
		TextTable table = new TextTable(WIDEST_NAME);
		for (DatabaseSession session : this.report.oldTransactions()) {
			table.text("", "pid " + session.pid() + ", " + session.user() + ", " + session.application() + ", "
					+ session.state() + ((session.since() != null) ? " for " + Figures.duration(session.since()) : "")
					+ ((session.query() != null) ? ": " + session.query() : ""));
		}
		return "Transactions older than " + Figures.duration(Inspection.OLD) + ", for whose end a build would wait:\n"
				+ table + "\n";
	}

	private String invalidIndexes() {
		UndeclaredInvalidIndexes invalid = this.report.invalidIndexes();
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
		return "Invalid indexes that no operation declares (" + invalid.total() + "):\n" + table + "\n";
	}

	private String end() {
		String problem = (this.report.problem() != null) ? "Problem: " + this.report.problem() + "\n" : "";
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
