package io.github.heavyindex.decision;

import java.util.Set;

import io.github.heavyindex.Drift;
import io.github.heavyindex.decision.Decision.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Decision}.
 */
class DecisionTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# step        | builds | replaces | cleans up
			BUILD         | true   | false    | false
			REBUILD       | true   | false    | false
			DROP          | false  | false    | false
			RENAME        | false  | false    | false
			ADD_CONSTRAINT| false  | false    | false
			DROP_LEFTOVER | false  | false    | true
			BUILD_BESIDE  | true   | true     | false
			SWAP          | false  | true     | false
			DROP_REPLACED | false  | true     | false
			DROP_SIDE     | false  | false    | true
			""")
	void whatAStepIs(Step step, boolean builds, boolean replaces, boolean cleansUp) {
		assertThat(step.builds()).isEqualTo(builds);
		assertThat(step.replaces()).isEqualTo(replaces);
		assertThat(step.cleansUp()).isEqualTo(cleansUp);
	}

	@ParameterizedTest
	@EnumSource
	void whatMayFollowInTheSameAttempt(Step before) {
		Set<Step> following = switch (before) {
			case BUILD_BESIDE -> Set.of(Step.SWAP);
			// to build may bring the name back under which one was to be replaced
			case SWAP, BUILD -> Set.of(Step.DROP_REPLACED);
			default -> Set.of();
		};
		for (Step step : Step.values()) {
			assertThat(step.follows(before)).as("%s after %s", step, before).isEqualTo(following.contains(step));
		}
	}

	@Test
	void onlyDriftOrdersSomethingElseThanItself() {
		Decision keep = new Decision.Keep();
		assertThat(keep.toDo()).isSameAs(keep);
		Decision.Run repair = new Decision.Run(Step.BUILD, 1, 0);
		assertThat(new Decision.Drifted(Drift.MISSING, repair, null).toDo()).isSameAs(repair);
		Decision drifted = new Decision.Drifted(Drift.MISSING);
		assertThat(drifted.toDo()).isSameAs(drifted);
	}

}
