package io.github.heavyindex.execution;

import java.sql.SQLException;

import io.github.heavyindex.postgres.PhysicalConnection;

/**
 * What a worker does on its connection, which holds a slot.
 */
interface Task {

	/**
	 * The server session.
	 */
	int pid();

	/**
	 * What is being done, for people.
	 */
	String work();

	/**
	 * Whether an index is being built; no longer once the build has ended, as its
	 * clean-up is not to be cancelled.
	 */
	boolean builds();

	/**
	 * Whether the index is complete, and its table is being analyzed.
	 */
	default boolean analyzes() {
		return false;
	}

	/**
	 * Cancels a build because the application closes.
	 */
	void stop() throws SQLException;

	/**
	 * Carries the task out, if that is still to be done.
	 * @param started told once it has begun
	 * @return whether anything was done
	 */
	boolean run(Runnable started) throws SQLException;

	/**
	 * Makes a task once there is a connection with a slot.
	 */
	@FunctionalInterface
	interface Factory {

		Task on(PhysicalConnection connection) throws SQLException;

	}

}
