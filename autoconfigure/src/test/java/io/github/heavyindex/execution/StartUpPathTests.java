package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.CountingConnectionSource;
import io.github.heavyindex.testsupport.TcpForwarder;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing waits for the database while the application starts, whatever state the
 * database is in.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartUpPathTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint)");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).operation("create_x", "create index x on logs (id)");
	}

	@Test
	void noConnectionBeforeTheApplicationIsReady() {
		try (TestApplication application = application().with(Counting.class).start()) {
			Counting counting = application.context().getBean(Counting.class);
			assertThat(counting.atRunner).hasValue(0);
			assertThat(counting.atReady).hasValue(0);
			application.await("create_x", OperationState.COMPLETED);
			assertThat(counting.connections.get()).as("compared with the application's, so counted").isPositive();
			assertThat(application.context().getBean(CountingConnectionSource.class).opened()).isNotEmpty();
		}
	}

	@Test
	void lazyInitializationStillArmsTheLoop() {
		try (TestApplication application = application().customize((builder) -> builder.lazyInitialization(true))
			.start()) {
			Awaitility.await().until(() -> this.database.single("select to_regclass('x') is not null", Boolean.class));
			application.await("create_x", OperationState.COMPLETED);
		}
	}

	@Test
	void aDatabaseThatComesLateIsUsedWhenItComes(CapturedOutput output) {
		TcpForwarder forwarder = this.database.closeLater(TcpForwarder.closed(this.database.server()));
		long begin = System.nanoTime();
		try (TestApplication application = application()
			.property("spring.datasource.url", forwarder.jdbcUrl(this.database))
			.start()) {
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			Awaitility.await().until(() -> heavyIndexes.status().problem() != null);
			assertThat(heavyIndexes.status().problem()).contains("refused");
			assertThat(heavyIndexes.status().lastObserved()).isNull();
			assertThat(application.status("create_x").state()).isEqualTo(OperationState.PENDING);
			// several turns later there is still one line
			Awaitility.await()
				.during(Duration.ofSeconds(1))
				.until(() -> count(output, "Index operations do not run"), (lines) -> lines == 1);
			forwarder.open();
			application.await("create_x", OperationState.COMPLETED);
			assertThat(heavyIndexes.status().problem()).isNull();
			assertThat(count(output, "The database can be observed again")).isOne();
			assertThat(output).doesNotContain("A turn of the loop failed");
		}
	}

	@Test
	void aDatabaseThatGoesAndComesIsUsedAgain(CapturedOutput output) {
		TcpForwarder forwarder = this.database.closeLater(TcpForwarder.closed(this.database.server()));
		forwarder.open();
		try (TestApplication application = application()
			.property("spring.datasource.url", forwarder.jdbcUrl(this.database))
			.start()) {
			application.await("create_x", OperationState.COMPLETED);
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			for (int round = 0; round < 2; round++) {
				forwarder.cut();
				Awaitility.await().until(() -> heavyIndexes.status().problem() != null);
				assertThat(heavyIndexes.status().problem()).doesNotContain("select", "org.springframework");
				assertThat(heavyIndexes.isCompleted("create_x")).as("what was seen last stands").isTrue();
				forwarder.open();
				Awaitility.await().until(() -> heavyIndexes.status().problem() == null);
			}
			assertThat(output).doesNotContain("A turn of the loop failed");
		}
	}

	@Test
	void aDatabaseThatIsNotPostgresIsNamed(CapturedOutput output) {
		try (TestApplication application = application().property("spring.datasource.url", OtherDatabase.URL)
			.property("spring.datasource.driver-class-name", OtherDatabase.class.getName())
			.start()) {
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			Awaitility.await().until(() -> heavyIndexes.status().problem() != null);
			assertThat(heavyIndexes.status().problem()).contains("need PostgreSQL", "Other Database",
					"@HeavyIndexDataSource", "heavy-index.enabled=false");
			assertThat(heavyIndexes.isCompleted("create_x")).isFalse();
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> count(output, "Index operations do not run"), (lines) -> lines == 1);
		}
	}

	@Test
	void closingDoesNotWaitForARunningBuild(CapturedOutput output) throws SQLException {
		Connection blocker = this.database.connection();
		blocker.setAutoCommit(false);
		try (var statement = blocker.createStatement()) {
			statement.execute("insert into logs values (1)");
		}
		TestApplication application = application().start();
		try (application) {
			application.await("create_x", OperationState.RUNNING);
		}
		finally {
			blocker.rollback();
		}
		assertThat(application.context().isActive()).isFalse();
		assertThat(output).doesNotContain("still running after timeout").doesNotContain(" ERROR ");
	}

	@Test
	void stoppingDoesNotWaitForARunningBuildAndStartingGoesOn(CapturedOutput output) throws SQLException {
		Connection blocker = this.database.connection();
		blocker.setAutoCommit(false);
		try (var statement = blocker.createStatement()) {
			statement.execute("insert into logs values (1)");
		}
		try (TestApplication application = application().start()) {
			application.await("create_x", OperationState.RUNNING);
			long begin = System.nanoTime();
			application.context().stop();
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
			application.context().start();
			blocker.rollback();
			application.await("create_x", OperationState.COMPLETED);
			assertThat(application.status("create_x").attempts()).isEqualTo(1);
		}
		assertThat(output).doesNotContain("still running after timeout");
	}

	@Test
	void closingAtAnyMomentIsQuiet(CapturedOutput output) {
		for (int round = 0; round < 8; round++) {
			application().property("heavy-index.poll-interval", "10ms")
				.property("heavy-index.drift.check-interval", "10ms")
				.start()
				.close();
		}
		assertThat(output).doesNotContain(" ERROR ").doesNotContain("do not run");
	}

	private static long count(CapturedOutput output, String text) {
		return output.toString().lines().filter((line) -> line.contains(text)).count();
	}

	@Configuration(proxyBeanMethods = false)
	static class Counting {

		final AtomicInteger connections = new AtomicInteger();

		final AtomicReference<Integer> atRunner = new AtomicReference<>();

		final AtomicReference<Integer> atReady = new AtomicReference<>();

		@Bean
		static BeanPostProcessor countingConnectionSource() {
			return CountingConnectionSource.decorator();
		}

		@Bean
		static BeanPostProcessor countingDataSource(ObjectProvider<Counting> counting) {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof DataSource dataSource)
							? new CountingDataSource(dataSource, counting.getObject().connections) : bean;
				}

			};
		}

		@Bean
		ApplicationRunner runner(ConnectionSource source) {
			return (arguments) -> this.atRunner
				.set(this.connections.get() + ((CountingConnectionSource) source).opened().size());
		}

		@EventListener
		@Order(Ordered.HIGHEST_PRECEDENCE)
		void ready(ApplicationReadyEvent event) {
			this.atReady.set(this.connections.get()
					+ event.getApplicationContext().getBean(CountingConnectionSource.class).opened().size());
		}

	}

	static final class CountingDataSource extends DelegatingDataSource {

		private final AtomicInteger connections;

		CountingDataSource(DataSource target, AtomicInteger connections) {
			super(target);
			this.connections = connections;
		}

		@Override
		public Connection getConnection() throws SQLException {
			this.connections.incrementAndGet();
			return super.getConnection();
		}

	}

}
