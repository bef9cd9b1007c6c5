package io.github.heavyindex.execution;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.decision.Guards;
import io.github.heavyindex.decision.Policy;
import io.github.heavyindex.decision.RetryPolicy;
import io.github.heavyindex.decision.Upkeep;
import io.github.heavyindex.decision.Window;
import io.github.heavyindex.execution.BuildPolicy.AnalyzePolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which instances may show what another one has seen.
 */
class DeclarationsTests {

	private static final IndexOperation X = x().build();

	private static final IndexOperation Y = CreateIndex.named("y").on("t").columns("a").build();

	private static CreateIndex.Builder x() {
		return CreateIndex.named("x").on("t").columns("a").dependsOn("p", "q");
	}

	private static Settings settings(@Nullable Window window, int attempts, boolean showQueries) {
		Duration second = Duration.ofSeconds(1);
		return new Settings(null, "test", true, true, second, second,
				new Policy(2, new Guards(window, null, null, null, false, true), null, null,
						new RetryPolicy(attempts, second, 2, second), new Upkeep(false, second), OnMismatch.FAIL),
				List.of(), false, second, true, null, showQueries, new BuildPolicy(AnalyzePolicy.NEVER, 0));
	}

	private static String key(IndexOperation... operations) {
		return Declarations.of(List.of(operations), settings(null, 5, false)).key("public", List.of("public"));
	}

	@Test
	void thoseThatDeclareTheSameInAnyOrder() {
		assertThat(key(X, Y)).isEqualTo(key(Y, X)).hasSize(16);
		assertThat(key(X)).isEqualTo(key(CreateIndex.named("x").on("t").columns("a").dependsOn("q", "p").build()));
		assertThat(key(X, Y)).isNotEqualTo(key(X));
	}

	@Test
	void notThoseThatDeclareOneThingOtherwise() {
		assertThat(List.of(CreateIndex.named("x").on("t").columns("b").dependsOn("p", "q").build(),
				CreateIndex.named("x").on("t").columns("a").dependsOn("p").build(), x().critical().build(),
				x().name("y").build(), x().description("why").build(), x().onMismatch(OnMismatch.REPLACE).build(),
				x().requiresApproval().build(), x().maxDuration(Duration.ofHours(1)).build()))
			.allSatisfy((other) -> assertThat(key(other)).isNotEqualTo(key(X)));
	}

	@Test
	void notThoseThatDecideByOtherSettings() {
		Window window = new Window(LocalTime.of(2, 0), LocalTime.of(5, 0), Set.of(DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
				ZoneOffset.UTC, false, null);
		Window same = new Window(LocalTime.of(2, 0), LocalTime.of(5, 0), Set.of(DayOfWeek.SUNDAY, DayOfWeek.MONDAY),
				ZoneOffset.UTC, false, null);
		Declarations declarations = Declarations.of(List.of(X), settings(window, 5, false));
		assertThat(declarations).isEqualTo(Declarations.of(List.of(X), settings(same, 5, false)))
			.isNotEqualTo(Declarations.of(List.of(X), settings(null, 5, false)))
			.isNotEqualTo(Declarations.of(List.of(X), settings(window, 4, false)))
			.isNotEqualTo(Declarations.of(List.of(X), settings(window, 5, true)));
	}

	@Test
	void notThoseThatSeeOtherTables() {
		Declarations declarations = Declarations.of(List.of(X), settings(null, 5, false));
		assertThat(declarations.key("s", List.of("a", "b"))).isNotEqualTo(declarations.key("s", List.of("b", "a")))
			.isNotEqualTo(declarations.key("t", List.of("a", "b")));
	}

	@Test
	void anApplicationHasALockOfItsOwn() {
		assertThat(Declarations.lock("a", "key")).isEqualTo(Declarations.lock("a", "key"))
			.isNotEqualTo(Declarations.lock("b", "key"))
			.isNotEqualTo(Declarations.lock("a", "other"))
			.isNotNegative();
	}

}
