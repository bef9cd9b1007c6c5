package io.github.heavyindex.postgres;

import java.util.Objects;
import java.util.Properties;
import java.util.Set;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.ds.common.BaseDataSource;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.ClassUtils;

/**
 * Finds out how to open connections beside the application's pool.
 * <p>
 * Boot's {@code DataSourceBuilder.derivedFrom} keeps URL and credentials only: driver
 * properties such as {@code currentSchema} or {@code sslmode}, the schema and the init
 * SQL are lost without a word. It is therefore the last resort.
 */
final class ConnectionRecipes {

	private static final boolean HIKARI_PRESENT = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			ConnectionRecipes.class.getClassLoader());

	private static final Set<Class<?>> SPRING_OWN = Set.of(DriverManagerDataSource.class, SimpleDriverDataSource.class,
			SingleConnectionDataSource.class);

	private static final String DERIVED = "derived from the application's data source";

	private ConnectionRecipes() {
	}

	/**
	 * Connections to an explicit address, which replaces where the application connects
	 * to, but not what its pool does to a session.
	 */
	static ConnectionRecipe to(DirectAddress address, @Nullable DataSource application, ConnectionTarget target) {
		ConnectionRecipe derived = (application != null) ? known(application) : null;
		Credentials applications = (derived != null) ? derived.credentials() : Credentials.NONE;
		ConnectionRecipe recipe = DriverRecipes.byUrl(target.urlProperty(), address.url(), null, new Properties(),
				credentials(address, applications));
		return (derived != null) ? recipe.preparedBy(derived.schema(), derived.initSql()) : recipe;
	}

	private static Credentials credentials(DirectAddress address, Credentials applications) {
		Credentials inUrl = DriverRecipes.credentialsIn(address.url());
		String username = firstOf(address.username(), inUrl.username(), applications.username());
		boolean same = Objects.equals(username, applications.username());
		return new Credentials(username,
				firstOf(address.password(), inUrl.password(), same ? applications.password() : null));
	}

	private static @Nullable String firstOf(@Nullable String... values) {
		for (String value : values) {
			if (value != null) {
				return value;
			}
		}
		return null;
	}

	/**
	 * Connections of the data source that the user made for index operations.
	 */
	static ConnectionRecipe of(DataSource own) {
		// wrappers are the user's will; only a pool is gone round, as pools end long
		// builds
		ConnectionRecipe pool = (HIKARI_PRESENT && HikariRecipes.isPool(own)) ? HikariRecipes.of(own) : null;
		return (pool != null) ? pool
				: DriverRecipes.byDataSource("the @HeavyIndexDataSource bean", own, Credentials.NONE);
	}

	/**
	 * Connections beside those of the application's data source.
	 * @throws ConnectionUnavailableException if the data source does not say how it
	 * connects
	 */
	static ConnectionRecipe derivedFrom(DataSource application, ConnectionTarget target)
			throws ConnectionUnavailableException {
		if (isRouting(application)) {
			throw refused(application, target, "it routes each connection to one of several databases", null);
		}
		ConnectionRecipe recipe = known(application);
		return (recipe != null) ? recipe : guessed(application, target);
	}

	private static @Nullable ConnectionRecipe known(DataSource application) {
		if (isRouting(application)) {
			return null;
		}
		ConnectionRecipe hikari = HIKARI_PRESENT ? HikariRecipes.of(application) : null;
		if (hikari != null) {
			return hikari;
		}
		if (DataSourceUnwrapper.unwrap(application, BaseDataSource.class) instanceof DataSource driver) {
			return DriverRecipes.byDataSource(DERIVED, driver, Credentials.NONE);
		}
		AbstractDriverBasedDataSource spring = DataSourceUnwrapper.unwrap(application,
				AbstractDriverBasedDataSource.class);
		return (spring != null) ? ofSpring(spring) : null;
	}

	/**
	 * Asked for any other type, a routing data source answers for its default target.
	 */
	private static boolean isRouting(DataSource application) {
		return DataSourceUnwrapper.unwrap(application, AbstractRoutingDataSource.class) != null;
	}

	private static @Nullable ConnectionRecipe ofSpring(AbstractDriverBasedDataSource dataSource) {
		if (!SPRING_OWN.contains(dataSource.getClass())) {
			// a subclass may override how it logs in
			return DriverRecipes.byDataSource(DERIVED, dataSource, Credentials.NONE);
		}
		String driver = (dataSource instanceof SimpleDriverDataSource simple && simple.getDriver() != null)
				? simple.getDriver().getClass().getName() : null;
		Properties properties = Objects.requireNonNullElseGet(dataSource.getConnectionProperties(), Properties::new);
		return (dataSource.getUrl() != null) ? DriverRecipes
			.byUrl(DERIVED, dataSource.getUrl(), driver, properties,
					new Credentials(dataSource.getUsername(), dataSource.getPassword()))
			.preparedBy(dataSource.getSchema(), null) : null;
	}

	private static ConnectionRecipe guessed(DataSource application, ConnectionTarget target)
			throws ConnectionUnavailableException {
		SimpleDriverDataSource copy;
		try {
			copy = DataSourceBuilder.derivedFrom(application).type(SimpleDriverDataSource.class).build();
		}
		catch (RuntimeException ex) {
			throw refused(application, target, "it does not say how it connects", ex);
		}
		String url = copy.getUrl();
		if (url == null) {
			throw refused(application, target, "it does not say how it connects", null);
		}
		return DriverRecipes.byUrl(DERIVED + " by URL and credentials only", url, null, new Properties(),
				new Credentials(copy.getUsername(), copy.getPassword()));
	}

	private static ConnectionUnavailableException refused(DataSource application, ConnectionTarget target,
			String reason, @Nullable RuntimeException cause) {
		return new ConnectionUnavailableException(
				"Index operations need physical connections of their own, and none can be derived from the application's %s: %s. %s"
					.formatted(application.getClass().getName(), reason, target.mend()),
				cause);
	}

}
