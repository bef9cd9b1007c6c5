package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.actuate.HeavyIndexAttemptContext;
import io.github.heavyindex.actuate.HeavyIndexAttemptObservationConvention;
import io.github.heavyindex.actuate.ObservedAttempts;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for observations of the attempts. A
 * bean of type {@link ObservationConvention} for them changes their names and keys.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = HeavyIndexAutoConfiguration.class, after = ObservationAutoConfiguration.class)
@ConditionalOnClass({ ObservationRegistry.class, ObservationAutoConfiguration.class })
@ConditionalOnBean(ObservationRegistry.class)
public final class HeavyIndexObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(AttemptObserver.class)
	ObservedAttempts heavyIndexObservedAttempts(ObservationRegistry registry,
			ObjectProvider<ObservationConvention<HeavyIndexAttemptContext>> convention) {
		return new ObservedAttempts(registry, convention.getIfAvailable(HeavyIndexAttemptObservationConvention::new));
	}

}
