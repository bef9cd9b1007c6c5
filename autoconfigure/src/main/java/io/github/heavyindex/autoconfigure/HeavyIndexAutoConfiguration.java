package io.github.heavyindex.autoconfigure;

import javax.sql.DataSource;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.HeavyIndexDataSource;
import io.github.heavyindex.HeavyIndexGuard;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.execution.DefaultHeavyIndexes;
import io.github.heavyindex.execution.HeavyIndexLoop;
import io.github.heavyindex.execution.Instance;
import io.github.heavyindex.execution.Reconcilers;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.operation.OperationDiscovery;
import io.github.heavyindex.postgres.ConnectionSource;
import org.postgresql.PGConnection;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for index operations in the
 * background. It sends no SQL while the application starts.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ PGConnection.class, JdbcTemplate.class })
@EnableConfigurationProperties(HeavyIndexProperties.class)
@ImportRuntimeHints(ResourceHints.class)
public final class HeavyIndexAutoConfiguration {

	private static final String SCHEDULER = "heavyIndexTaskScheduler";

	// the loop of each database turns on one, an operation keeps its own until it ends
	private static final int SPARE_THREADS = 1;

	@Bean
	@ConditionalOnMissingBean
	DeclaredOperations heavyIndexDeclaredOperations(ListableBeanFactory beanFactory, HeavyIndexProperties properties) {
		return new OperationDiscovery(beanFactory).discover(properties.declarations(), properties.dataSourceNames());
	}

	@Bean(name = SCHEDULER, defaultCandidate = false)
	@ConditionalOnMissingBean(name = SCHEDULER)
	ThreadPoolTaskScheduler heavyIndexTaskScheduler(HeavyIndexProperties properties, DeclaredOperations operations) {
		ThreadPoolTaskScheduler scheduler = new OperationScheduler();
		scheduler
			.setPoolSize(operations.byDataSource().size() * (properties.maxConcurrentOperations() + 1) + SPARE_THREADS);
		scheduler.setThreadNamePrefix("heavy-index-");
		scheduler.setRemoveOnCancelPolicy(true);
		// a build outlives its application in its server session
		scheduler.setDaemon(true);
		return scheduler;
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionSource heavyIndexConnectionSource(HeavyIndexProperties properties, ListableBeanFactory beanFactory,
			ObjectProvider<DataSource> anyDataSource,
			@HeavyIndexDataSource ObjectProvider<DataSource> qualifiedDataSource) {
		// among several candidates a parameter's name would choose the bean of that name
		return new DataSources(beanFactory, anyDataSource, qualifiedDataSource)
			.connectionSource(PropertyMappings.directAddress(properties), PropertyMappings.buildSettings(properties));
	}

	@Bean
	@ConditionalOnMissingBean
	Reconcilers heavyIndexReconcilers(DeclaredOperations operations, ConnectionSource connectionSource,
			BeanFactory beanFactory, HeavyIndexProperties properties, Environment environment,
			ObjectProvider<HeavyIndexGuard> guards, ObjectProvider<AttemptObserver> observer,
			@Qualifier(SCHEDULER) TaskScheduler scheduler, ApplicationContext context) {
		return new Reconcilers(operations,
				(name) -> (name == null) ? connectionSource
						: DataSources.named(beanFactory, name, PropertyMappings.directAddress(properties, name),
								PropertyMappings.buildSettings(properties)),
				PropertyMappings.settings(properties, environment, guards.orderedStream().toList()), Instance.current(),
				scheduler, context, observer.getIfAvailable(() -> AttemptObserver.NONE));
	}

	@Bean
	@ConditionalOnMissingBean
	HeavyIndexLoop heavyIndexLoop(ApplicationContext context, @Qualifier(SCHEDULER) TaskScheduler scheduler,
			Reconcilers reconcilers) {
		return new HeavyIndexLoop(context, scheduler, reconcilers);
	}

	@Bean
	@ConditionalOnMissingBean
	HeavyIndexes heavyIndexes(DeclaredOperations operations, Reconcilers reconcilers) {
		return new DefaultHeavyIndexes(operations, reconcilers);
	}

	@Bean
	static ConfigurationPropertiesBindHandlerAdvisor heavyIndexOperationsBindHandlerAdvisor() {
		return OperationsBindHandler::new;
	}

	@Bean
	static LazyInitializationExcludeFilter heavyIndexLoopLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(HeavyIndexLoop.class);
	}

}
