package io.github.heavyindex.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Stands where connections cannot come from anywhere, and says why: the application runs
 * all the same. Thread-safe.
 *
 * @param problem what is missing, and the mend
 * @since 0.1.0
 */
public record NoConnections(String problem) implements ConnectionSource {

	@Override
	public PhysicalConnection open(ConnectionPurpose purpose, String activity) throws ConnectionUnavailableException {
		throw new ConnectionUnavailableException(this.problem);
	}

	@Override
	public @Nullable ServerInfo server() {
		return null;
	}

}
