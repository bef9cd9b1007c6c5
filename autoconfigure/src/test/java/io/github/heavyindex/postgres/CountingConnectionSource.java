package io.github.heavyindex.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Hands on the connections of another source and notes each statement that is sent
 * through them once they are set up. Thread-safe.
 */
public final class CountingConnectionSource implements ConnectionSource {

	private final ConnectionSource delegate;

	private final List<ConnectionPurpose> opened = new CopyOnWriteArrayList<>();

	private final Map<ConnectionPurpose, List<String>> statements = new ConcurrentHashMap<>();

	private CountingConnectionSource(ConnectionSource delegate) {
		this.delegate = delegate;
	}

	/**
	 * Counts what goes through another source.
	 * @param delegate the other source
	 * @return a counting source
	 */
	public static CountingConnectionSource of(ConnectionSource delegate) {
		return new CountingConnectionSource(delegate);
	}

	/**
	 * Puts a counting source round the application's.
	 * @return a post processor for the application
	 */
	public static BeanPostProcessor decorator() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (bean instanceof ConnectionSource source) ? new CountingConnectionSource(source) : bean;
			}

		};
	}

	@Override
	public PhysicalConnection open(ConnectionPurpose purpose, String activity) throws SQLException {
		this.opened.add(purpose);
		PhysicalConnection connection = this.delegate.open(purpose, activity);
		return new PhysicalConnection(counted(connection.jdbc(), purpose), connection.pid(), connection.server());
	}

	@Override
	public @Nullable ServerInfo server() {
		return this.delegate.server();
	}

	/**
	 * What connections were asked for.
	 * @return a purpose for each, in order
	 */
	public List<ConnectionPurpose> opened() {
		return List.copyOf(this.opened);
	}

	/**
	 * The statements so far.
	 * @param purpose of which connections
	 * @return their texts in order
	 */
	public List<String> statements(ConnectionPurpose purpose) {
		List<String> statements = this.statements.get(purpose);
		if (statements == null) {
			return List.of();
		}
		synchronized (statements) {
			return List.copyOf(statements);
		}
	}

	/**
	 * Forgets all statements.
	 */
	public void clear() {
		this.statements.clear();
	}

	private void note(ConnectionPurpose purpose, String sql) {
		List<String> statements = this.statements.computeIfAbsent(purpose, (key) -> new ArrayList<>());
		synchronized (statements) {
			statements.add(sql);
		}
	}

	private Connection counted(Connection connection, ConnectionPurpose purpose) {
		return proxy(Connection.class, connection, (method, arguments, result) -> {
			String sql = (arguments != null && arguments[0] instanceof String text) ? text : "";
			if (result instanceof CallableStatement || result instanceof PreparedStatement) {
				return counted(PreparedStatement.class, (PreparedStatement) result, sql, purpose);
			}
			return (result instanceof Statement statement) ? counted(Statement.class, statement, "", purpose) : result;
		});
	}

	private <T extends Statement> T counted(Class<T> type, T statement, String prepared, ConnectionPurpose purpose) {
		return proxy(type, statement, (method, arguments, result) -> {
			if (method.getName().startsWith("execute")) {
				note(purpose, (arguments != null && arguments[0] instanceof String sql) ? sql : prepared);
			}
			return result;
		});
	}

	private static <T> T proxy(Class<T> type, T target, After after) {
		InvocationHandler handler = (proxy, method, arguments) -> {
			try {
				return after.returning(method, arguments, method.invoke(target, arguments));
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	@FunctionalInterface
	private interface After {

		@Nullable Object returning(Method method, Object @Nullable [] arguments, @Nullable Object result);

	}

}
