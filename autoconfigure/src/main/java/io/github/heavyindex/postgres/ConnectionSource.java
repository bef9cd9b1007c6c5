package io.github.heavyindex.postgres;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Opens physical connections for index operations. Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface ConnectionSource {

	/**
	 * Opens a connection that is nobody else's and in autocommit mode. This blocks for as
	 * long as connecting takes; call it from a thread that may wait.
	 * @param purpose what it is opened for
	 * @param activity for people, shown as {@code application_name} with the prefix
	 * {@code heavy-index:}, cut to 63 bytes; never identify a session by it
	 * @return an open connection; the caller closes it
	 * @throws ConnectionUnavailableException if the configuration must change before a
	 * connection can be used; the message names the mend
	 * @throws SQLException if the server cannot be reached now; trying again later may
	 * help
	 */
	PhysicalConnection open(ConnectionPurpose purpose, String activity) throws SQLException;

	/**
	 * What is known of the server since the last connection was opened.
	 * @return server facts, or {@code null} before the first connection
	 */
	@Nullable ServerInfo server();

}
