package io.github.heavyindex.decision;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How busy the server is, as far as a guard asks for it.
 *
 * @param activeConnections client sessions that run a statement, our own left out, or
 * {@code null} if the role may not see them
 * @param oldest the oldest transaction of the database, our own left out, or {@code null}
 * if there is none
 * @param hiddenTransactions whether there are transactions whose age the role may not see
 * @param replicationLag the longest replay lag of a standby, zero without one, or
 * {@code null} if the role may not see it
 * @since 0.1.0
 */
public record Load(@Nullable Integer activeConnections, @Nullable OldTransaction oldest, boolean hiddenTransactions,
		@Nullable Duration replicationLag) {

	/**
	 * Nothing was asked for.
	 */
	public static final Load NOT_ASKED = new Load(0, null, false, Duration.ZERO);

	/**
	 * A transaction.
	 *
	 * @param pid the session; 0 is a prepared transaction
	 * @param description the role and application, for people
	 * @param age how long it has been open
	 */
	public record OldTransaction(int pid, String description, Duration age) {

	}

}
