package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;

/**
 * Rounds of operations that the same applications are declared for, each with one fault.
 * After it, all must be well again by itself, or, where a person is needed, with what a
 * person would do.
 */
final class Generation implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Generation.class);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration TICK = Duration.ofMillis(100);

	private final FaultDatabase database;

	private final String application;

	private final List<Round> rounds = new ArrayList<>();

	private final Replicas replicas;

	private final Summary summary;

	private final ForeignLocks foreign;

	private final Witness witness;

	private final Faults faults;

	/**
	 * Starts the applications.
	 * @param first the number of the first round
	 * @param count how many rounds there are
	 * @param wanted how many replicas live
	 */
	Generation(FaultDatabase database, int first, int count, int wanted, Summary summary, ForeignLocks foreign,
			Witness witness) {
		this.database = database;
		this.application = "generation-" + first;
		this.summary = summary;
		this.foreign = foreign;
		this.witness = witness;
		this.faults = new Faults(database, foreign);
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("spring.application.name", this.application);
		properties.put(FaultApplication.GATES_PROPERTY, String.valueOf(count));
		for (int gate = 1; gate <= count; gate++) {
			Round round = new Round(first + gate - 1, gate);
			this.rounds.add(round);
			properties.putAll(round.properties());
		}
		database.execute("delete from gate");
		this.rounds.forEach((round) -> byHand(round.preparation()));
		this.replicas = new Replicas(database, properties, wanted);
	}

	List<Round> rounds() {
		return this.rounds;
	}

	private void byHand(String... statements) {
		try (ForeignLocks.Interval interval = this.foreign.begin()) {
			this.database.asOwner(statements);
		}
	}

	/**
	 * Goes through a round.
	 * @param moment waits from the round's beginning for the moment to strike
	 * @return whether all was well again in the end
	 */
	boolean run(Round round, PlannedFault fault, Consumer<Round> moment) {
		boolean byHand = fault.kind() == FaultKind.DROP_BY_HAND || fault.kind() == FaultKind.CREATE_BY_HAND;
		this.witness.watch(this.application, byHand ? null : round);
		this.database.execute("insert into gate values (" + round.gate() + ")");
		long start = System.nanoTime();
		moment.accept(round);
		Map<String, Long> builds = fault.kind().buildLives() ? builds(round) : Map.of();
		String happened = this.faults.strike(fault, round, this.replicas);
		this.summary.struck(fault.kind());
		this.replicas.restore();
		boolean settled = settle(round, fault, happened);
		logger.info("{} {}: {}; settled after {} ms", round.number(), fault.kind(), happened,
				Duration.ofNanos(System.nanoTime() - start).toMillis());
		if (settled) {
			check(round, fault, builds, happened);
		}
		this.witness.watch(this.application, null);
		return settled;
	}

	/**
	 * The indexes that are being built for us now.
	 */
	Map<String, Long> builds(Round round) {
		Map<String, Long> builds = new HashMap<>();
		for (String[] build : new String[][] { { round.createSuccessor(), round.successor() },
				{ round.createNew(), round.created() } }) {
			List<Integer> workers = this.database.workers(build[0]);
			Long oid = this.database.oid(build[1]);
			// still so a moment later
			if (oid != null && !workers.isEmpty() && this.database.workers(build[0]).equals(workers)
					&& !this.database.isValid(build[1])) {
				builds.put(build[1], oid);
			}
		}
		return builds;
	}

	private boolean settle(Round round, PlannedFault fault, String happened) {
		long start = System.nanoTime();
		Person person = new Person(this.database, round, fault.kind());
		while (System.nanoTime() - start < PATIENCE.toNanos()) {
			try {
				List<Reported> wrong = person.help(this.replicas);
				wrong.forEach(
						(reported) -> this.summary.wronglyReported(fault + " (" + happened + ") gave up: " + reported));
				if (isSettled(round)) {
					if (person.helped()) {
						this.summary.personHelped(fault.kind());
					}
					this.summary.settledAfter(Duration.ofNanos(System.nanoTime() - start));
					return true;
				}
			}
			catch (DataAccessException | IllegalStateException ex) {
				logger.debug("Not settled yet", ex);
			}
			Faults.pause(TICK);
		}
		String end = "round " + round.number() + ", " + fault + " (" + happened + "):\n" + describe(round);
		logger.error("Not settled: {}", end);
		if (this.replicas.living().stream().allMatch((replica) -> allCompleted(replica, round))) {
			this.summary.wronglyReported(end);
		}
		else {
			this.summary.unsettled(end);
		}
		return false;
	}

	boolean isSettled(Round round) {
		return round.replacedDefinition().equals(this.database.definition(round.replaced()))
				&& this.database.isValid(round.replaced())
				&& round.createdDefinition().equals(this.database.definition(round.created()))
				&& this.database.isValid(round.created()) && this.database.oid(round.dropped()) == null
				&& this.database.oid(round.successor()) == null
				&& this.replicas.living().stream().allMatch((replica) -> allCompleted(replica, round))
				&& states(round).values().stream().allMatch("COMPLETED"::equals);
	}

	/**
	 * The errors in the attempts of operations.
	 */
	List<String> errors(String... operations) {
		return this.database.query(
				"select sql_state from heavy_index_attempt where name = any(string_to_array(?, ' ')) and sql_state is not null order by id",
				String.class, String.join(" ", operations));
	}

	private static boolean allCompleted(ApplicationProcess replica, Round round) {
		return replica.status()
			.stream()
			.filter((reported) -> round.operations().contains(reported.name()))
			.allMatch((reported) -> reported.completed() && reported.state().equals("COMPLETED"));
	}

	private Map<String, String> states(Round round) {
		Map<String, String> states = new TreeMap<>();
		this.database.jdbc()
			.sql("select name, state from heavy_index_operation where name in (:names)")
			.param("names", round.operations())
			.query((row) -> {
				states.put(row.getString(1), row.getString(2));
			});
		return states;
	}

	private void check(Round round, PlannedFault fault, Map<String, Long> builds, String happened) {
		String context = "round " + round.number() + ", " + fault + " (" + happened + "): ";
		builds.forEach((index, oid) -> {
			String finalName = index.equals(round.successor()) ? round.replaced() : index;
			if (Objects.equals(oid, this.database.oid(finalName))) {
				this.summary.buildSurvived(fault.kind());
			}
			else {
				this.summary.lostBuild(context + "the build of " + index + " was lost");
			}
		});
		this.database.invalidIndexes().forEach((index) -> this.summary.invalid(context + index));
		this.database
			.query("""
					select min(indexrelid::regclass::text) from pg_index
					where indrelid in ('logs'::regclass, 'events'::regclass) and indexprs is not null
						and indexrelid::regclass::text ~ ?
					group by regexp_replace(pg_get_indexdef(indexrelid), 'INDEX \\S+', '') having count(*) > 1""",
					String.class, "_" + round.number() + "_")
			.forEach((index) -> this.summary.doubled(context + index));
		if (!Objects.equals(round.replacedDefinition(), this.database.definition(round.replaced()))
				|| !Objects.equals(round.createdDefinition(), this.database.definition(round.created()))) {
			this.summary.lost(context + describeCatalog());
		}
		require(context + "no attempt is recorded as running without a session",
				() -> this.database.deadAttempts().isEmpty());
	}

	/**
	 * What must be so within seconds.
	 */
	private void require(String what, BooleanSupplier condition) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - start > Duration.ofSeconds(10).toNanos()) {
				this.summary.leftOver(what + ": " + this.database.deadAttempts() + " " + describeLocks());
				return;
			}
			Faults.pause(TICK);
		}
	}

	private String describe(Round round) {
		StringBuilder text = new StringBuilder();
		for (ApplicationProcess replica : this.replicas.living()) {
			text.append("  ").append(replica.log()).append('\n');
			replica.status()
				.stream()
				.filter((reported) -> round.operations().contains(reported.name()))
				.forEach((reported) -> text.append("    ").append(reported).append('\n'));
		}
		return text.append("  records ")
			.append(states(round))
			.append("\n  catalog ")
			.append(describeCatalog())
			.append("\n  locks ")
			.append(describeLocks())
			.toString();
	}

	private String describeCatalog() {
		return this.database
			.query("""
					select indexrelid::regclass || ' ' || indisvalid || ' ' || indisready || ' ' || pg_get_indexdef(indexrelid)
					from pg_index where indrelid in ('logs'::regclass, 'events'::regclass)""",
					String.class)
			.toString();
	}

	private String describeLocks() {
		return this.database.query("""
				select concat_ws(' ', l.pid, l.classid, l.objid, l.relation::regclass, l.mode, l.granted, a.state,
					a.application_name, a.query)
				from pg_locks l left join pg_stat_activity a on a.pid = l.pid
				where l.locktype = 'advisory' or l.relation in ('logs'::regclass, 'events'::regclass)""", String.class)
			.toString();
	}

	/**
	 * Stops the applications, as a deploy does. Nothing of theirs stays behind.
	 */
	@Override
	public void close() {
		try {
			this.replicas.living().forEach((replica) -> replica.terminate(Faults.GRACE));
			require("no advisory lock is held when all applications have gone",
					() -> this.database.advisoryLocks() == 0);
		}
		finally {
			this.replicas.close();
		}
		this.rounds.forEach((round) -> byHand(round.cleanUp()));
	}

}
