package io.github.heavyindex.sample.data;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import io.github.heavyindex.sample.DemoProperties;
import io.github.heavyindex.sample.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LargeEmailFill}, {@link DomainBackfill} and the {@link BatchRunner}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DemoDataTests {

	private static final int ROWS = 50_000;

	private JdbcClient jdbc;

	@BeforeEach
	void createTables() throws SQLException {
		DataSource dataSource = TestDatabase.create();
		new DemoSchema(dataSource).afterPropertiesSet();
		this.jdbc = JdbcClient.create(dataSource);
	}

	@Test
	void anInterruptedFillGoesOnWhereItWasLeft() {
		LargeEmailFill interrupted = fill(ROWS);
		interrupted.runBatch();
		assertThat(interrupted.isComplete()).isFalse();
		assertThat(count("true")).isEqualTo(20_000);
		this.jdbc.sql("DELETE FROM large_email WHERE id = 1").update();

		LargeEmailFill next = fill(ROWS);
		finish(next);
		assertThat(count("true")).as("row 1 shows that the first batch was not done again").isEqualTo(ROWS - 1);
		assertThat(next.percent()).isEqualTo(100);
	}

	@Test
	void aCompleteFillIsNotDoneAgainAndMoreRowsMayBeAskedForLater() {
		finish(fill(1_000));
		LargeEmailFill again = fill(1_000);
		again.runBatch();
		assertThat(again.isComplete()).isTrue();
		finish(fill(2_500));
		assertThat(count("true")).isEqualTo(2_500);
	}

	@Test
	void liveMailsDoNotCountAsFilled() {
		this.jdbc.sql("""
				INSERT INTO large_email (email, sender, subject, folder, sent_at, size_bytes, is_read, message_id, body)
				VALUES ('a@b', 'a@b', '', '', now(), 1, true, '', '')""").update();
		finish(fill(100));
		assertThat(count("true")).isEqualTo(101);
	}

	@Test
	void theRowsMakeTheUniqueIndexFailAndTheBackfillNecessary() {
		finish(fill(ROWS));
		assertThat(count("domain IS NULL")).isEqualTo(ROWS / 5);
		assertThat(this.jdbc.sql("SELECT count(*) - count(DISTINCT message_id) FROM large_email")
			.query(Long.class)
			.single()).isEqualTo(ROWS / 1000);
		assertThat(this.jdbc
			.sql("SELECT n_distinct <> 0 FROM pg_stats WHERE tablename = 'large_email' AND attname = 'email'")
			.query(Boolean.class)
			.single()).as("statistics are there").isTrue();
	}

	@Test
	void anInterruptedBackfillGoesOnWhereItWasLeft() {
		finish(fill(100_000));
		DomainBackfill interrupted = new DomainBackfill(this.jdbc);
		interrupted.runBatch();
		assertThat(interrupted.isComplete()).isFalse();
		assertThat(interrupted.percent()).isEqualTo(50);
		assertThat(count("domain IS NULL")).isEqualTo(10_000);

		finish(new DomainBackfill(this.jdbc));
		assertThat(count("domain IS DISTINCT FROM split_part(email, '@', 2)")).isZero();
	}

	@Test
	void theRunnerFillsThenBackfillsAndTellsHowFarItIs(CapturedOutput output) {
		LargeEmailFill fill = fill(ROWS);
		DomainBackfill backfill = new DomainBackfill(this.jdbc);
		BatchRunner runner = new BatchRunner(List.of(fill, backfill));
		runner.start();
		await().until(backfill::isComplete);
		runner.stop();
		assertThat(fill.isComplete()).isTrue();
		assertThat(count("domain IS NULL")).isZero();
		assertThat(output).contains("large_email_filled: 40 %", "large_email_filled is complete",
				"large_email_domain_filled is complete");
	}

	@Test
	void theRunnerStopsBetweenTwoBatches() {
		LargeEmailFill fill = fill(100_000_000);
		BatchRunner runner = new BatchRunner(List.of(fill));
		runner.start();
		await().until(() -> count("true") > 0);
		runner.stop();
		long rows = count("true");
		assertThat(rows).isPositive().isLessThan(100_000_000);
		assertThat(rows % 20_000).isZero();
		assertThat(fill.isComplete()).isFalse();
	}

	private LargeEmailFill fill(int rows) {
		return new LargeEmailFill(this.jdbc, new DemoProperties(null, 0, rows, 0));
	}

	private void finish(BatchWork work) {
		while (!work.isComplete()) {
			work.runBatch();
		}
	}

	private long count(String condition) {
		return this.jdbc.sql("SELECT count(*) FROM large_email WHERE " + condition).query(Long.class).single();
	}

}
