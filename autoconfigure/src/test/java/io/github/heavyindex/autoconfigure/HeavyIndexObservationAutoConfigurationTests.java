package io.github.heavyindex.autoconfigure;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.actuate.HeavyIndexAttemptContext;
import io.github.heavyindex.actuate.HeavyIndexAttemptObservationConvention;
import io.github.heavyindex.actuate.ObservedAttempts;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeavyIndexObservationAutoConfiguration}, and for what it observes of
 * an application that builds.
 */
class HeavyIndexObservationAutoConfigurationTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final ApplicationContextRunner context = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HeavyIndexObservationAutoConfiguration.class));

	@Test
	void nothingWithoutARegistry() {
		this.context.run((context) -> assertThat(context).doesNotHaveBean(AttemptObserver.class));
	}

	@Test
	void nothingWithoutMicrometer() {
		this.context.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("heavyIndexObservedAttempts"));
	}

	@Test
	void theUsersOwnObserverBacksItOff() {
		this.context.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.withBean("own", AttemptObserver.class, () -> AttemptObserver.NONE)
			.run((context) -> assertThat(context).hasSingleBean(AttemptObserver.class)
				.doesNotHaveBean(ObservedAttempts.class));
	}

	@Test
	void eachAttemptIsObservedWithItsOutcome() {
		this.database.execute("create table logs (id bigint, a int)", "insert into logs values (1, 1), (2, 1)");
		try (TestApplication application = TestApplication.on(this.database)
			.with(Observed.class)
			.operation("create_a", "create index a_idx on logs (a)")
			.operation("create_u", "create unique index u_idx on logs (a)", "create_a")
			.start()) {
			application.await("create_u", OperationState.FAILED);
			application.heavyIndexes().rollback("create_a");
			application.await("create_a", OperationState.CANCELLED);
			TestObservationRegistry registry = application.context().getBean(TestObservationRegistry.class);
			// the end is recorded a moment before it is told
			Awaitility.await()
				.untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
					.hasNumberOfObservationsWithNameEqualTo("heavy.index.attempt", 3)
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("heavy-index create_a")
						.hasLowCardinalityKeyValue("name", "create_a")
						.hasLowCardinalityKeyValue("type", "create")
						.hasLowCardinalityKeyValue("outcome", "completed")
						.hasHighCardinalityKeyValue("table", "public.logs")
						.hasHighCardinalityKeyValueWithKey("pid")
						.hasLowCardinalityKeyValue("team", "search")
						.doesNotHaveError())
					.hasAnObservation((observation) -> observation.hasLowCardinalityKeyValue("name", "create_u")
						.hasLowCardinalityKeyValue("outcome", "failed")
						.hasError())
					.hasAnObservation((observation) -> observation.hasLowCardinalityKeyValue("name", "create_a")
						.hasLowCardinalityKeyValue("type", "drop")
						.hasLowCardinalityKeyValue("outcome", "rolled_back")));
		}
	}

	@Test
	void anObserverThatFailsDisturbsNoAttempt() {
		this.database.execute("create table logs (id bigint, a int)");
		try (TestApplication application = TestApplication.on(this.database)
			.with(Failing.class)
			.operation("create_a", "create index a_idx on logs (a)")
			.operation("create_b", "create index b_idx on logs (a, id)")
			.start()) {
			application.awaitAllDone();
			assertThat(application.heavyIndexes().status().summary().completed()).isEqualTo(2);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(HeavyIndexObservationAutoConfiguration.class)
	static class Observed {

		@Bean
		TestObservationRegistry registry() {
			return TestObservationRegistry.create();
		}

		@Bean
		HeavyIndexAttemptObservationConvention convention() {
			return new HeavyIndexAttemptObservationConvention() {

				@Override
				public KeyValues getLowCardinalityKeyValues(HeavyIndexAttemptContext context) {
					return super.getLowCardinalityKeyValues(context).and("team", "search");
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		AttemptObserver observer() {
			return (operation, details) -> {
				if (operation.name().equals("create_a")) {
					throw new IllegalStateException("begin");
				}
				return (outcome, error) -> {
					throw new IllegalStateException("end");
				};
			};
		}

	}

}
