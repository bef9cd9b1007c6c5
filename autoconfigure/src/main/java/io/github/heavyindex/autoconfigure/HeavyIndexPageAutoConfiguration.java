package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.actuate.HeavyIndexesEndpoint;
import io.github.heavyindex.actuate.HeavyIndexesPageExtension;
import io.github.heavyindex.actuate.ReactiveHeavyIndexesPageExtension;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the page that browsers see at
 * {@link HeavyIndexesEndpoint}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = HeavyIndexEndpointAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(endpoint = HeavyIndexesEndpoint.class, exposure = EndpointExposure.WEB)
@ConditionalOnBean(HeavyIndexesEndpoint.class)
public final class HeavyIndexPageAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		@ConditionalOnMissingBean
		HeavyIndexesPageExtension heavyIndexesPageExtension(ObjectProvider<WebEndpointsSupplier> endpoints) {
			return new HeavyIndexesPageExtension(endpoints);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		@ConditionalOnMissingBean
		ReactiveHeavyIndexesPageExtension heavyIndexesPageExtension(ObjectProvider<WebEndpointsSupplier> endpoints) {
			return new ReactiveHeavyIndexesPageExtension(endpoints);
		}

	}

}
