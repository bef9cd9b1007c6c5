package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.actuate.HeavyIndexesHealthIndicator;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for
 * {@link HeavyIndexesHealthIndicator}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = HealthContributorAutoConfiguration.class, after = HeavyIndexAutoConfiguration.class)
@ConditionalOnClass({ Health.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(HeavyIndexes.class)
@ConditionalOnEnabledHealthIndicator("heavyindexes")
@EnableConfigurationProperties(HeavyIndexProperties.class)
public final class HeavyIndexHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(value = HeavyIndexesHealthIndicator.class,
			name = { "heavyIndexesHealthIndicator", "heavyIndexesHealthContributor" })
	HeavyIndexesHealthIndicator heavyIndexesHealthIndicator(HeavyIndexes heavyIndexes,
			HeavyIndexProperties properties) {
		return new HeavyIndexesHealthIndicator(heavyIndexes,
				properties.enabled() && properties.health().affectsStatus());
	}

}
