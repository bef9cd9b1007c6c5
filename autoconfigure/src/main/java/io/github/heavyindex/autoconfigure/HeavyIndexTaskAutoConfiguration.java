package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.HeavyIndexExit;
import io.github.heavyindex.execution.CheckTask;
import io.github.heavyindex.execution.ExitingTask;
import io.github.heavyindex.execution.ExitingTaskRunner;
import io.github.heavyindex.execution.JobTask;
import io.github.heavyindex.execution.Reconcilers;
import io.github.heavyindex.operation.DeclaredOperations;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the modes that end the
 * application: {@code heavy-index.mode=job} and {@code heavy-index.mode=check}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = HeavyIndexAutoConfiguration.class)
@ConditionalOnBean(Reconcilers.class)
@EnableConfigurationProperties(HeavyIndexProperties.class)
public final class HeavyIndexTaskAutoConfiguration {

	private static final Log logger = LogFactory.getLog(HeavyIndexTaskAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	HeavyIndexExit heavyIndexExit(ApplicationContext context) {
		return (code) -> System.exit(SpringApplication.exit(context, () -> code));
	}

	@Bean
	@ConditionalOnMissingBean
	ExitingTaskRunner heavyIndexTaskRunner(ApplicationContext context, HeavyIndexProperties properties,
			DeclaredOperations operations, Reconcilers reconcilers, HeavyIndexExit exit) {
		return new ExitingTaskRunner(context, task(properties, operations, reconcilers), exit);
	}

	@Bean
	static LazyInitializationExcludeFilter heavyIndexTaskLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(ExitingTaskRunner.class);
	}

	private static @Nullable ExitingTask task(HeavyIndexProperties properties, DeclaredOperations operations,
			Reconcilers reconcilers) {
		return switch (properties.mode()) {
			case JOB -> new JobTask(reconcilers, PropertyMappings.jobRules(properties));
			case CHECK -> properties.enabled() ? new CheckTask(operations, reconcilers, properties.check().json())
					: HeavyIndexTaskAutoConfiguration::switchedOff;
			case BACKGROUND, OBSERVE -> null;
		};
	}

	private static int switchedOff() {
		logger.info(PropertyMappings.SWITCHED_OFF + ", and not checked");
		return HeavyIndexExit.DONE;
	}

}
