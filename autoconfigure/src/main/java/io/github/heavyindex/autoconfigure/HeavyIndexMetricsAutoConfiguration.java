package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.actuate.HeavyIndexMetrics;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link HeavyIndexMetrics}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { HeavyIndexAutoConfiguration.class, MetricsAutoConfiguration.class,
		CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass({ MeterRegistry.class, MetricsAutoConfiguration.class })
@ConditionalOnBean({ HeavyIndexes.class, MeterRegistry.class })
public final class HeavyIndexMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	HeavyIndexMetrics heavyIndexMetrics(HeavyIndexes heavyIndexes) {
		return new HeavyIndexMetrics(heavyIndexes);
	}

}
