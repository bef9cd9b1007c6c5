package io.github.heavyindex.postgres;

import java.io.IOException;
import java.util.Objects;
import java.util.Properties;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Recipes that connect by a JDBC URL or by settings of pgjdbc, with all driver properties
 * kept. Two are added unless given: a login that gets no answer ends after ten seconds,
 * and TCP keep-alive lets a build of many hours notice that its server is gone.
 */
final class DriverRecipes {

	private static final int LOGIN_TIMEOUT_SECONDS = 10;

	private DriverRecipes() {
	}

	static ConnectionRecipe byUrl(String origin, String url, @Nullable String driverClassName, Properties properties,
			Credentials credentials) {
		Properties info = new Properties();
		info.putAll(properties);
		Properties known = known(url, properties);
		if (known != null) {
			addDefault(PGProperty.LOGIN_TIMEOUT, String.valueOf(LOGIN_TIMEOUT_SECONDS), known, info);
			addDefault(PGProperty.TCP_KEEP_ALIVE, "true", known, info);
		}
		Credentials complete = complete(credentials, (known != null) ? known : properties);
		put(info, PGProperty.USER, complete.username());
		put(info, PGProperty.PASSWORD, complete.password());
		DriverManagerDataSource dataSource = new DriverManagerDataSource(url, info);
		if (driverClassName != null) {
			dataSource.setDriverClassName(driverClassName);
		}
		return new ConnectionRecipe("%s (%s)".formatted(origin, Secrets.addressOf(url)), dataSource::getConnection,
				complete);
	}

	/**
	 * Connects by a data source that is no pool. One of pgjdbc's own is copied, because
	 * the application's must not change; any other is asked as it is.
	 */
	static ConnectionRecipe byDataSource(String origin, DataSource dataSource, Credentials credentials) {
		if (dataSource instanceof BaseDataSource source && isDriversOwn(dataSource)) {
			PGSimpleDataSource copy = copy(source);
			Credentials complete = (credentials.username() != null) ? credentials
					: new Credentials(source.getUser(), source.getPassword());
			copy.setUser(complete.username());
			copy.setPassword(complete.password());
			return new ConnectionRecipe("%s (%s)".formatted(origin, Secrets.addressOf(copy.getURL())),
					copy::getConnection, complete);
		}
		ConnectionRecipe.Opener opener = (credentials.username() != null)
				? () -> dataSource.getConnection(credentials.username(), credentials.password())
				: dataSource::getConnection;
		return new ConnectionRecipe("%s (%s)".formatted(origin, dataSource.getClass().getName()), opener, credentials);
	}

	/**
	 * Whether a data source is pgjdbc's own and not a subclass, which may override how it
	 * logs in.
	 */
	static boolean isDriversOwn(DataSource dataSource) {
		return dataSource.getClass().getPackage() == PGSimpleDataSource.class.getPackage();
	}

	private static PGSimpleDataSource copy(BaseDataSource source) {
		PGSimpleDataSource copy = new PGSimpleDataSource();
		try {
			copy.initializeFrom(source);
		}
		catch (IOException | ClassNotFoundException ex) {
			throw new IllegalStateException("Cannot copy a data source of the PostgreSQL driver", ex);
		}
		if (copy.getLoginTimeout() == 0) {
			copy.setLoginTimeout(LOGIN_TIMEOUT_SECONDS);
		}
		copy.setTcpKeepAlive(true);
		return copy;
	}

	/**
	 * The credentials that a URL holds.
	 */
	static Credentials credentialsIn(String url) {
		Properties known = known(url, new Properties());
		return (known != null) ? complete(Credentials.NONE, known) : Credentials.NONE;
	}

	/**
	 * What the driver itself reads from the URL and the properties, or {@code null} if
	 * the URL is not one of pgjdbc's.
	 */
	private static @Nullable Properties known(String url, Properties properties) {
		return url.startsWith("jdbc:postgresql:") ? Driver.parseURL(url, properties) : null;
	}

	private static void addDefault(PGProperty property, String value, Properties known, Properties info) {
		if (known.getProperty(property.getName()) == null) {
			info.setProperty(property.getName(), value);
		}
	}

	private static Credentials complete(Credentials given, Properties known) {
		String username = (given.username() != null) ? given.username() : PGProperty.USER.getOrNull(known);
		String password = given.password();
		if (password == null && Objects.equals(username, PGProperty.USER.getOrNull(known))) {
			password = PGProperty.PASSWORD.getOrNull(known);
		}
		return new Credentials(username, password);
	}

	private static void put(Properties info, PGProperty property, @Nullable String value) {
		if (value != null) {
			info.setProperty(property.getName(), value);
		}
	}

}
