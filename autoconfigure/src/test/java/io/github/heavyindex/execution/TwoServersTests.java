package io.github.heavyindex.execution;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.DataSourceStatus;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.testsupport.StoppableServer;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One application on two servers, of which one goes away and comes back.
 */
@ExtendWith(OutputCaptureExtension.class)
class TwoServersTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@TempDir
	Path directory;

	@Test
	void oneThatIsDownDoesNotHoldUpTheOtherAndIsNamed(CapturedOutput output) {
		this.database.execute("create table logs (a int)");
		try (StoppableServer second = StoppableServer.start(this.directory);
				TestApplication application = TestApplication.on(this.database)
					.dataSource("reporting", second.dataSource())
					.property("heavy-index.max-concurrent-operations", "1")
					.operation("create_here", "create index logs_a_idx on logs (a)", "approved")
					.operation("approved", "create index logs_b_idx on logs ((a + 1))")
					.property("heavy-index.operations.approved.requires-approval", "true")
					.operationOn("reporting", "create_there", "create index logs_a_idx on logs (a)")
					.start()) {
			application.await("create_there", OperationState.FAILED);
			second.jdbc().sql("create table logs (a int)").update();
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			heavyIndexes.retry("create_there");
			application.await("create_there", OperationState.COMPLETED);
			second.stop();
			HeavyIndexesStatus down = await(application, (status) -> status.problem() != null);
			assertThat(down.problem()).startsWith("Data source 'reporting': ");
			assertThat(down.dataSources()).extracting(DataSourceStatus::problem).satisfies((problems) -> {
				assertThat(problems.get(0)).isNull();
				assertThat(problems.get(1)).isNotNull();
			});
			assertThat(heavyIndexes.isCompleted("create_there")).as("as last seen").isTrue();
			application.await("approved", (operation) -> "approval".equals(operation.waitingFor()));
			heavyIndexes.approve("approved");
			application.await("create_here", OperationState.COMPLETED);
			assertThatExceptionOfType(ActionRefusedException.class).isThrownBy(heavyIndexes::pause)
				.withMessageContaining(
						"The order to pause could not be recorded everywhere." + " Not on data source 'reporting': ")
				.withMessageContaining("It was recorded on the application's data source.");
			await(application, (status) -> status.dataSources().get(0).paused());
			assertThat(heavyIndexes.status().dataSources().get(1).paused()).isFalse();
			assertThat(heavyIndexes.status().lastObserved()).as("the oldest")
				.isEqualTo(heavyIndexes.status().dataSources().get(1).lastObserved());
			second.start();
			await(application, (status) -> status.problem() == null);
			heavyIndexes.pause();
			await(application, (status) -> status.dataSources().stream().allMatch(DataSourceStatus::paused));
		}
		assertThat(output).contains("Data source 'reporting': Index operations do not run: ",
				"Data source 'reporting': The database can be observed again");
	}

	private static HeavyIndexesStatus await(TestApplication application, Predicate<HeavyIndexesStatus> expected) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(40))
			.until(() -> application.heavyIndexes().status(), expected);
	}

}
