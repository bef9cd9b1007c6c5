package io.github.heavyindex.postgres;

import java.sql.SQLException;

import io.github.heavyindex.decision.ErrorClass;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * An error of PostgreSQL, without the DETAIL, whose {@code Key (…)=(…)} would show the
 * user's data.
 *
 * @param sqlState the SQLSTATE; {@code 08000} where the driver gives none
 * @param message the primary message
 * @param onCatalog whether the error is about a relation of {@code pg_catalog}
 * @since 0.1.0
 */
public record SqlFailure(String sqlState, String message, boolean onCatalog) {

	private static final String DEPENDENT_OBJECTS = "2BP01";

	/**
	 * Reads an error.
	 * @param error the error, or an exception that was caused by it
	 * @return the failure
	 */
	public static SqlFailure of(Throwable error) {
		SQLException exception = find(error);
		if (exception == null) {
			String message = error.getMessage();
			return new SqlFailure("XX000", (message != null) ? message : error.getClass().getSimpleName(), false);
		}
		String sqlState = exception.getSQLState();
		ServerErrorMessage server = (exception instanceof PSQLException postgres) ? postgres.getServerErrorMessage()
				: null;
		String message = (server != null) ? server.getMessage() : exception.getMessage();
		return new SqlFailure((sqlState != null) ? sqlState : "08000",
				((message != null) ? message : "unknown error") + dependents(server),
				server != null && isCatalog(server));
	}

	// what depends on an object stands in the DETAIL only, and is no data of the user's
	private static String dependents(@Nullable ServerErrorMessage server) {
		return (server != null && DEPENDENT_OBJECTS.equals(server.getSQLState()) && server.getDetail() != null)
				? " (" + server.getDetail().replace("\n", "; ") + ")" : "";
	}

	// creating an object twice at once violates a unique index of the catalog, whose
	// schema is reported
	private static boolean isCatalog(ServerErrorMessage server) {
		return "pg_catalog".equals(server.getSchema());
	}

	/**
	 * What the error means.
	 * @param existedBefore whether the objects that the statement names were there a
	 * moment ago
	 * @return the class
	 */
	public ErrorClass classify(boolean existedBefore) {
		return ErrorClass.of(this.sqlState, this.onCatalog, existedBefore);
	}

	private static @Nullable SQLException find(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception) {
				return exception;
			}
		}
		return null;
	}

	@Override
	public String toString() {
		return "[" + this.sqlState + "] " + this.message;
	}

}
