package io.github.heavyindex.sample.data;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Creates the demo tables and the indexes of "earlier releases", once: an index that an
 * operation has dropped or renamed must not come back with the next start.
 */
@Component
class DemoSchema implements InitializingBean {

	private static final Logger logger = LoggerFactory.getLogger(DemoSchema.class);

	private final DataSource dataSource;

	private final JdbcTemplate jdbc;

	DemoSchema(DataSource dataSource) {
		this.dataSource = dataSource;
		this.jdbc = new JdbcTemplate(dataSource);
	}

	@Override
	public void afterPropertiesSet() {
		if (!exists()) {
			new TransactionTemplate(new JdbcTransactionManager(this.dataSource))
				.executeWithoutResult((status) -> createOnce());
		}
	}

	/**
	 * All or nothing, in one transaction; of two applications that start together the
	 * second one waits and finds the tables.
	 */
	private void createOnce() {
		this.jdbc.execute("SELECT pg_advisory_xact_lock(hashtext('heavy-index-sample schema'))");
		if (!exists()) {
			DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(new ClassPathResource("demo-schema.sql")),
					this.dataSource);
			logger.info("Created the tables small_email and large_email");
		}
	}

	private boolean exists() {
		return Boolean.TRUE
			.equals(this.jdbc.queryForObject("SELECT to_regclass('large_email') IS NOT NULL", Boolean.class));
	}

}
