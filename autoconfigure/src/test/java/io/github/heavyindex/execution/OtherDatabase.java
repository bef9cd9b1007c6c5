package io.github.heavyindex.execution;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;

/**
 * A JDBC driver of a database that is not PostgreSQL: it can say no more than that.
 */
public final class OtherDatabase implements Driver {

	static final String URL = "jdbc:other:database";

	static {
		try {
			DriverManager.registerDriver(new OtherDatabase());
		}
		catch (SQLException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	@Override
	public @Nullable Connection connect(String url, Properties info) {
		return acceptsURL(url) ? proxy(Connection.class) : null;
	}

	private static <T> T proxy(Class<T> type) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "isWrapperFor", "isClosed", "isReadOnly" -> false;
					case "isValid", "getAutoCommit" -> true;
					case "getMetaData" -> proxy(DatabaseMetaData.class);
					case "getDatabaseProductName" -> "Other Database";
					case "unwrap" -> throw new SQLException("No wrapper");
					case "toString" -> "a connection to another database";
					case "hashCode" -> System.identityHashCode(proxy);
					case "equals" -> proxy == arguments[0];
					default -> {
						if (method.getReturnType() == int.class) {
							yield 0;
						}
						if (method.getReturnType() == void.class) {
							yield null;
						}
						throw new SQLException("Not spoken here: " + method.getName());
					}
				}));
	}

	@Override
	public boolean acceptsURL(String url) {
		return url.equals(URL);
	}

	@Override
	public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
		return new DriverPropertyInfo[0];
	}

	@Override
	public int getMajorVersion() {
		return 1;
	}

	@Override
	public int getMinorVersion() {
		return 0;
	}

	@Override
	public boolean jdbcCompliant() {
		return false;
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		throw new SQLFeatureNotSupportedException();
	}

}
