package io.github.heavyindex.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

import io.github.heavyindex.DataSourceStatus;
import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.OperationType;
import org.jspecify.annotations.Nullable;

/**
 * What a job has done and left, for people. What was complete before, or was found so, is
 * only counted.
 *
 * @param status the last status
 * @param since when the job began, by the clock of a data source's database, or
 * {@code null} if that was never observed
 * @param took how long the job took
 * @param end how it ended, or {@code null} if there was nothing more to wait for
 * @param rules which operations count
 * @param exitCode the exit code, or {@code null} if somebody else ended the application
 */
record JobSummary(HeavyIndexesStatus status, Function<@Nullable String, @Nullable Instant> since, Duration took,
		@Nullable String end, JobRules rules, @Nullable Integer exitCode) {

	private static final int WIDEST_NAME = 48;

	String text() {
		String first = "Index operations after " + Figures.duration(this.took)
				+ ((this.end != null) ? " (" + this.end + ")" : "") + ": " + counts();
		StringBuilder text = new StringBuilder("\n");
		TextTable.wrap(first, Terminal.COLUMNS).forEach((line) -> text.append(line).append('\n'));
		String table = table();
		if (!table.isEmpty()) {
			text.append('\n').append(table).append('\n');
		}
		for (DataSourceStatus dataSource : this.status.dataSources()) {
			if (dataSource.problem() != null) {
				text.append("Problem: ")
					.append(DataSourceText.prefix(several(), dataSource.name()))
					.append(dataSource.problem())
					.append('\n');
			}
		}
		if (this.exitCode != null) {
			text.append("Exit code ").append(this.exitCode).append(": ").append(meaning(this.exitCode)).append('\n');
		}
		return text.toString();
	}

	private boolean several() {
		return this.status.dataSources().size() > 1;
	}

	private String counts() {
		Summary summary = this.status.summary();
		long carriedOut = this.status.operations().stream().filter(this::carriedOut).count();
		long adopted = this.status.operations().stream().filter(JobSummary::adopted).count();
		long before = summary.completed() - summary.drifted() - carriedOut - adopted;
		StringJoiner counts = new StringJoiner(", ");
		counts.add(summary.total() + " in total").add(carriedOut + " carried out").add(adopted + " adopted");
		add(counts, before, "complete before");
		counts.add(summary.skipped() + " skipped").add(summary.failed() + " failed");
		add(counts, summary.cancelled(), "cancelled");
		add(counts, summary.drifted(), "drifted");
		add(counts, summary.running(), "running");
		counts.add(summary.pending() + " waiting");
		// several operations may concern one index
		Map<String, Long> sizes = new HashMap<>();
		for (OperationStatus operation : this.status.operations()) {
			Long size = size(operation);
			if (size != null && carriedOut(operation)) {
				sizes.put(operation.dataSource() + " " + operation.table() + " " + operation.index(), size);
			}
		}
		long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
		return counts + ((bytes > 0) ? "; indexes of " + Figures.size(bytes) : "");
	}

	private static void add(StringJoiner counts, long count, String what) {
		if (count > 0) {
			counts.add(count + " " + what);
		}
	}

	private String table() {
		TextTable table = new TextTable(WIDEST_NAME);
		for (OperationStatus operation : this.status.operations()) {
			String outcome = outcome(operation);
			Long size = size(operation);
			if (outcome != null) {
				table.row(operation.name() + (operation.critical() ? " (critical)" : ""), outcome,
						(operation.duration() != null) ? Figures.duration(operation.duration()) : "",
						(size != null) ? Figures.size(size) : "",
						(operation.table() != null) ? "on " + operation.table() + tableSize(operation) : "",
						(operation.dataSource() != null && several()) ? "in " + operation.dataSource() : "");
				String reason = reason(operation);
				if (reason != null) {
					table.text("", reason);
				}
			}
		}
		return table.toString();
	}

	private @Nullable String outcome(OperationStatus operation) {
		if (operation.drift() != null) {
			return "DRIFTED";
		}
		return switch (operation.state()) {
			case COMPLETED -> carriedOut(operation) ? done(operation)
					: (adopted(operation) && endedHere(operation) && operation.duration() != null) ? "adopted" : null;
			case FAILED, CANCELLED -> operation.state().name();
			case RUNNING -> "running";
			case PENDING -> "waiting";
			case SKIPPED -> null;
		};
	}

	private static String done(OperationStatus operation) {
		return switch (operation.type()) {
			case CREATE -> "created";
			case DROP -> "dropped";
			case RENAME -> "renamed";
			case REBUILD -> "rebuilt";
			case CONSTRAINT -> "added";
		};
	}

	private @Nullable String reason(OperationStatus operation) {
		if (operation.drift() != null) {
			return operation.drift() + ": the action 'retry' carries it out again";
		}
		return switch (operation.state()) {
			case FAILED, CANCELLED -> operation.lastError();
			case PENDING -> operation.waitingFor();
			case RUNNING -> running(operation);
			default -> null;
		};
	}

	/**
	 * The size of the table, where it is known: one that was never analyzed has 0 pages.
	 */
	private static String tableSize(OperationStatus operation) {
		Long size = operation.tableSize();
		return (size != null && size > 0) ? " of " + Figures.size(size) : "";
	}

	/**
	 * The size of the index that the operation leaves.
	 */
	private static @Nullable Long size(OperationStatus operation) {
		return (operation.type() != OperationType.DROP) ? operation.indexSize() : null;
	}

	private static @Nullable String running(OperationStatus operation) {
		return (operation.progress() != null) ? ProgressText.brief(operation.progress()) : null;
	}

	private boolean carriedOut(OperationStatus operation) {
		return operation.completed() && !operation.adopted() && endedHere(operation);
	}

	private boolean endedHere(OperationStatus operation) {
		Instant since = this.since.apply(operation.dataSource());
		return since != null && operation.finishedAt() != null && !operation.finishedAt().isBefore(since);
	}

	private static boolean adopted(OperationStatus operation) {
		return operation.completed() && operation.adopted();
	}

	private String meaning(int code) {
		String counted = " (heavy-index.job.fail-on=" + this.rules.failOn().name().toLowerCase(Locale.ROOT) + ")";
		return switch (code) {
			case HeavyIndexExit.DONE -> "what counts is complete" + counted;
			case HeavyIndexExit.WRONG -> "a person must mend what is wrong" + counted;
			default -> "something is left to do; the next job goes on" + counted;
		};
	}

}
