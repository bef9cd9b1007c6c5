package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.actuate.HeavyIndexesEndpoint;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link HeavyIndexesEndpoint}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = HeavyIndexAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(HeavyIndexesEndpoint.class)
@ConditionalOnBean(HeavyIndexes.class)
public final class HeavyIndexEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	HeavyIndexesEndpoint heavyIndexesEndpoint(HeavyIndexes heavyIndexes) {
		return new HeavyIndexesEndpoint(heavyIndexes);
	}

}
