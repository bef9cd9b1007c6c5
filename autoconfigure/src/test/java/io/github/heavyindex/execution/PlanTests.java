package io.github.heavyindex.execution;

import java.util.stream.Stream;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.Drift;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.Decision.Wait.Until;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link Plan}.
 */
class PlanTests {

	private static final CreateIndex CREATE = CreateIndex.named("logs_a_idx").on("logs").columns("a").build();

	static Stream<Arguments> decisions() {
		return Stream.of(arguments(new Decision.Complete(true), Verdict.NOTHING, "nothing"),
				arguments(new Decision.Fail("42P01", "no table"), Verdict.WRONG, "fail"),
				arguments(new Decision.Wait("window opens 02:00"), Verdict.TO_DO, "wait"),
				arguments(new Decision.Wait("approval", Until.PERMISSION), Verdict.TO_DO, "wait"),
				arguments(new Decision.Wait("dependency create_b", Until.MEND), Verdict.WRONG, "wait"),
				arguments(new Decision.Drifted(Drift.MISSING, null, null), Verdict.WRONG, "nothing"),
				arguments(new Decision.Drifted(Drift.MISSING, new Decision.Run(Step.BUILD, 1, 0), null), Verdict.TO_DO,
						"build"),
				arguments(new Decision.Watch(4711, true), Verdict.TO_DO, "watch"),
				arguments(new Decision.Stop(4711, "stopped", false), Verdict.TO_DO, "stop"),
				arguments(new Decision.CancelBackend(4711), Verdict.TO_DO, "cancel"));
	}

	@ParameterizedTest
	@MethodSource("decisions")
	void putsDecisionsIntoWords(Decision decision, Verdict verdict, String action) {
		Plan plan = Plan.of(CREATE, decision, null);
		assertThat(plan.verdict()).isEqualTo(verdict);
		assertThat(plan.action()).isEqualTo(action);
		assertThat(plan.reason()).isNotBlank();
	}

	@ParameterizedTest
	@EnumSource
	void namesEveryStep(Step step) {
		Plan plan = Plan.of(CREATE, new Decision.Run(step, 1, 0), null);
		assertThat(plan.verdict()).isEqualTo(Verdict.TO_DO);
		assertThat(plan.action()).isEqualToIgnoringCase(step.name().replace('_', ' '));
		assertThat(plan.reason()).isNotBlank();
	}

	@Test
	void whatIsRecordedAsEndedStands() {
		assertThat(keep(OperationState.COMPLETED, null)).isEqualTo(Verdict.NOTHING);
		assertThat(keep(OperationState.SKIPPED, null)).isEqualTo(Verdict.NOTHING);
		assertThat(keep(OperationState.FAILED, "duplicates")).isEqualTo(Verdict.WRONG);
		assertThat(keep(OperationState.CANCELLED, "by request")).isEqualTo(Verdict.WRONG);
		assertThat(keep(OperationState.RUNNING, null)).isEqualTo(Verdict.TO_DO);
		assertThat(Plan.of(CREATE, new Decision.Keep(), null).verdict()).isEqualTo(Verdict.TO_DO);
	}

	private static Verdict keep(OperationState state, @Nullable String error) {
		Plan plan = Plan.kept(state, error, null);
		if (error != null) {
			assertThat(plan.reason()).contains(error, "'retry'");
		}
		return plan.verdict();
	}

}
