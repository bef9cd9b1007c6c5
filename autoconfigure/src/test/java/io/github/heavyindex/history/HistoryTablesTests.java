package io.github.heavyindex.history;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.testsupport.TestDatabase;
import io.github.heavyindex.testsupport.TestRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HistoryTables}.
 */
class HistoryTablesTests {

	private static final int REPLICAS = 8;

	private static final int ROUNDS = 20;

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private JdbcTemplate jdbc() {
		return new JdbcTemplate(new SingleConnectionDataSource(this.database.connection(), true));
	}

	@Test
	void createdOnce() {
		JdbcTemplate jdbc = jdbc();
		assertThat(HistoryTables.exist(jdbc, "public")).isFalse();
		HistoryTables.create(jdbc, "public");
		assertThat(HistoryTables.exist(jdbc, "public")).isTrue();
		jdbc.update(
				"insert into heavy_index_operation (application, name, sql, state) values ('a', 'b', 'c', 'PENDING')");
		HistoryTables.create(jdbc, "public");
		assertThat(jdbc.queryForObject("select count(*) from heavy_index_operation", Long.class)).isOne();
	}

	@Test
	void eightReplicasAtOnce() throws Exception {
		List<JdbcTemplate> replicas = new ArrayList<>();
		for (int i = 0; i < REPLICAS; i++) {
			replicas.add(jdbc());
		}
		ExecutorService threads = Executors.newFixedThreadPool(REPLICAS);
		try {
			for (int round = 0; round < ROUNDS; round++) {
				String schema = "round_" + round;
				this.database.execute("create schema " + schema);
				CyclicBarrier together = new CyclicBarrier(REPLICAS);
				List<Future<Boolean>> all = new ArrayList<>();
				for (JdbcTemplate replica : replicas) {
					all.add(threads.submit(() -> {
						together.await(10, TimeUnit.SECONDS);
						HistoryTables.create(replica, schema);
						return HistoryTables.exist(replica, schema);
					}));
				}
				for (Future<Boolean> one : all) {
					assertThat(one.get(30, TimeUnit.SECONDS)).as("round %s", round).isTrue();
				}
				assertThat(
						this.database.single("select count(*) from pg_tables where schemaname = ?", Long.class, schema))
					.isEqualTo(HistoryTables.NAMES.size());
				assertThat(this.database.single("select count(*) from pg_indexes where schemaname = ?", Long.class,
						schema))
					.as("a primary key each, and an index each for the attempts and the actions")
					.isEqualTo(HistoryTables.NAMES.size() + 2);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void whatIsMissingIsAdded() {
		JdbcTemplate jdbc = jdbc();
		HistoryTables.create(jdbc, "public");
		jdbc.execute("drop index heavy_index_attempt_name_idx");
		assertThat(HistoryTables.exist(jdbc, "public")).isFalse();
		HistoryTables.create(jdbc, "public");
		assertThat(HistoryTables.exist(jdbc, "public")).isTrue();
	}

	@Test
	void tablesOfAnEarlierVersionGetTheColumnsThatTheyLack() {
		JdbcTemplate jdbc = jdbc();
		HistoryTables.create(jdbc, "public");
		jdbc.update(
				"insert into heavy_index_operation (application, name, sql, state) values ('a', 'b', 'c', 'PENDING')");
		jdbc.execute("alter table heavy_index_operation drop column index_oid");
		jdbc.execute("alter table heavy_index_attempt drop column size_after");
		jdbc.execute("drop table heavy_index_order, heavy_index_action, heavy_index_snapshot");
		assertThat(HistoryTables.exist(jdbc, "public")).isFalse();
		HistoryTables.create(jdbc, "public");
		assertThat(HistoryTables.exist(jdbc, "public")).isTrue();
		assertThat(jdbc.queryForObject("select name from heavy_index_operation where index_oid is null", String.class))
			.isEqualTo("b");
	}

	@Test
	void inASchemaOfAnyName() {
		JdbcTemplate jdbc = jdbc();
		String schema = "My \"own\"; drop schema public cascade; --";
		jdbc.execute("create schema \"My \"\"own\"\"; drop schema public cascade; --\"");
		HistoryTables.create(jdbc, schema);
		assertThat(HistoryTables.exist(jdbc, schema)).isTrue();
		assertThat(HistoryTables.exist(jdbc, "public")).isFalse();
	}

	@Test
	void aRoleThatMayNotIsToldSo() {
		TestRole role = this.database.createRole("");
		this.database.execute("revoke create on schema public from public");
		JdbcTemplate jdbc = new JdbcTemplate(
				new SingleConnectionDataSource(this.database.connection(this.database.dataSource(role)), true));
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> HistoryTables.create(jdbc, "public"))
			.havingRootCause()
			.withMessageContaining("permission denied");
	}

	@Test
	void anObjectOfThatNameThatIsNotOursIsNotWaitedForForEver() {
		JdbcTemplate jdbc = jdbc();
		jdbc.execute("create type heavy_index_operation as enum ('in the way')");
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> HistoryTables.create(jdbc, "public"))
			.withMessageContaining("heavy_index_operation");
	}

}
