package io.github.heavyindex.postgres;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Index operations have no connection that they may use, and waiting alone does not help:
 * somebody must change the configuration. The message says what is wrong and what to set;
 * it never holds a password.
 *
 * @since 0.1.0
 */
public class ConnectionUnavailableException extends SQLException {

	private static final long serialVersionUID = 1L;

	/**
	 * SQL standard: "SQL-client unable to establish SQL-connection".
	 */
	private static final String SQL_STATE = "08001";

	/**
	 * Creates a new instance.
	 * @param message what is wrong and what to set
	 */
	public ConnectionUnavailableException(String message) {
		this(message, null);
	}

	/**
	 * Creates a new instance.
	 * @param message what is wrong and what to set
	 * @param cause the cause, if any
	 */
	public ConnectionUnavailableException(String message, @Nullable Throwable cause) {
		super(message, SQL_STATE, cause);
	}

}
