package io.github.heavyindex.autoconfigure;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.operation.OperationDiscovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HeavyIndexFailureAnalyzer} and for what a person reads when the
 * application does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class HeavyIndexFailureAnalyzerTests {

	@Test
	void theBeanThatFailedIsNamedAndNotThoseThatWantedIt() {
		InvalidIndexOperationException cause = new InvalidIndexOperationException("It is wrong", "Mend it.");
		Throwable failure = new BeanCreationException("outer", "failed",
				new BeanCreationException("inner", "failed", new IllegalStateException(cause)));
		FailureAnalysis analysis = analyze(failure);
		assertThat(analysis.getDescription()).isEqualTo("bean 'inner': It is wrong");
		assertThat(analysis.getAction()).isEqualTo("Mend it.");
	}

	@Test
	void withoutABeanTheReasonIsEnough() {
		FailureAnalysis analysis = analyze(new InvalidIndexOperationException("It is wrong", "Mend it."));
		assertThat(analysis.getDescription()).isEqualTo("It is wrong");
	}

	@Test
	void otherFailuresAreLeftToOthers() {
		assertThat(new HeavyIndexFailureAnalyzer().analyze(new IllegalStateException())).isNull();
	}

	@Test
	void aBadStatementOnAClassIsExplained(CapturedOutput output) {
		assertStartFails(BadStatement.class);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("bean 'badStatement': The statement 'SELECT 1' is no index operation")
			.contains("Declare one CREATE [UNIQUE] INDEX");
	}

	@Test
	void aBuilderThatFailsWhileItsBeanIsMadeIsExplained(CapturedOutput output) {
		assertStartFails(BadBuilder.class);
		assertThat(output).contains("bean 'tokensByName': The index 'tokens_idx' has no table or no columns")
			.contains("Name the table with on(…)");
	}

	@Test
	void aBadPropertyDeclarationIsExplained(CapturedOutput output) {
		assertStartFails(Discovering.class, "--heavy-index.operations.x.sql=CREATE INDEX ON t(a)");
		assertThat(output)
			.contains("property 'heavy-index.operations.x': The statement 'CREATE INDEX ON t(a)' has no name");
	}

	@Test
	void severalProblemsAreExplainedAtOnce(CapturedOutput output) {
		assertStartFails(BadStatement.class, "--heavy-index.operations.x.sql=CREATE INDEX ON t(a)");
		assertThat(output).contains("2 problems with declared index operations:")
			.contains("- bean 'badStatement'")
			.contains("- property 'heavy-index.operations.x'");
	}

	@Test
	void anUnknownKeyIsExplainedWithItsSource(CapturedOutput output) {
		assertStartFails(Discovering.class, "--heavy-index.operations.x.sqll=DROP INDEX x");
		assertThat(output).contains("Property: heavy-index.operations.x.sqll")
			.contains("\"heavy-index.operations.x.sqll\" from property source \"commandLineArgs\"")
			.contains("were left unbound");
	}

	@Test
	void aBadEnumValueIsExplainedWithWhatIsAllowed(CapturedOutput output) {
		assertStartFails(Discovering.class, "--heavy-index.mode=bakground");
		assertThat(output).contains("Property: heavy-index.mode")
			.contains("Value: \"bakground\"")
			.contains("BACKGROUND")
			.contains("OBSERVE");
	}

	@Test
	void aBadDurationIsExplainedWithWhatIsAllowed(CapturedOutput output) {
		assertStartFails(Discovering.class, "--heavy-index.retry.max-delay=1s", "--heavy-index.poll-interval=5");
		assertThat(output).contains("Property: heavy-index.retry.max-delay")
			.contains("must be between 30s and 365d")
			.contains("Property: heavy-index.poll-interval")
			.contains("must be between 10ms and 365d; a number without unit means milliseconds");
	}

	@Test
	void aValueThatMakesNoSenseIsExplained(CapturedOutput output) {
		assertStartFails(Discovering.class, "--heavy-index.job.timeout=0s");
		assertThat(output).contains("Property: heavy-index.job.timeout").contains("Reason: must be between 10ms and");
	}

	private static FailureAnalysis analyze(Throwable failure) {
		return Objects.requireNonNull(new HeavyIndexFailureAnalyzer().analyze(failure));
	}

	private static void assertStartFails(Class<?> configuration, String... arguments) {
		SpringApplication application = new SpringApplication(Discovering.class, configuration);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> application.run(arguments).close());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(HeavyIndexProperties.class)
	static class Discovering {

		@Bean
		DeclaredOperations declaredOperations(ListableBeanFactory beanFactory, HeavyIndexProperties properties) {
			return new OperationDiscovery(beanFactory).discover(properties.declarations());
		}

	}

	@Component("badStatement")
	@HeavyIndexOperation("SELECT 1")
	static class BadStatement {

	}

	@Configuration(proxyBeanMethods = false)
	static class BadBuilder {

		@Bean
		IndexOperation tokensByName() {
			return CreateIndex.named("tokens_idx").build();
		}

	}

}
