package io.github.heavyindex.postgres;

import java.sql.SQLException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Takes passwords out of what people see. They get into messages by URLs only: JDK and
 * drivers print the URL that they do not like.
 */
final class Secrets {

	private static final Pattern PARAMETER = Pattern
		.compile("(?i)([?&;,\\s][\\w.-]*(?:password|passwd|pwd|secret|token|credential)[\\w.-]*=)[^&;,\\s]*");

	private static final Pattern USER_INFO = Pattern.compile("//[^/@?\\s]*@");

	private Secrets() {
	}

	static String redact(String text) {
		String redacted = PARAMETER.matcher(text).replaceAll("$1***");
		return USER_INFO.matcher(redacted).replaceAll("//***@");
	}

	/**
	 * Host, port and database of a URL; pgjdbc prints some eighty parameters after them.
	 */
	static String addressOf(String url) {
		int parameters = url.indexOf('?');
		return redact((parameters >= 0) ? url.substring(0, parameters) : url);
	}

	static String messageOf(Throwable ex) {
		return redact((ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getSimpleName());
	}

	/**
	 * The same exception, or one without its causes if a secret is in it or in one of
	 * them.
	 */
	static SQLException redact(SQLException ex) {
		for (@Nullable
		Throwable link = ex; link != null; link = link.getCause()) {
			String message = link.getMessage();
			if (message != null && !redact(message).equals(message)) {
				SQLException redacted = (ex instanceof ConnectionUnavailableException)
						? new ConnectionUnavailableException(messageOf(ex))
						: new SQLException(messageOf(ex), ex.getSQLState(), ex.getErrorCode());
				redacted.setStackTrace(ex.getStackTrace());
				return redacted;
			}
		}
		return ex;
	}

}
