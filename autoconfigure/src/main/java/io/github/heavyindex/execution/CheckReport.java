package io.github.heavyindex.execution;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.IndexOperation;

/**
 * What a check found out.
 *
 * @param operations the operations, in dependency order, without those of databases that
 * could not be checked
 * @param databases what else was found, for each database
 */
record CheckReport(List<CheckedOperation> operations, List<CheckedDatabase> databases) {

	static CheckReport of(List<IndexOperation> declared, List<CheckedDatabase> databases) {
		Map<String, CheckedOperation> checked = new HashMap<>();
		databases.forEach((database) -> database.operations()
			.forEach((operation) -> checked.put(operation.operation().name(), operation)));
		return new CheckReport(
				declared.stream().map((operation) -> checked.get(operation.name())).filter(Objects::nonNull).toList(),
				databases);
	}

	boolean several() {
		return this.databases.size() > 1;
	}

	/**
	 * Why something could not be checked or would not work, one text for each database
	 * where that is so.
	 */
	List<String> problems() {
		return this.databases.stream()
			.filter((database) -> database.problem() != null)
			.map((database) -> DataSourceText.prefix(several(), database.dataSource()) + database.problem())
			.toList();
	}

	long count(Verdict verdict) {
		return this.operations.stream().filter((operation) -> operation.plan().verdict() == verdict).count();
	}

	int exitCode() {
		if (!problems().isEmpty() || count(Verdict.WRONG) > 0) {
			return HeavyIndexExit.WRONG;
		}
		return (count(Verdict.TO_DO) > 0) ? HeavyIndexExit.LEFT_TO_DO : HeavyIndexExit.DONE;
	}

}
