package io.github.heavyindex.benchmark;

import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What is left when the application is killed half-way and started again.
 */
@SuppressWarnings("try") // killing is the point
final class KillBenchmark implements Benchmark {

	private static final String INDEX = "create index concurrently if not exists big_idx on big (a, b)";

	private static final List<Tool> TOOLS = List.of(Tool.FLYWAY_WITHOUT_LOCK, Tool.LIQUIBASE, Tool.HEAVY_INDEX);

	private final MarkdownTable table = new MarkdownTable("killed after half of the build", "tool", "ready again after",
			"index in the end", "record in the end", "work lost", "usable after");

	@Override
	public String run(Server server) throws Exception {
		try (Database database = server.create("kill")) {
			database.fill("big", Settings.ROWS);
			double whole = PlainClient.run(database, List.of(INDEX));
			for (Ending ending : Ending.values()) {
				database.execute("alter database kill set client_connection_check_interval to "
						+ ((ending == Ending.APPLICATION_CHECKED) ? "'100ms'" : "default"));
				for (Tool tool : TOOLS) {
					database.reset("big");
					kill(database, tool, ending, whole);
				}
			}
			return "`%s`, kill -9 after half of the %s s that it takes, then the same application at once again, given up if not ready after %s s. Work lost: what was built until then and has to be built again. Usable: from the first start of the statement."
				.formatted(INDEX, Figures.text(whole), Settings.PATIENCE.toSeconds()) + "\n\n" + this.table;
		}
	}

	private void kill(Database database, Tool tool, Ending ending, double whole) throws Exception {
		Declaration declaration = Declaration.of(tool, database, List.of(INDEX));
		double begun;
		double killed;
		String index;
		try (ApplicationProcess application = declaration.start()) {
			database.await("the build",
					() -> builder(database) != 0 && age(database) >= whole / 2 && database.exists("big_idx"));
			index = oid(database);
			killed = now();
			begun = killed - age(database);
			int pid = builder(database);
			application.close();
			if (ending == Ending.SESSION) {
				database.execute("select pg_terminate_backend(" + pid + ")");
			}
		}
		try (Valid usable = new Valid(database); ApplicationProcess next = declaration.start()) {
			boolean ready = next.awaitReady(Settings.PATIENCE);
			settle(database, tool, next.isAlive() && ready);
			boolean valid = database.isValid("big_idx");
			boolean says = tool.saysDone(database);
			this.table.row(ending, tool,
					ready ? Figures.text(next.secondsUntilReady()) + " s"
							: next.isAlive() ? "not ready after " + Settings.PATIENCE.toSeconds() + " s"
									: "start failed",
					valid ? "valid" : database.exists("big_idx") ? "**invalid**" : "missing",
					says ? (valid ? "done" : "**done, which is wrong**") : "not done",
					Figures.text((valid && oid(database).equals(index)) ? 0 : killed - begun) + " s",
					valid ? Figures.text(usable.since() - begun) + " s" : "never");
		}
	}

	/**
	 * Waits until nothing happens any more, or for as long as an application may take to
	 * become ready.
	 */
	private static void settle(Database database, Tool tool, boolean goesOn) throws Exception {
		try {
			Awaitility.await()
				.atMost(goesOn ? Settings.PATIENCE.plusSeconds(60) : Duration.ofSeconds(30))
				.pollInterval(Duration.ofMillis(20))
				.until(() -> builder(database) == 0
						&& (tool.saysDone(database) || (tool != Tool.HEAVY_INDEX && database.isValid("big_idx"))));
		}
		catch (ConditionTimeoutException ex) {
			// then that is what is left
		}
	}

	static double now() {
		return System.currentTimeMillis() / 1000.0;
	}

	private static String oid(Database database) throws Exception {
		return database.text("select to_regclass('big_idx')::oid");
	}

	private static int builder(Database database) throws Exception {
		return (int) database.number("select coalesce(max(pid), 0) from pg_stat_progress_create_index where datname ="
				+ " current_database() and relid = 'big'::regclass");
	}

	private static double age(Database database) throws Exception {
		return database.number("select extract(epoch from clock_timestamp() - a.query_start) from"
				+ " pg_stat_progress_create_index p join pg_stat_activity a using (pid) where relid = 'big'::regclass");
	}

	private enum Ending {

		APPLICATION("the application"),

		APPLICATION_CHECKED(
				"the application, the server looks after its clients (`client_connection_check_interval` 100 ms)"),

		SESSION("the application and its server session");

		private final String label;

		Ending(String label) {
			this.label = label;
		}

		@Override
		public String toString() {
			return this.label;
		}

	}

}
