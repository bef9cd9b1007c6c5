package io.github.heavyindex.autoconfigure;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application's scheduling and ours leave each other alone.
 */
class UsersSchedulersTests {

	private static final String OURS = "heavyIndexTaskScheduler";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint)");
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
							TaskSchedulingAutoConfiguration.class, HeavyIndexAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.jdbcUrl(),
					"spring.datasource.username=" + this.database.username(),
					"spring.datasource.password=" + this.database.password(), "heavy-index.poll-interval=100ms",
					"heavy-index.operations.create_x.sql=create index x on logs (id)")
			.withUserConfiguration(Injected.class);
	}

	@Test
	void scheduledMethodsRunOnBootsScheduler() {
		runner().withUserConfiguration(Scheduling.class).run((context) -> {
			awaitScheduled(context.getBean(Scheduling.class), "scheduling-");
			awaitCompleted(context.getBean(HeavyIndexes.class));
			assertThat(context).hasBean("taskScheduler");
			assertThat(context).hasBean("applicationTaskExecutor");
			assertThat(context.getBean(Injected.class).scheduler).isSameAs(context.getBean("taskScheduler"));
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void scheduledMethodsRunOnVirtualThreads() {
		runner().withUserConfiguration(Scheduling.class)
			.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> {
				awaitScheduled(context.getBean(Scheduling.class), "scheduling-");
				awaitCompleted(context.getBean(HeavyIndexes.class));
				assertThat(context.getBean(Injected.class).scheduler).isInstanceOf(SimpleAsyncTaskScheduler.class);
			});
	}

	@Test
	void scheduledMethodsRunOnTheUsersScheduler() {
		ThreadPoolTaskScheduler own = new ThreadPoolTaskScheduler();
		own.setThreadNamePrefix("own-");
		runner().withUserConfiguration(Scheduling.class)
			.withBean("ownScheduler", TaskScheduler.class, () -> own)
			.run((context) -> {
				awaitScheduled(context.getBean(Scheduling.class), "own-");
				awaitCompleted(context.getBean(HeavyIndexes.class));
				assertThat(context.getBean(Injected.class).scheduler).isSameAs(own);
				assertThat(context.getBean(OURS)).isNotSameAs(own);
			});
	}

	@Test
	void withoutEnableSchedulingNobodyGetsOursByAccident() {
		runner().run((context) -> {
			assertThat(context).hasBean(OURS);
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.scheduler).isNull();
			assertThat(injected.executor).isSameAs(context.getBean("applicationTaskExecutor"));
		});
	}

	@Test
	void oursBacksOffForTheUsersOfThatName() {
		SimpleAsyncTaskScheduler own = new SimpleAsyncTaskScheduler();
		own.setThreadNamePrefix("own-heavy-");
		runner().withBean(OURS, TaskScheduler.class, () -> own).run((context) -> {
			assertThat(context.getBean(OURS)).isSameAs(own);
			awaitCompleted(context.getBean(HeavyIndexes.class));
		});
	}

	@Test
	void thereIsAThreadForEachOperationAndTwoMore() {
		runner().withPropertyValues("heavy-index.max-concurrent-operations=7")
			.run((context) -> assertThat(context.getBean(OURS, ThreadPoolTaskScheduler.class)
				.getScheduledThreadPoolExecutor()
				.getCorePoolSize()).isEqualTo(9));
	}

	private static void awaitScheduled(Scheduling scheduling, String threads) {
		Awaitility.await().until(() -> scheduling.threads.size() > 2);
		assertThat(scheduling.threads).allMatch((name) -> name.startsWith(threads));
	}

	private static void awaitCompleted(HeavyIndexes heavyIndexes) {
		Awaitility.await().until(() -> heavyIndexes.isCompleted("create_x"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		final Queue<String> threads = new ConcurrentLinkedQueue<>();

		@Scheduled(fixedDelay = 20)
		void tick() {
			this.threads.add(Thread.currentThread().getName());
		}

	}

	/**
	 * What an application's bean gets that asks for a scheduler or an executor.
	 */
	static class Injected {

		final @Nullable TaskScheduler scheduler;

		final @Nullable Executor executor;

		Injected(ObjectProvider<TaskScheduler> scheduler, ObjectProvider<Executor> executor) {
			this.scheduler = scheduler.getIfUnique();
			this.executor = executor.getIfUnique();
		}

	}

}
