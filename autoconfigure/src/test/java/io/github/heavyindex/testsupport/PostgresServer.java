package io.github.heavyindex.testsupport;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A real PostgreSQL server, one for each JVM: a container when Docker answers and can
 * give the image, else embedded binaries. It starts at its first use and ends with the
 * JVM.
 * <p>
 * {@code -Dheavy-index.test.postgres=docker|embedded} forces one of them,
 * {@code -Dheavy-index.test.postgres.version=<major>} asks for a major version. The
 * embedded binaries are those of the build, so another major version of them is asked for
 * with {@code -Dembedded-postgres-binaries.version=…} too.
 */
public final class PostgresServer {

	static final String KIND_PROPERTY = "heavy-index.test.postgres";

	static final String VERSION_PROPERTY = "heavy-index.test.postgres.version";

	private static final Logger logger = LoggerFactory.getLogger(PostgresServer.class);

	private final Address address;

	private final String kind;

	private final int serverVersion;

	private PostgresServer(Address address, String kind, String reason, @Nullable Integer major) {
		this.address = address;
		this.kind = kind;
		this.serverVersion = jdbc().sql("select current_setting('server_version_num')::int")
			.query(Integer.class)
			.single();
		String version = jdbc().sql("show server_version").query(String.class).single();
		logger.info("Tests run on PostgreSQL {} ({}: {}), port {}", version, kind, reason, address.port());
		if (major != null && major != this.serverVersion / 10_000) {
			// a matrix that silently tests another version is worse than a red one
			throw new IllegalStateException(
					"PostgreSQL %d was asked for by %s, but this is %s. Embedded: add -Dembedded-postgres-binaries.version=%d.x.y"
						.formatted(major, VERSION_PROPERTY, version, major));
		}
	}

	/**
	 * The server of this JVM.
	 * @return a running server
	 */
	public static PostgresServer shared() {
		return Holder.SERVER;
	}

	/**
	 * Host name or address of the server.
	 * @return the host
	 */
	public String host() {
		return this.address.host();
	}

	/**
	 * TCP port of the server.
	 * @return the port
	 */
	public int port() {
		return this.address.port();
	}

	/**
	 * The superuser's name.
	 * @return the name
	 */
	public String username() {
		return this.address.username();
	}

	/**
	 * The superuser's password; embedded servers trust every password.
	 * @return the password
	 */
	public String password() {
		return this.address.password();
	}

	/**
	 * Whether a container or embedded binaries run.
	 * @return {@code docker} or {@code embedded}
	 */
	public String kind() {
		return this.kind;
	}

	/**
	 * The server's {@code server_version_num}, such as 170011.
	 * @return the version
	 */
	public int serverVersion() {
		return this.serverVersion;
	}

	/**
	 * JDBC URL of one of the server's databases, without credentials.
	 * @param database the database's name
	 * @return the URL
	 */
	public String jdbcUrl(String database) {
		return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
	}

	/**
	 * An unpooled data source as superuser.
	 * @param database the database's name
	 * @return a new data source
	 */
	public PGSimpleDataSource dataSource(String database) {
		return dataSource(database, username(), password());
	}

	PGSimpleDataSource dataSource(String database, String username, String password) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(jdbcUrl(database));
		dataSource.setUser(username);
		dataSource.setPassword(password);
		return dataSource;
	}

	JdbcClient jdbc() {
		return JdbcClient.create(dataSource("postgres"));
	}

	private static PostgresServer start() {
		String wanted = System.getProperty(KIND_PROPERTY, "auto").toLowerCase(Locale.ROOT);
		Integer major = Integer.getInteger(VERSION_PROPERTY);
		return switch (wanted) {
			case "docker" ->
				new PostgresServer(ContainerPostgres.start(major, settings()), "docker", "forced by property", major);
			case "embedded" ->
				new PostgresServer(EmbeddedServer.start(settings()), "embedded", "forced by property", major);
			case "auto" -> startAny(major);
			default -> throw new IllegalArgumentException(
					"%s is '%s'; use docker or embedded".formatted(KIND_PROPERTY, wanted));
		};
	}

	private static PostgresServer startAny(@Nullable Integer major) {
		String reason;
		if (ContainerPostgres.isAvailable()) {
			try {
				return new PostgresServer(ContainerPostgres.start(major, settings()), "docker", "Docker answers",
						major);
			}
			catch (RuntimeException ex) {
				reason = "Docker cannot start " + ContainerPostgres.image(major) + ", " + ex.getMessage();
			}
		}
		else {
			reason = "no Docker";
		}
		return new PostgresServer(EmbeddedServer.start(settings()), "embedded", reason, major);
	}

	private static Map<String, String> settings() {
		Map<String, String> settings = new TreeMap<>();
		settings.put("max_connections", "300");
		settings.put("max_prepared_transactions", "10");
		// what must survive in the tests is a killed backend, never a power cut
		settings.put("fsync", "off");
		settings.put("full_page_writes", "off");
		return settings;
	}

	record Address(String host, int port, String username, String password) {

	}

	private static final class Holder {

		static final PostgresServer SERVER = start();

	}

}
