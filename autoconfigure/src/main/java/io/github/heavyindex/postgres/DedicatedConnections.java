package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;

/**
 * Physical connections of our own, never from the application's pool: life times, leak
 * detection and socket timeouts of pools end long builds, and a pool of one connection
 * would be empty.
 * <p>
 * They come from an explicit address, else from the data source made for index
 * operations, else they are derived from the application's. Whatever the source, the
 * first connection is compared with one that the application's own data source hands out:
 * both must be in the same database of the same server with the same search path, or
 * unqualified names would mean other tables. The role must be the same if connections are
 * derived; an address or data source that somebody configured may log in as another role,
 * such as the tables' owner. The comparison is repeated when the server was restarted or
 * replaced, and until it succeeds.
 * <p>
 * The comparison borrows one pooled connection for one short query. It waits for it as
 * long as the pool's own timeout says (HikariCP: 30 seconds), which is the only way in
 * which a busy application can hold this up.
 *
 * @since 0.1.0
 */
public final class DedicatedConnections implements ConnectionSource {

	/**
	 * {@code CREATE INDEX CONCURRENTLY} of 14.0 to 14.3 can corrupt an index without a
	 * word (release notes of 14.4).
	 */
	static final int OLDEST_SERVER = 140_004;

	private static final Logger logger = LoggerFactory.getLogger(DedicatedConnections.class);

	private final @Nullable DirectAddress address;

	private final @Nullable DataSource own;

	private final @Nullable DataSource application;

	private final BuildSettings build;

	private final ConnectionTarget target;

	private final PoolerCheck poolerCheck;

	private volatile @Nullable SessionIdentity verified;

	/**
	 * Creates a new instance; connects to nothing yet.
	 * @param address an explicit address, if any; it comes first
	 * @param own the data source made for index operations, if any; it comes second
	 * @param application the application's data source, if any; what connections are
	 * derived from if there is neither, and what they are compared with
	 * @param build settings for {@link ConnectionPurpose#DDL} sessions
	 */
	public DedicatedConnections(@Nullable DirectAddress address, @Nullable DataSource own,
			@Nullable DataSource application, BuildSettings build) {
		this(address, own, application, build, ConnectionTarget.OWN);
	}

	/**
	 * Creates a new instance; connects to nothing yet.
	 * @param address an explicit address, if any; it comes first
	 * @param own the data source made for index operations, if any; it comes second
	 * @param application the data source that the application uses, if any; what
	 * connections are derived from if there is neither, and what they are compared with
	 * @param build settings for {@link ConnectionPurpose#DDL} sessions
	 * @param target which data source the connections are for
	 */
	public DedicatedConnections(@Nullable DirectAddress address, @Nullable DataSource own,
			@Nullable DataSource application, BuildSettings build, ConnectionTarget target) {
		Assert.isTrue(address != null || own != null || application != null, "There is no data source at all");
		this.address = address;
		this.own = own;
		this.application = application;
		this.build = build;
		this.target = target;
		this.poolerCheck = new PoolerCheck(target);
	}

	@Override
	public PhysicalConnection open(ConnectionPurpose purpose, String activity) throws SQLException {
		// anew each time: passwords may be short-lived
		ConnectionRecipe recipe = recipe();
		Connection connection = connect(recipe);
		try {
			return setUp(connection, recipe, purpose, activity);
		}
		catch (SQLException ex) {
			PhysicalConnection.close(connection);
			throw Secrets.redact(ex);
		}
		catch (RuntimeException | Error ex) {
			PhysicalConnection.close(connection);
			throw ex;
		}
	}

	@Override
	public @Nullable ServerInfo server() {
		SessionIdentity identity = this.verified;
		return (identity != null) ? identity.server() : null;
	}

	private ConnectionRecipe recipe() throws ConnectionUnavailableException {
		if (this.address != null) {
			return ConnectionRecipes.to(this.address, this.application, this.target);
		}
		if (this.own != null) {
			return ConnectionRecipes.of(this.own);
		}
		Assert.state(this.application != null, "There is no data source at all");
		return ConnectionRecipes.derivedFrom(this.application, this.target);
	}

	private boolean isDerived() {
		return this.address == null && this.own == null;
	}

	private Connection connect(ConnectionRecipe recipe) throws SQLException {
		try {
			return recipe.open();
		}
		catch (SQLException ex) {
			if (ex.getSQLState() != null && ex.getSQLState().startsWith("28")) {
				throw new ConnectionUnavailableException("The server refuses the login of index operations (%s): %s. %s"
					.formatted(recipe, ex.getMessage(), this.target.mend()), ex);
			}
			throw ex;
		}
	}

	private PhysicalConnection setUp(Connection connection, ConnectionRecipe recipe, ConnectionPurpose purpose,
			String activity) throws SQLException {
		requirePostgres(connection, recipe);
		connection.setNetworkTimeout(Runnable::run, PhysicalConnection.SET_UP_TIMEOUT_MILLIS);
		connection.setAutoCommit(true);
		int pid = this.poolerCheck.serverPid(connection, recipe);
		connection.setReadOnly(false);
		recipe.prepare(connection);
		SessionIdentity identity = SessionIdentity.read(connection);
		requireSupported(identity.server());
		verify(identity, recipe);
		SessionSettings.apply(connection, purpose, activity, identity.server().serverVersion(), this.build);
		// also ends a socketTimeout of the application's: a build says nothing for hours
		connection.setNetworkTimeout(Runnable::run,
				(purpose == ConnectionPurpose.DDL) ? 0 : PhysicalConnection.ANSWER_TIMEOUT_MILLIS);
		return new PhysicalConnection(connection, pid, identity.server());
	}

	private static void requirePostgres(Connection connection, ConnectionRecipe recipe) throws SQLException {
		if (!connection.isWrapperFor(PGConnection.class)) {
			throw new ConnectionUnavailableException(
					"Index operations need PostgreSQL and its JDBC driver; this is %s (%s). If the application has several data sources, declare the PostgreSQL one with @HeavyIndexDataSource; else set heavy-index.enabled=false."
						.formatted(connection.getMetaData().getDatabaseProductName(), recipe));
		}
	}

	static void requireSupported(ServerInfo server) throws ConnectionUnavailableException {
		if (server.serverVersion() < OLDEST_SERVER) {
			throw new ConnectionUnavailableException(
					"PostgreSQL 14.4 or later is needed, this is %s: CREATE INDEX CONCURRENTLY of older versions can corrupt an index. Upgrade the server, or set heavy-index.enabled=false."
						.formatted(server.versionText()));
		}
	}

	private void verify(SessionIdentity identity, ConnectionRecipe recipe) throws SQLException {
		if (identity.equals(this.verified)) {
			return;
		}
		if (this.application != null) {
			SessionIdentity applications = readApplications(this.application);
			boolean sameUser = identity.server().user().equals(applications.server().user());
			if (!identity.isSameDatabase(applications)
					|| !identity.server().searchPath().equals(applications.server().searchPath())
					|| (isDerived() && !sameUser)) {
				throw new ConnectionUnavailableException(
						"Index operations would not work where the application does: their connection (%s) is in %s, the application's in %s. %s"
							.formatted(recipe, identity, applications, mend()));
			}
		}
		this.verified = identity;
		logger.info("Index operations connect to PostgreSQL {}, {} ({})", identity.server().versionText(), identity,
				recipe);
	}

	private String mend() {
		return isDerived() ? this.target.mend()
				: "Let both reach the same database with the same search path; currentSchema=… in the JDBC URL sets the latter.";
	}

	private static SessionIdentity readApplications(DataSource application) throws SQLException {
		try (Connection connection = application.getConnection()) {
			try {
				return SessionIdentity.read(connection);
			}
			finally {
				if (!connection.getAutoCommit()) {
					// not a moment longer in a transaction: it would hold up every build
					connection.rollback();
				}
			}
		}
		catch (SQLException ex) {
			throw new SQLException(
					"The application's data source gives no connection to compare with: " + Secrets.messageOf(ex),
					ex.getSQLState(), ex);
		}
	}

}
