package io.github.heavyindex.testsupport;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Facts about server sessions.
 */
final class Sessions {

	private Sessions() {
	}

	static int pid(Connection connection) throws SQLException {
		try (var statement = connection.createStatement();
				var rows = statement.executeQuery("select pg_backend_pid()")) {
			rows.next();
			return rows.getInt(1);
		}
	}

}
