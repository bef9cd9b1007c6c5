package io.github.heavyindex.sample.browser;

import java.util.ArrayList;
import java.util.List;

import io.github.heavyindex.HeavyIndexPrerequisite;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * An application of nothing but the starter, as strict as they come: one must sign in,
 * orders need a CSRF token, and the Content-Security-Policy allows nothing inline.
 */
@EnableAutoConfiguration
class SecuredApplication {

	static final String PREREQUISITE = "a backfill that <b onload=alert(6)>never</b> ends";

	@Bean
	SecurityFilterChain strict(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.formLogin(Customizer.withDefaults())
			.headers((headers) -> headers.contentSecurityPolicy(
					(policy) -> policy.policyDirectives("default-src 'none'; script-src 'self'; style-src 'self';"
							+ " connect-src 'self'; img-src 'self'; frame-ancestors 'none'")))
			.build();
	}

	@Bean
	HeavyIndexPrerequisite never() {
		return new HeavyIndexPrerequisite() {

			@Override
			public String name() {
				return PREREQUISITE;
			}

			@Override
			public boolean isComplete() {
				return false;
			}

		};
	}

	static ConfigurableApplicationContext start(DriverManagerDataSource database, List<String> properties) {
		return start(SecuredApplication.class, database, properties);
	}

	static ConfigurableApplicationContext start(Class<?> application, DriverManagerDataSource database,
			List<String> properties) {
		List<String> arguments = new ArrayList<>(properties);
		// not the sample's own properties
		arguments.addAll(List.of("--spring.config.name=none", "--server.port=0",
				"--spring.datasource.url=" + database.getUrl(), "--spring.security.user.name=operator",
				"--spring.security.user.password=secret", "--heavy-index.poll-interval=300ms",
				"--heavy-index.drift.check-interval=2s", "--management.endpoints.web.exposure.include=heavyindexes",
				"--management.endpoint.heavyindexes.access=unrestricted"));
		return new SpringApplicationBuilder(application).run(arguments.toArray(String[]::new));
	}

	/**
	 * Opens the page, and signs in.
	 */
	static void open(Browser browser, ConfigurableApplicationContext application) {
		browser.open("http://localhost:" + application.getEnvironment().getProperty("local.server.port")
				+ "/actuator/heavyindexes");
		browser.type("[name=username]", "operator");
		browser.type("[name=password]", "secret");
		browser.click("[type=submit]");
		browser.await("#age", "Live");
	}

}
