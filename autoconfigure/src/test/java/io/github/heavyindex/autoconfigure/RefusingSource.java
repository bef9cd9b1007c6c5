package io.github.heavyindex.autoconfigure;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.heavyindex.postgres.ConnectionPurpose;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * A source of the user's own that has no connections.
 */
record RefusingSource(AtomicBoolean asked) implements ConnectionSource {

	@Override
	public PhysicalConnection open(ConnectionPurpose purpose, String activity) throws SQLException {
		this.asked.set(true);
		throw new SQLException("refused by the user");
	}

	@Override
	public @Nullable ServerInfo server() {
		return null;
	}

}
