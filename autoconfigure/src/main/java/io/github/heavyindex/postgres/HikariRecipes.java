package io.github.heavyindex.postgres;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.PropertyElf;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.util.ClassUtils;

/**
 * Connects as a HikariCP pool does, by the steps of its {@code PoolBase}, without taking
 * one of its connections. Credentials are asked for each time: they may be short-lived.
 * HikariCP is optional; no other class names its types.
 */
final class HikariRecipes {

	private HikariRecipes() {
	}

	static boolean isPool(DataSource dataSource) {
		return dataSource instanceof HikariDataSource;
	}

	/**
	 * The recipe of a pool, wrapped or not.
	 * @return a recipe; {@code null} if the data source is no HikariCP pool, or one that
	 * does not say where it gets its connections from
	 */
	static @Nullable ConnectionRecipe of(DataSource dataSource) {
		HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
				HikariDataSource.class);
		if (pool == null) {
			return null;
		}
		ConnectionRecipe recipe = connecting(pool);
		return (recipe != null) ? recipe.preparedBy(pool.getSchema(), pool.getConnectionInitSql()) : null;
	}

	private static @Nullable ConnectionRecipe connecting(HikariDataSource pool) {
		// a pool gets its name when it opens its first connection
		String origin = "derived from the "
				+ ((pool.getPoolName() != null) ? "pool " + pool.getPoolName() : "Hikari pool");
		DataSource target = target(pool);
		if (target != null) {
			// whatever it is, Hikari itself opens its physical connections by it
			return DriverRecipes.byDataSource(origin, target, credentials(pool));
		}
		return (pool.getJdbcUrl() != null) ? DriverRecipes.byUrl(origin, pool.getJdbcUrl(), pool.getDriverClassName(),
				pool.getDataSourceProperties(), credentials(pool)) : null;
	}

	private static Credentials credentials(HikariDataSource pool) {
		if (Boolean.getBoolean("com.zaxxer.hikari.legacy.supportUserPassDataSourceOverride")) {
			return new Credentials(pool.getUsername(), pool.getPassword());
		}
		HikariCredentialsProvider provider = pool.getCredentialsProvider();
		var credentials = (provider != null) ? provider.getCredentials() : pool.getCredentials();
		return new Credentials(credentials.getUsername(), credentials.getPassword());
	}

	private static @Nullable DataSource target(HikariDataSource pool) {
		DataSource target = pool.getDataSource();
		if (target == null && pool.getDataSourceClassName() != null) {
			Class<?> type = ClassUtils.resolveClassName(pool.getDataSourceClassName(), null);
			target = (DataSource) BeanUtils.instantiateClass(type);
			PropertyElf.setTargetFromProperties(target, pool.getDataSourceProperties());
		}
		return target;
	}

}
