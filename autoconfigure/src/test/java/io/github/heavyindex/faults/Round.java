package io.github.heavyindex.faults;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be done while one fault strikes: on one table an index is replaced by a
 * chain of create, drop and rename, on the other one is created and an old one dropped.
 *
 * @param number the round's number, which no other round of the storm has
 * @param gate what opens the round
 */
record Round(int number, int gate) {

	String replaced() {
		return "logs_" + this.number + "_idx";
	}

	String successor() {
		return "logs_" + this.number + "_idx_2nd";
	}

	String created() {
		return "events_" + this.number + "_idx";
	}

	String dropped() {
		return "events_" + this.number + "_old_idx";
	}

	String createSuccessor() {
		return "create_logs_" + this.number;
	}

	String dropReplaced() {
		return "drop_logs_" + this.number;
	}

	String renameSuccessor() {
		return "rename_logs_" + this.number;
	}

	String createNew() {
		return "create_events_" + this.number;
	}

	String dropOld() {
		return "drop_events_" + this.number;
	}

	List<String> operations() {
		return List.of(createSuccessor(), dropReplaced(), renameSuccessor(), createNew(), dropOld());
	}

	/**
	 * What stands before the round.
	 */
	String[] preparation() {
		return new String[] { "create index if not exists " + replaced() + " on logs (a)",
				"create index if not exists " + dropped() + " on events (kind)" };
	}

	String[] cleanUp() {
		return new String[] {
				"drop index if exists %s, %s, %s, %s".formatted(replaced(), successor(), created(), dropped()) };
	}

	private boolean unique() {
		return this.number % 2 == 0;
	}

	/**
	 * What PostgreSQL must say of {@link #replaced()} in the end.
	 */
	String replacedDefinition() {
		return "CREATE INDEX " + replaced() + " ON public.logs USING btree (slow(a), id DESC) WHERE (b IS NOT NULL)";
	}

	/**
	 * What PostgreSQL must say of {@link #created()} in the end.
	 */
	String createdDefinition() {
		return "CREATE " + (unique() ? "UNIQUE " : "") + "INDEX " + created()
				+ " ON public.events USING btree (id, slow(kind))";
	}

	Map<String, String> properties() {
		Map<String, String> properties = new LinkedHashMap<>();
		operation(properties, createSuccessor(),
				"CREATE INDEX " + successor() + " ON logs (slow(a), id DESC) WHERE b IS NOT NULL", "gate_" + this.gate);
		operation(properties, dropReplaced(), "DROP INDEX " + replaced(), createSuccessor());
		operation(properties, renameSuccessor(), "ALTER INDEX " + successor() + " RENAME TO " + replaced(),
				dropReplaced());
		operation(properties, createNew(),
				"CREATE " + (unique() ? "UNIQUE " : "") + "INDEX " + created() + " ON events (id, slow(kind))",
				"gate_" + this.gate);
		operation(properties, dropOld(), "DROP INDEX " + dropped(), createNew());
		return properties;
	}

	private static void operation(Map<String, String> properties, String name, String sql, String dependsOn) {
		properties.put("heavy-index.operations." + name + ".sql", sql);
		properties.put("heavy-index.operations." + name + ".depends-on[0]", dependsOn);
	}

}
