package io.github.heavyindex.sample.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import io.github.heavyindex.sample.DemoProperties;
import io.github.heavyindex.sample.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WriteLoad}.
 */
class WriteLoadTests {

	private static final int PER_SECOND = 100;

	private DataSource dataSource;

	private WriteLoad load;

	@BeforeEach
	void createTables() throws SQLException {
		this.dataSource = TestDatabase.create();
		DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(new ClassPathResource("demo-schema.sql")),
				this.dataSource);
		this.load = load(PER_SECOND);
	}

	@AfterEach
	void stop() {
		this.load.stop();
	}

	@Test
	void everySecondWriteIsAnInsert() {
		this.load.start();
		await().until(() -> this.load.report().count() >= 20);
		this.load.stop();
		WriteReport report = this.load.report();
		assertThat(report.failures()).isZero();
		assertThat(
				JdbcClient.create(this.dataSource).sql("SELECT count(*) FROM large_email").query(Long.class).single())
			.isEqualTo((report.count() + 1) / 2);
	}

	@Test
	void aWriteThatIsBlockedShowsAsTheSlowest() throws SQLException {
		try (Connection blocker = this.dataSource.getConnection(); Statement statement = blocker.createStatement()) {
			blocker.setAutoCommit(false);
			statement.execute("LOCK TABLE large_email IN SHARE MODE");
			this.load.start();
			statement.execute("SELECT pg_sleep(0.7)");
			assertThat(this.load.report().count()).isZero();
			blocker.commit();
		}
		await().until(() -> this.load.report().count() > 0);
		assertThat(this.load.report().slowestMillis()).isGreaterThan(300);
		assertThat(this.load.report().slowestLastMinuteMillis()).isGreaterThan(300);
	}

	@Test
	void aFailureIsCountedAndTheLoadGoesOn() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		jdbc.sql("ALTER TABLE large_email RENAME TO gone").update();
		this.load.start();
		await().until(() -> this.load.report().failures() >= 2);
		assertThat(this.load.report().lastFailure()).contains("large_email").contains("does not exist");
		jdbc.sql("ALTER TABLE gone RENAME TO large_email").update();
		await().until(() -> this.load.report().count() > this.load.report().failures() + 2);
	}

	@Test
	void canBeSwitchedOffAndStartedAgain() {
		this.load = load(0);
		this.load.start();
		assertThat(this.load.isRunning()).isTrue();
		this.load.stop();
		assertThat(this.load.isRunning()).isFalse();
		assertThat(this.load.report().count()).isZero();

		this.load = load(PER_SECOND);
		this.load.start();
		this.load.stop();
		this.load.start();
		long before = this.load.report().count();
		await().until(() -> this.load.report().count() > before);
	}

	private WriteLoad load(int perSecond) {
		return new WriteLoad(JdbcClient.create(this.dataSource), new DemoProperties(null, 0, 1000, perSecond));
	}

}
