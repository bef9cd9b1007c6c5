package io.github.heavyindex.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.HeavyIndexOperationEvent;
import io.github.heavyindex.HeavyIndexOperationException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.UnknownOperationException;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What application code and people are told.
 */
@ExtendWith(OutputCaptureExtension.class)
class HeavyIndexesTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint primary key, a int)",
				"insert into logs select i, 1 from generate_series(1, 10000) i", "analyze logs");
	}

	private TestApplication.Builder application() {
		return TestApplication.on(this.database).with(CreateLogsAIndex.class, Events.class);
	}

	private Connection blocker() throws SQLException {
		Connection blocker = this.database.connection();
		blocker.setAutoCommit(false);
		try (var statement = blocker.createStatement()) {
			statement.execute("insert into logs values (-1, 1)");
		}
		return blocker;
	}

	@Test
	void completionIsToldByNameAndByClass() throws Exception {
		Connection blocker = blocker();
		try (TestApplication application = application().start()) {
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			assertThat(heavyIndexes.isCompleted(CreateLogsAIndex.class)).isFalse();
			application.await("create_logs_a_idx", OperationState.RUNNING);
			assertThat(heavyIndexes.isCompleted("create_logs_a_idx")).isFalse();
			CompletableFuture<OperationStatus> future = heavyIndexes.whenCompleted("create_logs_a_idx");
			assertThat(future).isNotDone();
			blocker.rollback();
			OperationStatus completed = future.get(20, TimeUnit.SECONDS);
			assertThat(completed.state()).isEqualTo(OperationState.COMPLETED);
			assertThat(heavyIndexes.isCompleted("create_logs_a_idx")).isTrue();
			assertThat(heavyIndexes.isCompleted(CreateLogsAIndex.class)).isTrue();
			assertThat(heavyIndexes.whenCompleted("create_logs_a_idx").get(5, TimeUnit.SECONDS).name())
				.isEqualTo("create_logs_a_idx");
			assertThat(heavyIndexes.find("create_logs_a_idx")).get()
				.extracting(OperationStatus::table)
				.isEqualTo("public.logs");
		}
	}

	@Test
	void whatIsNotDeclaredIsRefusedByName() {
		try (TestApplication application = application().start()) {
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			assertThat(heavyIndexes.find("unknown")).isEmpty();
			for (Runnable question : List.<Runnable>of(() -> heavyIndexes.isCompleted("unknown"),
					() -> heavyIndexes.whenCompleted("unknown"), () -> heavyIndexes.history("unknown"),
					() -> heavyIndexes.retry("unknown"), () -> heavyIndexes.cancel("unknown"))) {
				assertThatExceptionOfType(UnknownOperationException.class).isThrownBy(question::run)
					.withMessageContaining("'unknown'")
					.withMessageContaining("create_logs_a_idx");
			}
			assertThatExceptionOfType(UnknownOperationException.class)
				.isThrownBy(() -> heavyIndexes.isCompleted(String.class))
				.withMessageContaining("java.lang.String");
		}
	}

	@Test
	void ordersThatDoNotFitAreRefused() {
		try (TestApplication application = application().start()) {
			application.await("create_logs_a_idx", OperationState.COMPLETED);
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> application.heavyIndexes().retry("create_logs_a_idx"))
				.withMessageContaining("COMPLETED");
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(() -> application.heavyIndexes().cancel("create_logs_a_idx"))
				.withMessageContaining("COMPLETED");
		}
	}

	@Test
	void futuresNeverHoldUpTheLoop() throws Exception {
		Connection blocker = blocker();
		CountDownLatch release = new CountDownLatch(1);
		AtomicReference<String> thread = new AtomicReference<>();
		try (TestApplication application = application().start()) {
			application.await("create_logs_a_idx", OperationState.RUNNING);
			CompletableFuture<Void> slow = application.heavyIndexes()
				.whenCompleted("create_logs_a_idx")
				.thenAccept((operation) -> {
					thread.set(Thread.currentThread().getName());
					await(release);
				});
			blocker.rollback();
			Awaitility.await().until(() -> thread.get() != null);
			assertThat(thread.get()).doesNotStartWith("heavy-index");
			assertThat(slow).isNotDone();
			// the loop sees a drift while that listener still blocks
			this.database.execute("drop index logs_a_idx");
			application.await("create_logs_a_idx", (operation) -> operation.drift() != null);
			assertThat(application.heavyIndexes().isCompleted("create_logs_a_idx")).isFalse();
			assertThat(application.heavyIndexes().whenCompleted("create_logs_a_idx")).isNotDone();
			release.countDown();
			slow.get(5, TimeUnit.SECONDS);
		}
		finally {
			release.countDown();
		}
	}

	@Test
	void futuresFailWithTheOperation() throws Exception {
		Connection blocker = blocker();
		try (TestApplication application = application()
			.operation("create_unique", "create unique index u on logs (a)", "create_logs_a_idx")
			.operation("create_later", "create index later on logs (id, a)", "create_unique")
			.start()) {
			HeavyIndexes heavyIndexes = application.heavyIndexes();
			CompletableFuture<OperationStatus> failed = heavyIndexes.whenCompleted("create_unique");
			CompletableFuture<OperationStatus> cancelled = heavyIndexes.whenCompleted("create_later");
			CompletableFuture<OperationStatus> closed = heavyIndexes.whenCompleted("create_later");
			blocker.rollback();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> failed.get(20, TimeUnit.SECONDS))
				.withCauseInstanceOf(HeavyIndexOperationException.class)
				.withMessageContaining("create_unique is FAILED")
				.withMessageContaining("23505");
			assertThat(cancelled).isNotDone();
			heavyIndexes.cancel("create_later");
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> cancelled.get(20, TimeUnit.SECONDS))
				.withCauseInstanceOf(HeavyIndexOperationException.class)
				.withMessageContaining("create_later is CANCELLED");
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> closed.get(20, TimeUnit.SECONDS));
			// who waits after an order is not told of what was before it
			this.database.execute("update logs set a = id");
			heavyIndexes.retry("create_unique");
			assertThat(heavyIndexes.whenCompleted("create_unique").get(20, TimeUnit.SECONDS).state())
				.isEqualTo(OperationState.COMPLETED);
		}
	}

	@Test
	void futuresFailWhenTheApplicationCloses() throws Exception {
		Connection blocker = blocker();
		CompletableFuture<OperationStatus> future;
		HeavyIndexes heavyIndexes;
		try (TestApplication application = application().start()) {
			heavyIndexes = application.heavyIndexes();
			future = heavyIndexes.whenCompleted("create_logs_a_idx");
			application.await("create_logs_a_idx", OperationState.RUNNING);
		}
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> future.get(5, TimeUnit.SECONDS))
			.withCauseInstanceOf(HeavyIndexOperationException.class)
			.withMessageContaining("closed");
		assertThat(heavyIndexes.whenCompleted("create_logs_a_idx")).failsWithin(Duration.ofSeconds(5));
		blocker.rollback();
	}

	@Test
	void eventsTellEachChangeOnce() throws Exception {
		Connection blocker = blocker();
		try (TestApplication application = application()
			.operation("create_unique", "create unique index u on logs (a)", "create_logs_a_idx")
			.operation("create_later", "create index later on logs (id, a)", "create_unique")
			.start()) {
			Events events = application.context().getBean(Events.class);
			application.await("create_logs_a_idx", OperationState.RUNNING);
			blocker.rollback();
			application.await("create_unique", OperationState.FAILED);
			application.heavyIndexes().cancel("create_later");
			application.await("create_later", OperationState.CANCELLED);
			this.database.execute("drop index logs_a_idx");
			application.await("create_logs_a_idx", (operation) -> operation.drift() != null);
			application.heavyIndexes().retry("create_logs_a_idx");
			application.await("create_logs_a_idx", OperationStatus::completed);
			Awaitility.await().until(() -> events.of("create_logs_a_idx").size() >= 5);
			assertThat(events.of("create_logs_a_idx")).containsExactly("Started", "Completed", "Drifted", "Started",
					"Completed");
			assertThat(events.of("create_unique")).endsWith("Failed").doesNotHaveDuplicates();
			assertThat(events.of("create_later")).containsExactly("Cancelled");
		}
	}

	@Test
	void aListenerThatThrowsDoesNotStopTheLoop(CapturedOutput output) {
		try (TestApplication application = application().with(Throwing.class)
			.operation("create_b", "create index b on logs (id, a)", "create_logs_a_idx")
			.start()) {
			application.await("create_logs_a_idx", OperationState.COMPLETED);
			application.await("create_b", OperationState.COMPLETED);
			assertThat(output).contains("A listener of Completed failed", "thrown by a listener");
			assertThat(output).doesNotContain("A turn of the loop failed");
		}
	}

	@Test
	void logLinesForPeople(CapturedOutput output) throws Exception {
		Connection blocker = blocker();
		try (TestApplication application = application()
			.operation("create_unique", "create unique index u on logs (a)", "create_logs_a_idx")
			.start()) {
			application.await("create_logs_a_idx", OperationState.RUNNING);
			blocker.rollback();
			application.await("create_unique", OperationState.FAILED);
			Awaitility.await().until(() -> output.toString().contains("All is done"));
			assertThat(lines(output, "create_logs_a_idx started")).singleElement()
				.asString()
				.contains("table public.logs of", "kB", "CREATE INDEX CONCURRENTLY");
			assertThat(lines(output, "create_logs_a_idx is complete")).singleElement()
				.asString()
				.containsPattern("after \\d.*, index of \\d+ kB");
			assertThat(lines(output, "create_unique failed")).singleElement()
				.asString()
				.contains("ERROR", "23505", "could not create unique index", "duplicate")
				.doesNotContain("Key (a)");
			assertThat(lines(output, "All is done")).singleElement()
				.asString()
				.contains(
						"All is done but what has failed. Index operations: 2 in total, 1 carried out, 0 adopted, 0 skipped, 0 cancelled, 1 failed");
			assertThat(lines(output, "create_unique waits for: dependency create_logs_a_idx")).hasSizeLessThan(2);
			int before = output.toString().length();
			Awaitility.await()
				.during(Duration.ofMillis(800))
				.until(() -> output.toString().substring(before), String::isEmpty);
		}
	}

	@Test
	void nothingSecretIsShown(CapturedOutput output) {
		this.database.execute("create table people (name text)",
				"insert into people values ('Secret Agent'), ('Secret Agent')");
		try (TestApplication application = application()
			.operation("create_unique", "create unique index u on people (name)")
			.start()) {
			OperationStatus failed = application.await("create_unique", OperationState.FAILED);
			assertThat(failed.lastError()).contains("23505").doesNotContain("Secret Agent");
			assertThat(application.heavyIndexes().history("create_unique")).hasSize(1)
				.noneMatch((attempt) -> String.valueOf(attempt.error()).contains("Secret Agent"));
			assertThat(this.database.query("""
					select coalesce(last_error, '') from heavy_index_operation
					union all select coalesce(error, '') from heavy_index_attempt""", String.class))
				.noneMatch((error) -> error.contains("Secret Agent"));
			assertThat(output).doesNotContain("Secret Agent");
		}
	}

	private static List<String> lines(CapturedOutput output, String text) {
		return output.toString().lines().filter((line) -> line.contains(text)).toList();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@HeavyIndexOperation("CREATE INDEX logs_a_idx ON logs (a)")
	static class CreateLogsAIndex {

	}

	static class Events {

		private final Queue<HeavyIndexOperationEvent> all = new ConcurrentLinkedQueue<>();

		@EventListener
		void on(HeavyIndexOperationEvent event) {
			this.all.add(event);
		}

		List<String> of(String name) {
			return this.all.stream()
				.filter((event) -> event.operation().name().equals(name))
				.map((event) -> event.getClass().getSimpleName())
				.toList();
		}

	}

	static class Throwing {

		@EventListener
		void on(HeavyIndexOperationEvent event) {
			if (event.operation().name().equals("create_logs_a_idx")) {
				throw new IllegalStateException("thrown by a listener");
			}
		}

	}

}
