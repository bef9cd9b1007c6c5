package io.github.heavyindex.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which database of which server a session is in, and as whom. The server's system
 * identifier is for superusers only; the start of its postmaster together with the
 * database's oid tells two servers apart as well, and behind every proxy and address
 * translation.
 *
 * @param server what people read in messages
 * @param address address and port of the server as it sees them, {@code null} by a local
 * socket
 * @param started start of the postmaster, seconds since the epoch
 * @param databaseOid the database's oid
 */
record SessionIdentity(ServerInfo server, @Nullable String address, String started, long databaseOid) {

	// pg_temp_4 and the like belong to one session and say nothing about the path
	private static final String QUERY = """
			select current_setting('server_version_num')::int, current_database(), current_user,
			       array(select s from unnest(current_schemas(true)) with ordinality as p(s, n)
			             where s !~ '^pg_(toast_)?temp_' order by n),
			       host(inet_server_addr()) || ':' || inet_server_port(),
			       extract(epoch from pg_postmaster_start_time())::text,
			       (select oid from pg_database where datname = current_database())
			""";

	static SessionIdentity read(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(QUERY)) {
			row.next();
			ServerInfo server = new ServerInfo(row.getInt(1), row.getString(2), row.getString(3),
					strings(row.getArray(4)));
			return new SessionIdentity(server, row.getString(5), row.getString(6), row.getLong(7));
		}
	}

	private static List<String> strings(Array array) throws SQLException {
		return Arrays.asList((String[]) array.getArray());
	}

	boolean isSameDatabase(SessionIdentity other) {
		return this.started.equals(other.started) && this.databaseOid == other.databaseOid
				&& this.server.database().equals(other.server.database());
	}

	/**
	 * Where the session is, for people.
	 */
	@Override
	public String toString() {
		return "database \"%s\" at %s as \"%s\" with search path %s".formatted(this.server.database(),
				(this.address != null) ? this.address : "a local socket", this.server.user(), this.server.searchPath());
	}

}
