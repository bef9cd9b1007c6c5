package io.github.heavyindex.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Compares what our table says is completed with the catalog, in one snapshot, all the
 * time: nothing may ever be recorded as done that is not.
 */
final class Witness implements AutoCloseable {

	private static final String SQL = """
			with shown as (
				select c.relname as name, i.indisvalid and i.indisready as valid, i.indexprs is not null as slow
				from pg_index i join pg_class c on c.oid = i.indexrelid
				where i.indrelid in ('public.logs'::regclass, 'public.events'::regclass)
			), round as (
				select ? as replaced, ? as successor, ? as created, ? as dropped, ? as application
			)
			select o.name from heavy_index_operation o, round r
			where o.application = r.application and o.state = 'COMPLETED' and case
				when o.name = ? then not exists (select from shown where valid and slow
					and name in (r.successor, r.replaced))
				when o.name = ? then exists (select from shown where name = r.replaced and not slow)
				when o.name = ? then exists (select from shown where name = r.successor)
					or not exists (select from shown where valid and slow and name = r.replaced)
				when o.name = ? then not exists (select from shown where valid and slow and name = r.created)
				when o.name = ? then exists (select from shown where name = r.dropped)
				else false end
			""";

	private final FaultDatabase database;

	private final Set<String> lies = ConcurrentHashMap.newKeySet();

	private final Thread thread = new Thread(this::watch, "witness");

	private volatile @Nullable Round round;

	private volatile String application = "";

	private volatile long looks;

	private volatile boolean stopped;

	Witness(FaultDatabase database) {
		this.database = database;
		this.thread.start();
	}

	/**
	 * Watches a round.
	 * @param round the round, or {@code null} for none, as while people change things by
	 * hand
	 */
	void watch(String application, @Nullable Round round) {
		this.application = application;
		this.round = round;
	}

	/**
	 * Operations that were recorded as completed while the catalog showed otherwise.
	 */
	Set<String> lies() {
		return this.lies;
	}

	long looks() {
		return this.looks;
	}

	private void watch() {
		while (!this.stopped) {
			try (Connection connection = this.database.connect();
					PreparedStatement statement = connection.prepareStatement(SQL)) {
				while (!this.stopped) {
					Round watched = this.round;
					if (watched != null) {
						look(statement, watched);
					}
					LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
				}
			}
			catch (SQLException ex) {
				// the server is down, or our table is not there yet
				LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
			}
		}
	}

	private void look(PreparedStatement statement, Round watched) throws SQLException {
		String[] values = { watched.replaced(), watched.successor(), watched.created(), watched.dropped(),
				this.application, watched.createSuccessor(), watched.dropReplaced(), watched.renameSuccessor(),
				watched.createNew(), watched.dropOld() };
		for (int i = 0; i < values.length; i++) {
			statement.setString(i + 1, values[i]);
		}
		try (ResultSet rows = statement.executeQuery()) {
			this.looks++;
			// by hand, things may change while we look
			while (rows.next() && watched.equals(this.round)) {
				this.lies.add(rows.getString(1));
			}
		}
	}

	@Override
	public void close() {
		this.stopped = true;
		try {
			this.thread.join(Duration.ofSeconds(10).toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
