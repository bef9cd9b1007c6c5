package io.github.heavyindex.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Carries faults out. What lasts for a while has ended when it returns.
 */
final class Faults {

	/**
	 * How long an application may take to stop.
	 */
	static final Duration GRACE = Duration.ofSeconds(20);

	private final FaultDatabase database;

	private final ForeignLocks foreign;

	Faults(FaultDatabase database, ForeignLocks foreign) {
		this.database = database;
		this.foreign = foreign;
	}

	/**
	 * Lets a fault strike.
	 * @return what happened, for people
	 */
	String strike(PlannedFault fault, Round round, Replicas replicas) {
		return switch (fault.kind()) {
			case KILL_APPLICATION -> {
				replicas.any(fault.choice()).kill();
				yield "killed";
			}
			case TERMINATE_APPLICATION -> {
				replicas.any(fault.choice()).terminate(GRACE);
				yield "stopped";
			}
			case FREEZE_APPLICATION -> {
				ApplicationProcess frozen = replicas.any(fault.choice());
				frozen.send(Signal.STOP);
				pause(fault.lasting());
				frozen.send(Signal.CONT);
				yield "frozen for " + fault.lasting();
			}
			case CUT_NETWORK -> {
				TcpProxy network = replicas.any(fault.choice()).network();
				network.cut(fault.variant());
				pause(fault.lasting());
				network.heal();
				yield (fault.variant() ? "silent for " : "reset for ") + fault.lasting();
			}
			case CANCEL_BACKEND -> signal("pg_cancel_backend", fault);
			case TERMINATE_BACKEND -> signal("pg_terminate_backend", fault);
			case RESTART_FAST -> restart(Signal.INT);
			case RESTART_IMMEDIATE -> restart(Signal.QUIT);
			case OLD_TRANSACTION -> oldTransaction(fault);
			case TABLE_LOCK -> tableLock(fault);
			case QUEUED_ALTER -> queuedAlter(fault);
			case DROP_BY_HAND -> dropByHand(fault, round);
			case CREATE_BY_HAND -> createByHand(fault, round);
			case FILL_CONNECTIONS -> fillConnections(fault);
		};
	}

	private String signal(String function, PlannedFault fault) {
		try {
			List<Integer> workers = Awaitility.await()
				.atMost(Duration.ofSeconds(3))
				.pollInterval(Duration.ofMillis(20))
				.until(() -> this.database.workers("%"), (found) -> !found.isEmpty());
			int pid = workers.get(fault.choice() % workers.size());
			return function + " of pid " + pid + ": "
					+ this.database.single("select " + function + "(?)", Boolean.class, pid);
		}
		catch (ConditionTimeoutException ex) {
			return "nothing was at work";
		}
	}

	private String restart(Signal signal) {
		try (ForeignLocks.Interval down = this.foreign.begin()) {
			this.database.server().restart(signal);
		}
		return "restarted";
	}

	private String oldTransaction(PlannedFault fault) {
		String sql = fault.variant() ? "select count(*) from gate" : "select count(*) from logs";
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("begin isolation level repeatable read");
			statement.execute(sql);
			pause(fault.lasting().multipliedBy(2));
			statement.execute("commit");
			return sql + " held open for " + fault.lasting().multipliedBy(2);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String tableLock(PlannedFault fault) {
		String sql = "lock table " + table(fault) + " in "
				+ (fault.variant() ? "share row exclusive mode" : "access exclusive mode");
		return byHand(fault.lasting(), "set lock_timeout = '2s'", "begin", sql);
	}

	private String queuedAlter(PlannedFault fault) {
		// long enough to end a build by a deadlock at its snapshot wait
		return byHand(Duration.ZERO, "set lock_timeout = '6s'", fault.variant() ? "analyze " + table(fault)
				: "alter table " + table(fault) + " alter column b set default '" + fault.choice() + "'");
	}

	private static String table(PlannedFault fault) {
		return (fault.choice() % 2 == 0) ? "logs" : "events";
	}

	private String dropByHand(PlannedFault fault, Round round) {
		Deque<String> names = names(fault, round);
		for (int attempt = 0; attempt < 60; attempt++) {
			String name = names.pop();
			names.add(name);
			if (this.database.oid(name) != null) {
				String done = byHand(Duration.ZERO, "set lock_timeout = '1s'", "drop index " + name);
				if (done.startsWith("done")) {
					return done;
				}
			}
			pause(Duration.ofMillis(50));
		}
		return "nothing could be dropped";
	}

	private String createByHand(PlannedFault fault, Round round) {
		Deque<String> names = names(fault, round);
		String said = "";
		for (int attempt = 0; attempt < 10; attempt++) {
			String name = names.pop();
			names.add(name);
			String table = name.equals(round.created()) ? "events" : "logs";
			said = byHand(Duration.ZERO, "set lock_timeout = '1s'", "begin", "drop index if exists " + name,
					"create index " + name + " on " + table + " (b)", "commit");
			if (said.startsWith("done")) {
				return said;
			}
			pause(Duration.ofMillis(50));
		}
		return said;
	}

	private static Deque<String> names(PlannedFault fault, Round round) {
		Deque<String> names = new ArrayDeque<>(List.of(round.successor(), round.created(), round.replaced()));
		for (int turn = 0; turn < fault.choice() % 3; turn++) {
			names.add(names.pop());
		}
		return names;
	}

	/**
	 * What a person does in another session, whose locks the load may have to wait for.
	 */
	private String byHand(Duration lasting, String... statements) {
		String last = statements[statements.length - 1];
		try (ForeignLocks.Interval interval = this.foreign.begin();
				Connection connection = this.database.connect();
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
			pause(lasting);
			return "done: " + String.join("; ", statements) + (lasting.isZero() ? "" : " for " + lasting);
		}
		catch (SQLException ex) {
			return last + " failed: [" + ex.getSQLState() + "] "
					+ String.valueOf(ex.getMessage()).lines().findFirst().orElse("");
		}
	}

	private String fillConnections(PlannedFault fault) {
		Deque<Connection> connections = new ArrayDeque<>();
		try {
			while (true) {
				connections.push(this.database.server().connect(this.database.name(), FaultDatabase.OWNER));
			}
		}
		catch (SQLException ex) {
			pause(fault.lasting());
			return connections.size() + " connections, then [" + ex.getSQLState() + "], for " + fault.lasting();
		}
		finally {
			connections.forEach(Faults::close);
		}
	}

	private static void close(Connection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			// it is as good as closed
		}
	}

	static void pause(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

}
