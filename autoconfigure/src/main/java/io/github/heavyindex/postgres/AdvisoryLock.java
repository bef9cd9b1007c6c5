package io.github.heavyindex.postgres;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Our session-level advisory locks (manual, "Advisory Locks"). They live as long as the
 * server session, and that as long as its statement: they fence replicas even after the
 * application that took them died. Only ever taken by {@code pg_try_advisory_lock}: a
 * session that waits in the blocking form holds a snapshot, and a concurrent build would
 * deadlock with it.
 *
 * @since 0.1.0
 */
public final class AdvisoryLock {

	/**
	 * Locks of this class fence a table, by its oid.
	 */
	static final long TABLE_CLASS = 0x48495831L;

	/**
	 * Locks of this class are the slots of {@code max-concurrent-operations}.
	 */
	static final long SLOT_CLASS = 0x48495832L;

	/**
	 * Locks of this class show that an application instance is alive.
	 */
	static final long INSTANCE_CLASS = 0x48495833L;

	/**
	 * Locks of this class show that the table's holder removes an invalid index.
	 */
	static final long CLEANING_CLASS = 0x48495834L;

	/**
	 * The lock of this class is held by the instance that looks at the database for all
	 * instances of its application.
	 */
	public static final long LEADER_CLASS = 0x48495835L;

	private AdvisoryLock() {
	}

	/**
	 * Tries to fence a table for this session.
	 * @param jdbc the connection that will change the table's indexes
	 * @param table the table's oid
	 * @return whether the lock was granted
	 */
	public static boolean tryTable(JdbcTemplate jdbc, long table) {
		return tryLock(jdbc, TABLE_CLASS, (int) table);
	}

	/**
	 * Ends what {@link #tryTable} began.
	 * @param jdbc the connection that fenced the table
	 * @param table the table's oid
	 */
	public static void releaseTable(JdbcTemplate jdbc, long table) {
		jdbc.queryForObject("select pg_advisory_unlock(?, ?)", Boolean.class, (int) TABLE_CLASS, (int) table);
	}

	/**
	 * The statement that lets go of one table and then tries to fence another one; its
	 * column {@code granted} says whether the latter was granted.
	 */
	static String exchange(@Nullable Long before, long table) {
		String unlock = (before != null) ? "pg_advisory_unlock(" + (int) TABLE_CLASS + ", " + before.intValue() + "), "
				: "";
		return "select " + unlock + "pg_try_advisory_lock(" + (int) TABLE_CLASS + ", " + (int) table + ") as granted";
	}

	/**
	 * Tries to take one of the slots.
	 * @param jdbc the connection that will run an operation
	 * @param slots how many there are
	 * @return whether one was granted
	 */
	public static boolean trySlot(JdbcTemplate jdbc, int slots) {
		for (int slot = 0; slot < slots; slot++) {
			if (tryLock(jdbc, SLOT_CLASS, slot)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Shows that this application instance is alive, as long as the session lives.
	 * @param jdbc a long-lived connection
	 * @param instanceKey the instance's key
	 */
	public static void announceInstance(JdbcTemplate jdbc, int instanceKey) {
		tryLock(jdbc, INSTANCE_CLASS, instanceKey);
	}

	/**
	 * Shows, until this session ends or releases its locks, that it removes an invalid
	 * index of the table.
	 * @param jdbc the connection that removes it
	 * @param table the table's oid
	 */
	public static void announceCleaning(JdbcTemplate jdbc, long table) {
		tryLock(jdbc, CLEANING_CLASS, (int) table);
	}

	/**
	 * Ends what {@link #announceCleaning} began.
	 * @param jdbc the connection that removed the index
	 * @param table the table's oid
	 */
	public static void endCleaning(JdbcTemplate jdbc, long table) {
		jdbc.queryForObject("select pg_advisory_unlock(?, ?)", Boolean.class, (int) CLEANING_CLASS, (int) table);
	}

	/**
	 * Cancels the statement of a session, if it holds a table's lock: a pid may belong to
	 * somebody else by now. A session that removes an invalid index is left alone.
	 * @param jdbc any connection of a role that may signal the session
	 * @param pid the session
	 * @return whether it was signalled
	 */
	public static boolean cancelHolder(JdbcTemplate jdbc, int pid) {
		return !jdbc
			.queryForList(
					"""
							select pg_cancel_backend(pid) from pg_locks where locktype = 'advisory' and granted and objsubid = 2
								and classid::bigint = ? and pid = ?
								and not exists (select from pg_locks c where c.locktype = 'advisory' and c.granted and c.objsubid = 2
									and c.classid::bigint = ? and c.pid = pg_locks.pid) limit 1""",
					Boolean.class, TABLE_CLASS, pid, CLEANING_CLASS)
			.isEmpty();
	}

	/**
	 * Releases all advisory locks of this session.
	 * @param jdbc the connection that took them
	 */
	public static void releaseAll(JdbcTemplate jdbc) {
		jdbc.execute("select pg_advisory_unlock_all()");
	}

	private static boolean tryLock(JdbcTemplate jdbc, long lockClass, int object) {
		return Boolean.TRUE
			.equals(jdbc.queryForObject("select pg_try_advisory_lock(?, ?)", Boolean.class, (int) lockClass, object));
	}

}
