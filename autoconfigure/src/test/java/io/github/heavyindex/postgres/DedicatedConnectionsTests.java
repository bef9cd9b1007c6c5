package io.github.heavyindex.postgres;

import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.ObjectUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for where {@link DedicatedConnections} come from and which are refused.
 */
class DedicatedConnectionsTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void schema() {
		this.database.execute("create schema app");
	}

	@Test
	void aPoolOfOneConnectionIsNeverExhausted() throws Exception {
		HikariDataSource pool = pool((config) -> config.setMaximumPoolSize(1));
		DedicatedConnections connections = derived(pool);
		assertThat(connections.server()).isNull();
		try (PhysicalConnection first = connections.open(ConnectionPurpose.DDL, "a")) {
			try (Connection theOnlyOne = pool.getConnection();
					PhysicalConnection second = connections.open(ConnectionPurpose.OBSERVER, "b")) {
				assertThat(theOnlyOne.isValid(1)).isTrue();
				assertThat(second.pid()).isNotEqualTo(first.pid());
			}
			assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isOne();
			assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
			assertThat(first.server()).isEqualTo(connections.server());
			assertThat(first.server().database()).isEqualTo(this.database.name());
			assertThat(first.server().user()).isEqualTo(this.database.username());
			assertThat(first.server().searchPath()).containsExactly("pg_catalog", "public");
			assertThat(first.server().serverVersion()).isEqualTo(this.database.server().serverVersion());
			assertThat(queryPid(first)).isEqualTo(first.pid());
		}
	}

	@Test
	void closingEndsTheSession() throws Exception {
		PhysicalConnection connection = derived(pool(null)).open(ConnectionPurpose.DDL, "a");
		int pid = connection.pid();
		connection.close();
		assertThat(connection.jdbc().isClosed()).isTrue();
		Awaitility.await()
			.untilAsserted(() -> assertThat(
					this.database.single("select count(*) from pg_stat_activity where pid = ?", Long.class, pid))
				.isZero());
	}

	@Test
	void aPoolWithoutAutoCommitIsLeftWithoutATransaction() throws Exception {
		HikariDataSource pool = pool((config) -> {
			config.setAutoCommit(false);
			config.setMaximumPoolSize(1);
		});
		open(derived(pool), (connection) -> assertThat(connection.jdbc().getAutoCommit()).isTrue());
		assertThat(this.database.query("select state from pg_stat_activity where application_name = 'pooled'",
				String.class))
			.containsExactly("idle");
		try (Connection pooled = pool.getConnection()) {
			assertThat(pooled.getAutoCommit()).isFalse();
		}
	}

	@Test
	void driverPropertiesInTheUrlAreKept() throws Exception {
		searchPathIsApp(pool((config) -> config.setJdbcUrl(this.database.jdbcUrl() + "?currentSchema=app")));
	}

	@Test
	void driverPropertiesOfThePoolAreKept() throws Exception {
		searchPathIsApp(pool((config) -> config.addDataSourceProperty("currentSchema", "app")));
	}

	@Test
	void theSchemaOfThePoolIsKept() throws Exception {
		searchPathIsApp(pool((config) -> config.setSchema("app")));
	}

	@Test
	void theInitSqlOfThePoolIsKept() throws Exception {
		searchPathIsApp(pool((config) -> config.setConnectionInitSql("set search_path = app")));
	}

	@Test
	void aPoolMadeFromADataSourceClass() throws Exception {
		searchPathIsApp(pool((config) -> {
			config.setJdbcUrl(null);
			config.setDataSourceClassName(PGSimpleDataSource.class.getName());
			config.addDataSourceProperty("url", this.database.jdbcUrl());
			config.addDataSourceProperty("currentSchema", "app");
		}));
	}

	@Test
	void aPoolMadeFromADataSource() throws Exception {
		PGSimpleDataSource target = this.database.dataSource();
		target.setCurrentSchema("app");
		searchPathIsApp(pool((config) -> {
			config.setJdbcUrl(null);
			config.setUsername(null);
			config.setPassword(null);
			config.setDataSource(target);
		}));
		assertThat(target.getTcpKeepAlive()).as("the application's own is not touched").isFalse();
	}

	@Test
	void aPoolMadeFromADataSourceLogsInAsThePoolSays() throws Exception {
		TestRole role = this.database.createRole("");
		HikariDataSource pool = pool((config) -> {
			config.setJdbcUrl(null);
			config.setDataSource(this.database.dataSource());
			config.setUsername(role.name());
			config.setPassword(role.password());
		});
		open(derived(pool), (connection) -> assertThat(connection.server().user()).isEqualTo(role.name()));
	}

	@Test
	void credentialsThatChangeAreAskedForEachTime() throws Exception {
		TestRole role = this.database.createRole("");
		HikariDataSource pool = pool((config) -> config
			.setCredentialsProvider(() -> com.zaxxer.hikari.util.Credentials.of(role.name(), role.password())));
		open(derived(pool), (connection) -> assertThat(connection.server().user()).isEqualTo(role.name()));
	}

	@Test
	void wrappedPools() throws Exception {
		HikariDataSource pool = pool((config) -> config.setSchema("app"));
		searchPathIsApp(new DelegatingDataSource(pool));
		searchPathIsApp(new LazyConnectionDataSourceProxy(pool));
		searchPathIsApp(new TransactionAwareDataSourceProxy(new LazyConnectionDataSourceProxy(pool)));
	}

	@Test
	void dataSourcesWithoutAPool() throws Exception {
		PGSimpleDataSource postgres = this.database.dataSource();
		postgres.setCurrentSchema("app");
		searchPathIsApp(postgres);
		searchPathIsApp(new DelegatingDataSource(postgres));

		DriverManagerDataSource driverManager = new DriverManagerDataSource(this.database.jdbcUrl(),
				this.database.username(), this.database.password());
		Properties properties = new Properties();
		properties.setProperty("currentSchema", "app");
		driverManager.setConnectionProperties(properties);
		searchPathIsApp(driverManager);

		SimpleDriverDataSource simple = new SimpleDriverDataSource(new Driver(), this.database.jdbcUrl(),
				this.database.username(), this.database.password());
		simple.setSchema("app");
		searchPathIsApp(simple);
	}

	@Test
	void aSharedConnectionIsNotOurs() throws Exception {
		SingleConnectionDataSource single = this.database.closeLater(new SingleConnectionDataSource(
				this.database.jdbcUrl(), this.database.username(), this.database.password(), true));
		try (Connection shared = single.getConnection()) {
			int pid = JdbcClient.create(single).sql("select pg_backend_pid()").query(Integer.class).single();
			open(derived(single), (connection) -> assertThat(connection.pid()).isNotEqualTo(pid));
			assertThat(shared.isClosed()).isFalse();
		}
	}

	@Test
	void aRoutingDataSourceIsRefusedAlsoWithADefaultTarget() {
		AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

			@Override
			protected @Nullable Object determineCurrentLookupKey() {
				return null;
			}

		};
		routing.setDefaultTargetDataSource(pool(null));
		routing.setTargetDataSources(Map.of());
		routing.afterPropertiesSet();
		for (DataSource dataSource : new DataSource[] { routing, new LazyConnectionDataSourceProxy(routing) }) {
			assertThatExceptionOfType(ConnectionUnavailableException.class)
				.isThrownBy(() -> derived(dataSource).open(ConnectionPurpose.DDL, "a"))
				.withMessageContaining("routes each connection")
				.withMessageContaining("Set heavy-index.datasource.url")
				.withMessageContaining("@HeavyIndexDataSource");
		}
	}

	@Test
	void anUnknownDataSourceIsRefusedAndAnOwnOneIsTheMend() throws Exception {
		DataSource unknown = new AbstractDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				return DedicatedConnectionsTests.this.database.dataSource().getConnection();
			}

			@Override
			public Connection getConnection(String username, String password) throws SQLException {
				return getConnection();
			}

		};
		assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> derived(unknown).open(ConnectionPurpose.DDL, "a"))
			.withMessageContaining("does not say how it connects")
			.withMessageContaining("Set heavy-index.datasource.url");
		DedicatedConnections own = new DedicatedConnections(null, unknown, unknown, BuildSettings.SERVER_DEFAULTS);
		open(own, (connection) -> assertThat(connection.server().database()).isEqualTo(this.database.name()));
		DedicatedConnections explicit = new DedicatedConnections(
				new DirectAddress(this.database.jdbcUrl(), this.database.username(), this.database.password()), null,
				unknown, BuildSettings.SERVER_DEFAULTS);
		open(explicit, (connection) -> assertThat(connection.server().database()).isEqualTo(this.database.name()));
	}

	@Test
	void anOwnPoolIsGoneRoundToo() throws Exception {
		HikariDataSource own = pool((config) -> config.setMaximumPoolSize(1));
		DedicatedConnections connections = new DedicatedConnections(null, own, pool(null),
				BuildSettings.SERVER_DEFAULTS);
		try (Connection theOnlyOne = own.getConnection();
				PhysicalConnection connection = connections.open(ConnectionPurpose.DDL, "a")) {
			assertThat(theOnlyOne.isValid(1)).isTrue();
			assertThat(connection.pid()).isPositive();
		}
	}

	@Test
	void anExplicitUrlTakesCredentialsSchemaAndInitSqlFromTheApplication() throws Exception {
		TestRole role = this.database.createRole("");
		this.database.execute("grant usage on schema app to " + role.name());
		HikariDataSource pool = pool((config) -> {
			config.setUsername(role.name());
			config.setPassword(role.password());
			config.setSchema("app");
			config.setConnectionInitSql("set work_mem = '7MB'");
		});
		DedicatedConnections connections = explicit(this.database.jdbcUrl(), null, null, pool);
		open(connections, (connection) -> {
			assertThat(connection.server().user()).isEqualTo(role.name());
			assertThat(connection.server().searchPath()).containsExactly("pg_catalog", "app");
			assertThat(setting(connection, "work_mem")).isEqualTo("7MB");
		});
	}

	@Test
	void anExplicitUrlToAnotherDatabaseIsRefusedAndNamesBoth() {
		TestDatabase another = this.database.another();
		assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> explicit(another.jdbcUrl(), null, null, pool(null)).open(ConnectionPurpose.DDL, "a"))
			.withMessageContaining("heavy-index.datasource.url")
			.withMessageContaining("\"" + another.name() + "\"")
			.withMessageContaining("\"" + this.database.name() + "\"");
	}

	@Test
	void anotherSearchPathIsRefusedUntilItIsMended() throws Exception {
		HikariDataSource pool = pool((config) -> config.addDataSourceProperty("currentSchema", "app"));
		DedicatedConnections connections = explicit(this.database.jdbcUrl(), null, null, pool);
		assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> connections.open(ConnectionPurpose.DDL, "a"))
			.withMessageContaining("[pg_catalog, public]")
			.withMessageContaining("[pg_catalog, app]")
			.withMessageContaining("currentSchema=");
		assertThat(connections.server()).isNull();
		this.database.execute("alter database " + this.database.name() + " set search_path = app");
		open(connections, (connection) -> assertThat(connection.server().searchPath()).contains("app"));
	}

	@Test
	void anExplicitUrlMayLogInAsAnotherRole() throws Exception {
		TestRole owner = this.database.createRole("");
		DedicatedConnections connections = explicit(this.database.jdbcUrl(), owner.name(), owner.password(),
				pool(null));
		open(connections, (connection) -> assertThat(connection.server().user()).isEqualTo(owner.name()));
	}

	@Test
	void aDerivedConnectionMayNotLogInAsAnotherRole() {
		TestRole role = this.database.createRole("");
		HikariDataSource pool = pool(null);
		DataSource assumesRole = new DelegatingDataSource(pool) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				try (var statement = connection.createStatement()) {
					statement.execute("set role " + role.name());
				}
				return connection;
			}

		};
		assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> derived(assumesRole).open(ConnectionPurpose.DDL, "a"))
			.withMessageContaining("as \"" + role.name() + "\"")
			.withMessageContaining("as \"" + this.database.username() + "\"");
	}

	@Test
	void anOldServerIsRefused() throws Exception {
		ServerInfo old = new ServerInfo(140_003, "db", "user", List.of());
		assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> DedicatedConnections.requireSupported(old))
			.withMessageContaining("14.4 or later is needed, this is 14.3");
		DedicatedConnections.requireSupported(new ServerInfo(140_004, "db", "user", List.of()));
	}

	@Test
	void aServerThatIsDownIsAQuickErrorAndNoneOfTheConfiguration() {
		DriverManagerDataSource nowhere = new DriverManagerDataSource(
				"jdbc:postgresql://localhost:1/db?password=geheim", "user", "geheim");
		Instant start = Instant.now();
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> derived(nowhere).open(ConnectionPurpose.DDL, "a"))
			.isNotInstanceOf(ConnectionUnavailableException.class)
			.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("08"))
			.withMessageContaining("localhost:1")
			.withMessageNotContaining("geheim");
		assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void aServerThatAcceptsAndSaysNothingIsGivenUp() throws Exception {
		try (var silent = new ServerSocket(0)) {
			DriverManagerDataSource dataSource = new DriverManagerDataSource(
					"jdbc:postgresql://localhost:" + silent.getLocalPort() + "/db?loginTimeout=1", "user", "geheim");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> derived(dataSource).open(ConnectionPurpose.DDL, "a"))
				.withMessageContaining("timed out");
		}
	}

	@Test
	void passwordsAreInNoMessage() {
		String url = "jdbc:nosuchdriver://host/db?user=u&password=geheim";
		DataSource bad = new DriverManagerDataSource(url, "user", "geheim");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> derived(bad).open(ConnectionPurpose.DDL, "a"))
			.withMessageContaining("password=***")
			.satisfies((ex) -> assertThat(ObjectUtils.nullSafeToString(ex.getCause())).doesNotContain("geheim"))
			.withMessageNotContaining("geheim");
		assertThat(new DirectAddress(url, "u", "geheim").toString()).doesNotContain("geheim").contains("as u");
		assertThat(new Credentials("u", "geheim").toString()).doesNotContain("geheim");
	}

	private DedicatedConnections derived(DataSource application) {
		return new DedicatedConnections(null, null, application, BuildSettings.SERVER_DEFAULTS);
	}

	private DedicatedConnections explicit(String url, @Nullable String username, @Nullable String password,
			DataSource application) {
		return new DedicatedConnections(new DirectAddress(url, username, password), null, application,
				BuildSettings.SERVER_DEFAULTS);
	}

	private void searchPathIsApp(DataSource application) throws Exception {
		open(derived(application), (connection) -> {
			assertThat(connection.server().searchPath()).containsExactly("pg_catalog", "app");
			try (var statement = connection.jdbc().createStatement()) {
				statement.execute("create table if not exists landed_here (id int)");
			}
		});
		assertThat(this.database.single("select to_regclass('app.landed_here') is not null", Boolean.class)).isTrue();
	}

	private static void open(DedicatedConnections connections, Check check) throws Exception {
		try (PhysicalConnection connection = connections.open(ConnectionPurpose.DDL, "test")) {
			check.accept(connection);
		}
	}

	private static int queryPid(PhysicalConnection connection) throws SQLException {
		try (var statement = connection.jdbc().createStatement();
				var row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	private static String setting(PhysicalConnection connection, String name) throws SQLException {
		try (var statement = connection.jdbc().createStatement(); var row = statement.executeQuery("show " + name)) {
			row.next();
			return row.getString(1);
		}
	}

	private HikariDataSource pool(@Nullable Consumer<HikariConfig> customizer) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.database.jdbcUrl());
		config.setUsername(this.database.username());
		config.setPassword(this.database.password());
		config.setMaximumPoolSize(2);
		config.setMinimumIdle(0);
		config.addDataSourceProperty("ApplicationName", "pooled");
		if (customizer != null) {
			customizer.accept(config);
		}
		return this.database.closeLater(new HikariDataSource(config));
	}

	@FunctionalInterface
	private interface Check {

		void accept(PhysicalConnection connection) throws Exception;

	}

}
