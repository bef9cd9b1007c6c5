package io.github.heavyindex.sample.data;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.github.heavyindex.sample.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DemoSchema}.
 */
class DemoSchemaTests {

	private DataSource dataSource;

	private JdbcClient jdbc;

	@BeforeEach
	void createDatabase() throws SQLException {
		this.dataSource = TestDatabase.create();
		this.jdbc = JdbcClient.create(this.dataSource);
	}

	@Test
	void createsTheTablesAndTheIndexesOfEarlierReleases() {
		new DemoSchema(this.dataSource).afterPropertiesSet();
		assertThat(this.jdbc.sql("SELECT count(*) FROM small_email").query(Long.class).single()).isEqualTo(10);
		assertThat(indexes()).containsExactly("large_email_domain_expr_idx", "large_email_pkey",
				"large_email_sender_idx", "small_email_address", "small_email_pkey", "small_email_subject_idx");
	}

	@Test
	void whatAnOperationDroppedOrRenamedDoesNotComeBack() {
		new DemoSchema(this.dataSource).afterPropertiesSet();
		this.jdbc.sql("DROP INDEX small_email_subject_idx").update();
		this.jdbc.sql("ALTER INDEX small_email_address RENAME TO small_email_email_idx").update();
		List<String> before = indexes();
		new DemoSchema(this.dataSource).afterPropertiesSet();
		assertThat(indexes()).isEqualTo(before);
		assertThat(this.jdbc.sql("SELECT count(*) FROM small_email").query(Long.class).single()).isEqualTo(10);
	}

	@Test
	void applicationsThatStartTogetherCreateItOnce() {
		CompletableFuture<?>[] starts = Stream
			.generate(() -> CompletableFuture.runAsync(() -> new DemoSchema(this.dataSource).afterPropertiesSet()))
			.limit(4)
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(starts).join();
		assertThat(this.jdbc.sql("SELECT count(*) FROM small_email").query(Long.class).single()).isEqualTo(10);
	}

	private List<String> indexes() {
		return this.jdbc
			.sql("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname COLLATE \"C\"")
			.query(String.class)
			.list();
	}

}
