package io.github.heavyindex.execution;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * The report of a check for machines, in the words of the endpoint. Written without
 * Jackson, so that neither its presence nor its settings matter.
 */
final class CheckJson {

	private static final JsonWriter<Map<String, @Nullable Object>> WRITER = JsonWriter.standard();

	private CheckJson() {
	}

	static String of(CheckReport report) {
		Map<String, @Nullable Object> json = new LinkedHashMap<>();
		json.put("exitCode", report.exitCode());
		json.put("problem", report.problems().isEmpty() ? null : String.join(" ", report.problems()));
		Map<String, @Nullable Object> summary = new LinkedHashMap<>();
		summary.put("total", report.operations().size());
		summary.put("toDo", report.count(Verdict.TO_DO));
		summary.put("nothing", report.count(Verdict.NOTHING));
		summary.put("wrong", report.count(Verdict.WRONG));
		json.put("summary", summary);
		json.put("operations", report.operations().stream().map(CheckJson::operation).toList());
		json.put("dataSources", report.databases().stream().map(CheckJson::database).toList());
		return WRITER.writeToString(json) + "\n";
	}

	private static Map<String, @Nullable Object> database(CheckedDatabase database) {
		Map<String, @Nullable Object> json = new LinkedHashMap<>();
		json.put("name", database.dataSource());
		json.put("checkedAt", database.checkedAt());
		json.put("server", database.server());
		json.put("problem", database.problem());
		json.put("notes", database.notes());
		json.put("oldTransactions", database.oldTransactions().stream().map(CheckJson::session).toList());
		UndeclaredInvalidIndexes invalid = database.invalidIndexes();
		json.put("undeclared", (invalid != null) ? undeclared(invalid) : null);
		return json;
	}

	private static Map<String, @Nullable Object> operation(CheckedOperation checked) {
		IndexOperation operation = checked.operation();
		Map<String, @Nullable Object> json = new LinkedHashMap<>();
		json.put("name", operation.name());
		json.put("type", operation.type());
		json.put("table", checked.table());
		json.put("index", operation.index().name());
		json.put("sql", checked.sql());
		json.put("description", operation.options().description());
		json.put("critical", operation.options().critical());
		json.put("dependsOn", operation.options().dependsOn().stream().sorted().toList());
		json.put("verdict", checked.plan().verdict());
		json.put("action", checked.plan().action());
		json.put("reason", checked.plan().reason());
		json.put("steps",
				checked.steps()
					.stream()
					.flatMap((group) -> group.members().stream())
					.flatMap(List::stream)
					.map(CheckJson::step)
					.toList());
		json.put("notes", checked.notes());
		json.put("tableSize", checked.tableSize());
		json.put("tableRows", checked.tableRows());
		json.put("estimatedIndexSize", checked.indexSize());
		json.put("timeClass", checked.time());
		json.put("dataSource", operation.options().dataSource());
		return json;
	}

	private static Map<String, @Nullable Object> step(PlannedStep step) {
		Map<String, @Nullable Object> json = new LinkedHashMap<>();
		json.put("statement", step.statement());
		json.put("lock", step.lock());
		json.put("note", step.note());
		return json;
	}

	private static Map<String, @Nullable Object> session(DatabaseSession session) {
		Map<String, @Nullable Object> json = new LinkedHashMap<>();
		json.put("pid", session.pid());
		json.put("user", session.user());
		json.put("application", session.application());
		json.put("state", session.state());
		json.put("since", session.since());
		if (session.query() != null) {
			json.put("query", session.query());
		}
		return json;
	}

	private static Map<String, @Nullable Object> undeclared(UndeclaredInvalidIndexes invalid) {
		List<Map<String, @Nullable Object>> largest = invalid.largest().stream().map((index) -> {
			Map<String, @Nullable Object> json = new LinkedHashMap<>();
			json.put("index", index.index());
			json.put("table", index.table());
			json.put("size", index.size());
			json.put("maintained", index.maintained());
			json.put("unique", index.unique());
			json.put("workedOn", index.workedOn());
			json.put("statement", index.statement());
			json.put("note", index.note());
			return json;
		}).toList();
		Map<String, @Nullable Object> json = new LinkedHashMap<>();
		json.put("total", invalid.total());
		json.put("largest", largest);
		return json;
	}

}
