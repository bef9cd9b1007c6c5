package io.github.heavyindex.postgres;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Finds out where connections come from with the first one, and again as long as that
 * cannot be told. Thread-safe.
 *
 * @since 0.1.0
 */
public final class LazyConnections implements ConnectionSource {

	private final Origin origin;

	private volatile @Nullable ConnectionSource source;

	/**
	 * Creates a new instance; asks for nothing yet.
	 * @param origin where connections come from
	 */
	public LazyConnections(Origin origin) {
		this.origin = origin;
	}

	@Override
	public PhysicalConnection open(ConnectionPurpose purpose, String activity) throws SQLException {
		return source().open(purpose, activity);
	}

	@Override
	public @Nullable ServerInfo server() {
		ConnectionSource source = this.source;
		return (source != null) ? source.server() : null;
	}

	private synchronized ConnectionSource source() throws SQLException {
		ConnectionSource source = this.source;
		if (source == null) {
			try {
				source = this.origin.find();
			}
			catch (ConnectionUnavailableException ex) {
				throw Secrets.redact(ex);
			}
			this.source = source;
		}
		return source;
	}

	/**
	 * Tells where connections come from.
	 */
	@FunctionalInterface
	public interface Origin {

		/**
		 * Finds out where connections come from.
		 * @return where
		 * @throws ConnectionUnavailableException if the configuration must change first
		 */
		ConnectionSource find() throws ConnectionUnavailableException;

	}

}
