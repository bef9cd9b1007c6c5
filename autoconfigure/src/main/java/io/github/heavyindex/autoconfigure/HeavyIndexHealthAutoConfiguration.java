package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.actuate.HeavyIndexesHealthIndicator;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for
 * {@link HeavyIndexesHealthIndicator}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = HealthContributorAutoConfiguration.class,
		afterName = "io.github.heavyindex.autoconfigure.HeavyIndexAutoConfiguration")
@ConditionalOnClass({ Health.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(HeavyIndexes.class)
@ConditionalOnEnabledHealthIndicator("heavyindexes")
public final class HeavyIndexHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(value = HeavyIndexesHealthIndicator.class,
			name = { "heavyIndexesHealthIndicator", "heavyIndexesHealthContributor" })
	HeavyIndexesHealthIndicator heavyIndexesHealthIndicator(HeavyIndexes heavyIndexes, Environment environment) {
		return new HeavyIndexesHealthIndicator(heavyIndexes,
				environment.getProperty("heavy-index.health.affects-status", Boolean.class, true));
	}

}
